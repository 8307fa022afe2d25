# SPDX-License-Identifier: Apache-2.0
"""`runyard serve`: `python -m runyard._service.command OPTION... -- SCRIPT`, which the shell client starts.

It deploys the script with this Python, prints the address when the service answers, and follows its log if asked.
"""

import argparse
import json
import os
import re
import sys
import time
from typing import Any, List, Optional

from .. import _objects
from .._base import messages
from .._runs import wait
from ..exceptions import AzureMLException, ExperimentExecutionException, UserErrorException
from . import deployment, settings, submission
from .source import Source

_FAILED, _WRONG, _INTERRUPTED = 1, 2, 130
_POLL = 0.2
_LONGEST, _SHORTEST = 32, 3


def parser() -> argparse.ArgumentParser:
    """The options, as docs/services.md describes them."""
    made = argparse.ArgumentParser(prog="runyard serve", add_help=False, allow_abbrev=False)
    for name in ("name", "source", "workspace"):
        made.add_argument("--" + name)
    made.add_argument("--workers", type=int, metavar="N", default=settings.WORKERS)
    made.add_argument("--timeout", type=float, metavar="SECONDS", default=settings.TIMEOUT)
    made.add_argument("--model", action="append", default=[])
    for name in ("auth", "overwrite", "follow", "json"):
        made.add_argument("--" + name, action="store_true")
    made.add_argument("words", nargs="*")
    return made


def name_of(script: str) -> str:
    """The name of a service from that of its script: "my_model.py" is served as "my-model"."""
    stem = os.path.splitext(os.path.basename(script))[0].lower()
    made = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:_LONGEST].rstrip("-")
    made = made if made[:1].isalpha() else ("service-" + made)[:_LONGEST].rstrip("-")
    return made if len(made) >= _SHORTEST else made + "-service"


def source_of(options: argparse.Namespace) -> Source:
    """The script, and its folder if one is given. UserErrorException: there is no script, or it cannot be used."""
    if len(options.words) != 1:
        raise UserErrorException("cannot serve {}: name one script, as in runyard serve --model NAME score.py".format(
            " ".join(options.words) or "nothing"))
    script = options.words[0]
    here = os.path.abspath(script)
    if options.source is not None and os.path.isfile(here):
        script = os.path.relpath(here, os.path.abspath(options.source))
        if script.startswith(os.pardir):
            raise UserErrorException("cannot serve {}: it is not in the folder {}".format(here, options.source))
    config = _objects.InferenceConfig(entry_script=script, source_directory=options.source)
    found: Source = config._source()
    return found


def _checked(options: argparse.Namespace) -> None:
    """UserErrorException: a number is out of range."""
    if not 1 <= options.workers <= settings.MOST_WORKERS:
        raise UserErrorException("cannot serve with {} workers: 1 to {} are possible".format(
            options.workers, settings.MOST_WORKERS))
    if not options.timeout > 0:
        raise UserErrorException("cannot serve with --timeout {:g}: it must be positive".format(options.timeout))


def deployed(options: argparse.Namespace) -> Any:
    """Deploy what the options say. Returns the service."""
    _checked(options)
    source = source_of(options)
    workspace = _objects.Workspace.get(options.workspace) if options.workspace else _objects.Workspace.from_config()
    config = _objects.LocalWebservice.deploy_configuration()
    config.__dict__.update(num_replicas=options.workers, scoring_timeout_ms=options.timeout * 1000,
                           auth_enabled=options.auth)
    models = submission.resolved(workspace, options.model)
    name = options.name or name_of(source.entry_script)
    facts = deployment.deployed(workspace, name, models, source, config, options.overwrite)
    return _objects.Webservice._from_facts(workspace, facts)


def _until_answered(service: Any) -> int:
    """Wait until the service answers. Returns the exit code."""
    while service._facts["state"] == "Transitioning":
        time.sleep(_POLL)
        service.update_deployment_state()
    if service._facts["state"] == "Healthy":
        return 0
    messages.say("the service {} is {}: {}".format(service.name, service._facts["state"], service._facts["reason"]))
    messages.to_stderr(service.get_logs(20))
    return _FAILED


def _report(service: Any, options: argparse.Namespace) -> None:
    """Print the address of the service."""
    messages.to_stdout((json.dumps(service._facts, ensure_ascii=False) if options.json else service.scoring_uri) + "\n")


def _follow(service: Any) -> int:
    """Print the log of the service until it ends. Returns the exit code."""
    try:
        wait.show(service.workspace.get_run(service.run_id)._refresh())
    except ExperimentExecutionException:
        messages.say("the service goes on; `runyard service delete {}` ends it".format(service.name))
        return _INTERRUPTED
    return 0


def main(arguments: List[str]) -> int:
    """Do what the arguments ask for. Returns the exit code."""
    options = parser().parse_args(arguments)
    service: Optional[Any] = None
    try:
        service = deployed(options)
        code = _until_answered(service)
        if code == 0:
            _report(service, options)
        return _follow(service) if options.follow and code == 0 else code
    except AzureMLException as error:
        messages.say(error.message)
        return _WRONG if isinstance(error, UserErrorException) else _FAILED
    except KeyboardInterrupt:
        if service is not None:
            messages.say("the service {} starts; `runyard service show {}` says how it goes".format(
                service.name, service.name))
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
