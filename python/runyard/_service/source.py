# SPDX-License-Identifier: Apache-2.0
"""The folder that becomes the snapshot of a service: its source, and the files of its models below azureml-models."""

import contextlib
import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple, Optional

from .._runs import ignore
from ..exceptions import WebserviceException
from .settings import MODELS

if TYPE_CHECKING:
    from ..model import Model

_RULES = ".amlignore"


class Source(NamedTuple):
    """What is deployed. folder: the source, or None; then only `entry_script` and the `files` are. files: name in the
    source to a path here."""

    folder: Optional[str]
    entry_script: str
    files: Dict[str, str]
    environment: Any
    description: Optional[str] = None


@contextlib.contextmanager
def staged(source: Source, models: "List[Model]") -> Iterator[str]:
    """A folder with the source and the models, which is removed at the end.

    WebserviceException: a file cannot be copied, or the script is not among them.
    """
    with tempfile.TemporaryDirectory(prefix="runyard-service-") as top:
        try:
            if source.folder is not None:
                _copy(source.folder, top)
            for name, path in source.files.items():
                _place(path, os.path.join(top, name))
            _allow_models(top)
        except OSError as error:
            raise WebserviceException("cannot copy the source of the service to {}: {}".format(
                top, error.strerror or error)) from None
        _check_script(top, source)
        for model in models:
            model.download(os.path.join(top, path_of(model)), exist_ok=True)
        yield top


def _check_script(top: str, source: Source) -> None:
    """WebserviceException: the script lies outside the source, or its ignore rules exclude it."""
    inside = os.path.normpath(source.entry_script)
    if inside.split(os.sep)[0] == os.pardir or not os.path.isfile(os.path.join(top, inside)):
        raise WebserviceException("cannot deploy the entry script {}: it must be a file below {}, and neither {} nor "
                                  "{} may exclude it".format(source.entry_script, source.folder, *ignore.FILES))


def path_of(model: "Model") -> str:
    """The folder of a model's files in the source."""
    return "{}/{}/{}".format(MODELS, model.name, model.version)


def _copy(folder: str, top: str) -> None:
    """Copy what the ignore rules of a folder do not exclude. Files are linked where that is possible."""
    rules = ignore.Rules(folder)
    for path, folders, names in os.walk(folder, followlinks=True):
        inside = os.path.relpath(path, folder)
        inside = "" if inside == os.curdir else inside + "/"
        folders[:] = [name for name in folders if inside + name != MODELS and not rules.exclude(inside + name, True)]
        os.makedirs(os.path.join(top, inside), exist_ok=True)
        for name in names:
            if not rules.exclude(inside + name, False) and os.path.isfile(os.path.join(path, name)):
                _place(os.path.join(path, name), os.path.join(top, inside, name))


def _place(path: str, target: str) -> None:
    """Copy a file or folder."""
    if os.path.isdir(path):
        shutil.copytree(path, target)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.link(os.path.realpath(path), target)
    except OSError:  # another file system, or a file of another user
        shutil.copyfile(path, target)


def _allow_models(top: str) -> None:
    """Add to the ignore rules of the source that models are never excluded."""
    lines = ""
    for name in ignore.FILES:
        with contextlib.suppress(FileNotFoundError), open(os.path.join(top, name), encoding="utf-8") as file:
            lines = file.read()
            break
    path = os.path.join(top, _RULES)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # it may be a link to the user's own file
    with open(path, "w", encoding="utf-8") as file:
        file.write("{0}\n!/{1}/\n!/{1}/**\n".format(lines.rstrip("\n"), MODELS).lstrip("\n"))
