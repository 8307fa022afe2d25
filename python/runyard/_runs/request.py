# SPDX-License-Identifier: Apache-2.0
"""The body of POST /runs (docs/formats/http-api.md): a configuration, and the process that submits it."""

import base64
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set, Union

from .._base import checks, messages
from .._config import before, interpreter, managed, requirements
from .._config.environment_sections import DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE
from .._data import inputs, outputs
from ..conda_dependencies import CondaDependencies
from ..exceptions import ExperimentExecutionException, UserErrorException
from .user_variables import user_variables

if TYPE_CHECKING:
    from ..runconfig import RunConfiguration
    from ..script_run_config import ScriptRunConfig

Text = Union[str, Dict[str, str]]
_EXAMPLE = {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"}
_LIMITS = ("AS", "CORE", "CPU", "DATA", "FSIZE", "LOCKS", "MEMLOCK", "MSGQUEUE", "NICE", "NOFILE", "NPROC", "RSS",
           "RTPRIO", "RTTIME", "SIGPENDING", "STACK")  # as in protocol/limits.h; Python's resource lacks some


def text(value: Any) -> Text:
    """A text of argv or the environment; {"base64": ...} if it is not UTF-8."""
    raw = value if isinstance(value, bytes) else None
    if raw is None:
        shown = value if isinstance(value, str) else str(value)
        raw = shown.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode("ascii")}


def environ() -> Dict[str, Text]:
    """The variables of this process, without those that a notebook's kernel or the run of this process has added."""
    found = {name.decode("utf-8"): text(value) for name, value in user_variables().items() if _keeps(name)}
    for name in inputs.inherited() + outputs.inherited():
        found.pop(name, None)
    if os.environ.get("RUNYARD_JOURNAL") and "PYTHONPATH" in found:
        found["PYTHONPATH"] = text(_own_path(os.environ["PYTHONPATH"], os.environ["RUNYARD_JOURNAL"]))
    return found


def _keeps(name: bytes) -> bool:
    """Whether a variable is sent: its name is UTF-8, and no run sets it for its own process."""
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not name.startswith((b"RUNYARD_RUN_", b"RUNYARD_JOURNAL", b"RUNYARD_METRICS", b"AZUREML_RUN_"))


def _own_path(path: str, journal: str) -> str:
    """PYTHONPATH without the folders that the run of this process has added."""
    sdk = sdk_path()
    ours = {sdk, os.path.join(sdk, "hook")} if sdk else set()
    ours.add(os.path.join(os.path.dirname(journal), "work"))
    return os.pathsep.join(entry for entry in path.split(os.pathsep) if entry not in ours)


def umask() -> int:
    """The file mode mask of this process, from /proc: os.umask() would change it for other threads."""
    try:
        with open("/proc/self/status", "rb") as status:
            return next(int(line.split()[1], 8) for line in status if line.startswith(b"Umask:"))
    except (OSError, StopIteration, ValueError):
        return 0o022


def limits() -> Dict[str, List[int]]:
    """The resource limits, soft and hard; -1: unlimited."""
    import resource
    found = {}
    for name in _LIMITS:
        number = getattr(resource, "RLIMIT_" + name, None)
        if number is not None:
            soft, hard = resource.getrlimit(number)
            found[name.lower()] = [_limit(soft, resource.RLIM_INFINITY), _limit(hard, resource.RLIM_INFINITY)]
    return found


def _limit(value: int, infinity: int) -> int:
    """A limit; -1: unlimited."""
    return -1 if value == infinity or value < 0 else value


def folder_of(config: "ScriptRunConfig") -> str:
    """The absolute path of the source folder."""
    return os.path.abspath(os.path.expanduser(os.fsdecode(config.source_directory)))


def source(config: "ScriptRunConfig") -> Dict[str, Any]:
    """The field `source`: the folder of a configuration, and how to copy it. UserErrorException: it cannot be read."""
    snapshot = bool(config.run_config.history.snapshot_project) or not config.in_place
    return dict(folder(folder_of(config), "use the source_directory"), in_place=config.in_place,
                links=list(config.links), large=config.large, snapshot=snapshot, upload=None)


def folder(path: str, doing: str) -> Dict[str, Any]:
    """A folder with device and inode. UserErrorException, "cannot <doing>": it is not a folder that can be read."""
    path = os.path.abspath(os.path.expanduser(path))
    facts = _stat_folder(path, doing)
    return {"directory": text(path), "device": facts.st_dev, "inode": facts.st_ino}


def _stat_folder(folder: str, doing: str) -> os.stat_result:
    """The stat of a folder. UserErrorException, "cannot <doing>": it is not a folder that can be read."""
    try:
        facts = os.stat(folder)
        with os.scandir(folder):
            pass
        return facts
    except NotADirectoryError:
        why = "it is a file, not a folder"
    except OSError as error:
        why = error.strerror or str(error)
    raise UserErrorException("cannot {} {}: {}".format(doing, folder, why))


def script(config: "ScriptRunConfig") -> str:
    """The script, relative to the source folder. ExperimentExecutionException: it does not exist, or is outside.
    UserErrorException: its name is not UTF-8."""
    folder = folder_of(config)
    path = os.path.join(folder, os.fsdecode(config.script or ""))
    if not os.path.isfile(path):
        raise ExperimentExecutionException("{} script path doesn't exist. The script should be inside the project "
                                           "folder".format(path))
    relative = os.path.relpath(path, folder)
    if isinstance(text(relative), dict):
        raise UserErrorException("cannot run the script {!r}: its name is not UTF-8".format(path))
    if relative.startswith(os.pardir + os.sep):
        raise ExperimentExecutionException("{} script path is outside of the project folder {}. The script should be "
                                           "inside the project folder".format(path, folder))
    return relative


def body(config: "ScriptRunConfig", submission_id: str, tags: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
    """The part of the body that does not depend on the experiment.

    UserErrorException: the folder, the interpreter or the environment's files cannot be used.
    ExperimentExecutionException: the script does not exist, or is outside of the folder.
    """
    where = source(config)
    request: Dict[str, Any] = {"submission_id": submission_id, "source": where, "umask": umask(), "limits": limits(),
                               "environ": environ(), "clean_env": config.clean_env, "sdk_path": sdk_path(),
                               "environment": _variables(config), "target": config.run_config.target}
    request.update(_command(config))
    request["configuration"] = config.run_config.as_dict()
    warnings = _warnings(config, bool(request.get("managed")))
    if warnings:
        request["warnings"] = warnings
    optional = {"grace_seconds": config.grace_seconds, "max_seconds": config.run_config.max_run_duration_seconds}
    request.update({name: value for name, value in optional.items() if value is not None})
    if config.patterns:
        request["patterns"] = [{"metric": name, "pattern": pattern} for name, pattern in config.patterns.items()]
    if tags:
        request["tags"] = checks.tag_texts(tags)
    return request


def inputs_body(given: List[Dict[str, Any]]) -> Dict[str, Any]:
    """The inputs of a run. Their description has version 2, so that a daemon without inputs refuses it."""
    return {"version": 2, "inputs": [dict(
        run_input, source=text(run_input["source"]),
        place=None if run_input["place"] is None else text(run_input["place"]),
        files=None if run_input["files"] is None else [text(name) for name in run_input["files"]])
        for run_input in given]}


def _command(config: "ScriptRunConfig") -> Dict[str, Any]:
    """The command, or the script and its interpreter; and the packages that the interpreter must have."""
    python = config.run_config.environment.python
    made: Dict[str, Any] = {"interpreter": interpreter.resolve(python.interpreter_path),
                            "arguments": [text(argument) for argument in config.arguments], "expand": True}
    if not python.user_managed_dependencies:
        packages = _packages(config)
        made["requirements"] = requirements.of(packages)
        environment = config.run_config.environment
        made["managed"] = managed.of(environment.name, packages, before.of(environment, folder_of(config)))
    if config.command is not None:
        return dict(made, kind="command", command=_shell(config.command))
    if config.script is None:
        raise UserErrorException("a ScriptRunConfig needs a script or a command; both are missing")
    return dict(made, kind="script", script=script(config))


def _packages(config: "ScriptRunConfig") -> Optional[CondaDependencies]:
    """The packages of the environment, or of the file that it names, here or in the source folder."""
    python, folder = config.run_config.environment.python, folder_of(config)
    if not python.conda_dependencies_file:
        return managed.with_files(python.conda_dependencies, folder)
    inside = os.path.join(folder, python.conda_dependencies_file)
    file = inside if os.path.isfile(inside) else python.conda_dependencies_file
    return managed.with_files(CondaDependencies(file), os.path.dirname(file))


def _shell(command: Any) -> Text:
    """A command for the shell; a list is joined with spaces, as in v1."""
    if isinstance(command, (list, tuple)):
        return text(" ".join(str(word) for word in command))
    return text(command)


_said: Set[str] = set()


def _warnings(script_config: "ScriptRunConfig", builds: bool) -> List[str]:
    """Warnings about settings that have no effect here; each is also printed, once in a process. `builds`: whether an
    environment is built for the run. UserErrorException: a container is asked for, and RUNYARD_ENV_STRICT is set."""
    config = script_config.run_config
    container = _asks_for_container(config)
    managed.refuse_container(container)
    day = before.of(config.environment, folder_of(script_config))
    asked = {"containers are not used; runs use an interpreter of this machine": container,
             "no environment is built for the run, so it does not get packages from before {}".format(day):
             day is not None and not builds,
             "a run is one process on this machine; node_count and the number of processes have no effect":
             config.node_count > 1 or (config.pytorch.process_count or 1) > 1 or config.mpi.process_count_per_node > 1}
    sentences = [sentence for sentence, holds in asked.items() if holds]
    for sentence in sentences:
        if sentence not in _said:
            _said.add(sentence)
            messages.say(sentence)
    return sentences


def _asks_for_container(config: "RunConfiguration") -> bool:
    """Whether a configuration names a container. The default image of a new environment does not count."""
    docker = config.environment.docker
    image = docker.base_image not in (None, DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE)
    return bool(config.docker.use_docker or docker.enabled or docker.base_dockerfile or image)


def _variables(config: "ScriptRunConfig") -> Dict[str, Text]:
    """The run's own variables: the environment's, then the configuration's."""
    given = dict(config.run_config.environment.environment_variables or {})
    for name, value in _EXAMPLE.items():
        if given.get(name) == value:
            del given[name]
    given.update(config.run_config.environment_variables or {})
    return {str(name): text(value) for name, value in given.items()}


def sdk_path() -> Optional[str]:
    """The folder of this package and its hook, for the run's interpreter. None: the package lies beside
    other packages of this interpreter, as from a wheel; then the daemon offers its own copy."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folder = os.path.dirname(package)
    return folder if os.path.isdir(os.path.join(folder, "hook")) else None
