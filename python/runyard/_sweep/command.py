# SPDX-License-Identifier: Apache-2.0
"""`runyard sweep`: `python -m runyard._sweep.command OPTION... -- SCRIPT ARGUMENT...`, which the shell client starts.

It parses and checks what was typed, submits the sweep, prints its run, and follows it if that is asked for.
"""

import argparse
import json
import os
import shlex
import sys
from typing import Any, Dict, List, Optional, Tuple

from .. import _objects
from .._base import messages
from .._client import targets
from .._client.api import client
from .._runs import wait
from ..exceptions import AzureMLException, ExperimentExecutionException, UserErrorException
from . import shell_words, spaces, submission
from .plan import BAYESIAN, GRID, MAX_MINUTES, RANDOM, Plan
from .policies import NONE
from .spaces import Space

_GOALS = {"min": False, "minimize": False, "max": True, "maximize": True}
_FAILED, _WRONG, _INTERRUPTED, _CANCELED = 1, 2, 130, 143


def parser() -> argparse.ArgumentParser:
    """The options, as docs/hyperdrive.md describes them."""
    made = argparse.ArgumentParser(prog="runyard sweep", add_help=False, allow_abbrev=False)
    for name in ("metric", "goal", "policy", "resume", "experiment", "source", "target", "name", "workspace"):
        made.add_argument("--" + name)
    for name in ("random", "bayesian", "most", "seed", "parallel"):
        made.add_argument("--" + name, type=int, metavar="N")
    for name in ("minutes", "max-time"):
        made.add_argument("--" + name, type=float)
    for name in ("grid", "follow", "json", "command"):
        made.add_argument("--" + name, action="store_true")
    for name in ("env", "tag"):
        made.add_argument("--" + name, action="append", default=[])
    made.add_argument("words", nargs="*")
    return made


def plan_of(options: argparse.Namespace, space: Space) -> Plan:
    """The plan that options ask for. UserErrorException: they do not fit together."""
    if not options.metric:
        raise UserErrorException("cannot start a sweep: --metric names the metric that the script logs")
    goal = options.goal or "min"
    if goal not in _GOALS:
        raise UserErrorException("cannot start a sweep: --goal is min or max, not '{}'".format(goal))
    if not space:
        raise UserErrorException("cannot start a sweep: no argument of the script is swept, as in "
                                 "--lr 'loguniform(1e-5,1e-1)' --batch 'choice(16,32,64)'")
    sampling, total = _sampling(options, space)
    policy = shell_words.policy(options.policy) if options.policy else dict(NONE)
    minutes = MAX_MINUTES if options.minutes is None else options.minutes
    for name, value in (("--parallel", options.parallel), ("--minutes", minutes), ("the number of runs", total)):
        if value is not None and value <= 0:
            raise UserErrorException("cannot start a sweep: {} must be positive, not {}".format(name, value))
    parallel = options.parallel or targets.slots(options.target or targets.LOCAL)
    seed = int.from_bytes(os.urandom(4), "big") if options.seed is None else options.seed
    return Plan(options.metric, _GOALS[goal], total, min(parallel, total), minutes, sampling, seed, space, policy,
                [], [], [], {})


def _sampling(options: argparse.Namespace, space: Space) -> Tuple[str, int]:
    """The name of the sampling, and how many runs it makes."""
    given = [name for name in (RANDOM, GRID, BAYESIAN) if getattr(options, name)]
    if len(given) != 1:
        raise UserErrorException("cannot start a sweep: say one of --random N, --grid and --bayesian N")
    taken = {GRID: ("choice",), BAYESIAN: ("choice", "uniform", "quniform")}.get(given[0])
    for name, expression in space:
        if taken and expression[0] not in taken:
            raise UserErrorException("cannot start a sweep: --{} takes {}, and {} is {}".format(
                given[0], ", ".join(taken), name, expression[0]))
    if given[0] == GRID:
        whole = spaces.size(space) or 0
        return GRID, whole if options.most is None else min(whole, options.most)
    return given[0], getattr(options, given[0])


def _config(options: argparse.Namespace, words: List[str]) -> Any:
    """The ScriptRunConfig of a script or command with its arguments, which runs with this Python."""
    environment = _objects.Environment("shell")
    environment.python.user_managed_dependencies = True
    environment.python.interpreter_path = sys.executable
    environment.environment_variables = {name: value or "" for name, value in
                                         (_pair(given, "--env") for given in options.env)}
    if options.command:
        work: Dict[str, Any] = {"command": " ".join(map(shlex.quote, words))}
    else:
        here = os.path.abspath(words[0])
        work = {"script": here if os.path.isfile(here) else words[0], "arguments": words[1:]}
    limit = {} if options.max_time is None else {"max_run_duration_seconds": options.max_time}
    return _objects.ScriptRunConfig(options.source or os.getcwd(), environment=environment,
                                    compute_target=options.target or targets.LOCAL, **work, **limit)


def _pair(given: str, option: str, is_lone: bool = False) -> Tuple[str, Optional[str]]:
    """Name and value of NAME=VALUE. UserErrorException: it is none."""
    name, equals, value = given.partition("=")
    if not name or not (equals or is_lone):
        raise UserErrorException("cannot use '{}' as {}: expected NAME=VALUE".format(given, option))
    return name, value if equals else None


def _experiment(options: argparse.Namespace) -> Any:
    """The experiment of the sweep: by default, as for `runyard submit`, the name of the source folder."""
    workspace = _objects.Workspace.get(options.workspace) if options.workspace else _objects.Workspace.from_config()
    folder = os.path.basename(os.path.abspath(options.source or os.getcwd()))
    return _objects.Experiment(workspace, options.experiment or folder or "default")


def submitted(options: argparse.Namespace) -> Dict[str, Any]:
    """Submit the sweep. Returns the description of its run."""
    if options.resume:
        if options.words:
            raise UserErrorException("cannot resume a sweep with a script: --resume RUN takes that of the sweep")
        return submission.again(options.resume)
    words, space = shell_words.separated(options.words)
    if not words:
        raise UserErrorException("cannot start a sweep: name a script, or a command after --")
    plan = plan_of(options, space)
    tags = dict(_pair(given, "--tag", is_lone=True) for given in options.tag)
    return submission.start(_experiment(options), _config(options, words), plan, tags, display_name=options.name)


def _report(run: Dict[str, Any], options: argparse.Namespace) -> None:
    """Print the run."""
    if options.json:
        messages.to_stdout(json.dumps(run, ensure_ascii=False) + "\n")
    else:
        messages.to_stdout("{}\n{}\n".format(run["id"], run["url"]))


def _follow(run: Dict[str, Any]) -> int:
    """Print the log of the sweep until it ends. Returns the exit code, as `runyard wait` has it."""
    try:
        wait.show(run)
    except ExperimentExecutionException:
        messages.say("the sweep goes on; `runyard cancel {}` ends it and its child runs".format(run["id"]))
        return _INTERRUPTED
    ended = wait.until_final(run["id"], client, False)
    messages.say("{} is {}{}".format(run["id"], ended["status"], ": " + ended["error"]["message"] if ended.get("error")
                                     else ""))
    return {"Completed": 0, "Canceled": _CANCELED}.get(ended["status"], _FAILED)


def main(arguments: List[str]) -> int:
    """Do what the arguments ask for. Returns the exit code."""
    options = parser().parse_args(arguments)
    try:
        run = submitted(options)
        _report(run, options)
        return _follow(run) if options.follow else 0
    except AzureMLException as error:
        messages.say(error.message)
        return _WRONG if isinstance(error, UserErrorException) else _FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
