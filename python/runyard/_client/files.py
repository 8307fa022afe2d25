# SPDX-License-Identifier: Apache-2.0
"""Files of a run, to and from the daemon."""

import os
import tempfile
from typing import Any, Iterator, List, Optional, Tuple

from .._base import messages, new_file
from .._base.progress import Progress
from .._report import blobs
from ..exceptions import AzureMLException, UserErrorException
from .api import ApiError, client, decode, path_of
from .http import Stream

_ADDRESS = "aml://artifactId/ExperimentRun/dcid."
_BLOCK = 1 << 20


def put(path: str, reader: Any, length: int) -> Any:
    """PUT `length` bytes of an open file. Returns the answer."""
    return decode(client.open("PUT", path, Stream(length, blocks(reader, length)), kind="application/octet-stream",
                              timeout=None).all())


def blocks(reader: Any, length: int, progress: Optional[Progress] = None) -> Iterator[bytes]:
    """Exactly `length` bytes of a file, in blocks. AzureMLException: the file has become shorter."""
    left = length
    progress = progress or Progress("sending {}".format(getattr(reader, "name", "a stream")), length)
    while left:
        block = reader.read(min(left, _BLOCK))
        if not block:
            raise AzureMLException("{} became shorter while it was sent".format(getattr(reader, "name", "a stream")))
        left -= len(block)
        yield block
        progress.add(len(block))


def upload(run_id: str, name: str, path_or_stream: Any) -> None:
    """Add a file to a run. Taken: the name has a file. UserErrorException: the name or the file cannot be used."""
    name = blobs.artifact_name(name)
    with blobs.opened(path_or_stream) as given, tempfile.TemporaryFile() as spool:
        reader, length = _measured(given, spool)
        try:
            put(path_of("runs", run_id, "files", name), reader, length)
        except ApiError as error:
            if error.code != "conflict":
                raise
            raise blobs.Taken(name, run_id) from None


def _measured(given: Any, spool: Any) -> Any:
    """A reader and its length. A stream without a length is copied to `spool` first."""
    try:
        here, end = given.tell(), given.seek(0, os.SEEK_END)
        given.seek(here)
        if isinstance(given.read(0), bytes):
            return given, end - here
    except (OSError, AttributeError, ValueError):
        pass
    for block in iter(lambda: blobs.checked(given.read(_BLOCK)), b""):
        spool.write(block)
    length = spool.tell()
    spool.seek(0)
    return spool, length


def download(run_id: str, name: Any, given: Optional[str]) -> None:
    """Write a file of a run, given its name or its value in get_metrics, to target_of(). UserErrorException: there is
    no such file."""
    run_id, name = artifact_of(name, run_id)
    name = blobs.artifact_name(name)
    target = target_of(name, given)
    save(content(run_id, name), target)


def content(run_id: str, name: str) -> Any:
    """A file of a run, open for reading. UserErrorException: the run has no such file; the message lists its files."""
    try:
        return client.open("GET", path_of("runs", run_id, "files", name), timeout=None)
    except ApiError as error:
        if error.code != "not_found":
            raise
    names = [file["name"] for file in client.items(path_of("runs", run_id, "files"))]
    if name in names:  # the daemon has read of the file to make the list
        return client.open("GET", path_of("runs", run_id, "files", name), timeout=None)
    raise UserErrorException("File with path {} was not found,\navailable files include: {}.".format(
        name, ",".join(names)))


def save(reply: Any, target: str) -> None:
    """Write the body of an answer to a file, which is whole or absent."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        new_file.put(target, iter(reply.read, b""))
    except BaseException:
        reply.close()
        raise


def target_of(name: str, given: Optional[str]) -> str:
    """The path for a downloaded file: the given one, or inside it if it is a folder; by default in the current folder.

    UserErrorException: the name ends in no name of a file.
    """
    base = name.rsplit("/", 1)[-1]
    if base in ("", ".", ".."):
        raise UserErrorException("cannot download '{}': it names no file".format(name))
    if given is None:
        return os.path.abspath(base)
    path = os.path.abspath(os.fspath(given))
    return os.path.join(path, base) if os.path.isdir(path) or os.fspath(given).endswith(os.sep) else path


def download_all(run_id: str, names: List[str], prefix: Optional[str], directory: Optional[str],
                 paths: Optional[List[str]], append_prefix: bool) -> None:
    """Write every file below a prefix to a folder, as download_each() does.

    `paths`: in the folder, one for each file; else the files have their names, with the prefix if `append_prefix`.
    UserErrorException: there is no such file.
    """
    below = prefix.rstrip("/") + "/" if prefix else ""
    chosen = [name for name in names if name.startswith(below)]
    if prefix and not chosen:
        raise UserErrorException("Prefix with path {} was not found,\navailable files include: {}.".format(
            prefix, ",".join(names)))
    if paths and (len(paths) != len(chosen) or len(set(paths)) != len(paths)):
        messages.warn("output_paths is ignored: it has to give one path, of its own, to each of {} files".format(
            len(chosen)))
        paths = None
    download_each(run_id, chosen, directory or ".",
                  paths or [name if append_prefix else name[len(below):] for name in chosen])


def download_each(run_id: str, names: List[str], directory: str, paths: List[str]) -> None:
    """Write files to their paths in a folder. If one cannot be written, the others are; if the daemon does not answer,
    the rest is not tried. UserErrorException: the files that are not there, each with its reason."""
    failed = []
    for number, (name, path) in enumerate(zip(names, paths)):
        try:
            download(run_id, name, inside(directory, path))
        except (OSError, UserErrorException, ApiError) as error:
            failed.append("{}: {}".format(name, error))
        except AzureMLException as error:
            failed.append("{}: {}".format(name, error))
            failed += ["{}: not tried".format(rest) for rest in names[number + 1:]]
            break
    if failed:
        raise UserErrorException("{} of {} files could not be downloaded:\n{}".format(
            len(failed), len(names), "\n".join(failed)))


def inside(directory: str, name: str) -> str:
    """A path below a folder. UserErrorException: the name leads out of it."""
    root = os.path.abspath(directory)
    path = os.path.abspath(os.path.join(root, name))
    if not path.startswith(root.rstrip(os.sep) + os.sep):
        raise UserErrorException("cannot download '{}': it lies outside of {}".format(name, root))
    return path


def artifact_uri(run_id: str, name: str) -> str:
    """The address of an artifact of a run."""
    return "{}{}/{}".format(_ADDRESS, run_id, name)


def artifact_of(given: Any, run_id: str) -> Tuple[str, str]:
    """Run and name of an artifact, given its value in get_metrics, or a name in the run `run_id`.

    >>> artifact_of("aml://artifactId/ExperimentRun/dcid.r2/ROC.png", "r1")
    ('r2', 'ROC.png')
    """
    text = given.data_location if isinstance(given, Artifact) else given
    if not isinstance(text, str) or not text.startswith(_ADDRESS):
        return run_id, text
    owner, _, name = text[len(_ADDRESS):].partition("/")
    return owner, name


class Artifact:
    """An image or document of a run. Its content is fetched at the first use."""

    def __init__(self, run_id: str, name: str) -> None:
        self.path = name
        self.filename = name.rsplit("/", 1)[-1]
        self.data_location = artifact_uri(run_id, name)
        self._run_id = run_id
        self._data: Optional[bytes] = None

    @property
    def data(self) -> bytes:
        """The content."""
        if self._data is None:
            self._data = content(self._run_id, self.path).all()
        return self._data

    def __repr__(self) -> str:
        """The class and the address."""
        return "Artifact({})".format(self.data_location)
