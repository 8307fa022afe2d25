# SPDX-License-Identifier: Apache-2.0
"""What is left of a state directory when the power goes: a record of the shim (shim.c, RUNYARD_SHIM_RECORD) played again,
without what was not synced by then.

The strictest disk that POSIX allows: of a file those bytes are left that it had at its last sync, and a name is there, or
gone, once its directory was synced.
"""

import os
import struct
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple, Union

CREATED, WRITTEN, CUT, SYNCED, RENAMED, LINKED, REMOVED, DIRECTORY = range(1, 9)
HEAD = struct.Struct("<4IQ")


class Event(NamedTuple):
    kind: int
    path: str
    other: str
    data: bytes
    offset: int
    end: int  # of the event in the record: what was recorded up to there had happened


def events(record: bytes) -> Iterator[Event]:
    at = 0
    while at < len(record):
        kind, path, other, data, offset = HEAD.unpack_from(record, at)
        at += HEAD.size
        parts = []
        for size in (path, other, data):
            parts.append(record[at:at + size])
            at += size
        yield Event(kind, os.fsdecode(parts[0]), os.fsdecode(parts[1]), parts[2], offset, at)


class File:
    def __init__(self) -> None:
        self.now = bytearray()
        self.kept = b""
        self.known = False  # its content is in the record, not only its size when it was synced

    def write(self, data: bytes, offset: int) -> None:
        self.known = True
        self.now.extend(b"\0" * (offset - len(self.now)))
        self.now[offset:offset + len(data)] = data

    def cut(self, size: int) -> None:
        self.known = True
        del self.now[size:]
        self.now.extend(b"\0" * (size - len(self.now)))


class Folder:
    def __init__(self) -> None:
        self.now: Dict[str, Union["File", "Folder"]] = {}
        self.kept: Dict[str, Union["File", "Folder"]] = {}


class Disk:
    """Below `root`, which is there. `real` is the state directory as it is now: the bytes that others than the recorded programs
    wrote (journals, the log of a child) are taken from there."""

    def __init__(self, root: str, real: Dict[str, bytes]) -> None:
        self.root, self.real, self.top = root, real, Folder()

    def find(self, path: str, make: bool = False) -> Tuple[Folder, str]:
        """The folder and the name of a path. Folders that no program recorded were there before."""
        *folders, name = os.path.relpath(path, self.root).split("/")
        folder = self.top
        for part in folders:
            below = folder.now.get(part)
            if not isinstance(below, Folder):
                below = folder.now[part] = Folder()
            folder = below
        return folder, name

    def file(self, path: str) -> File:
        folder, name = self.find(path)
        found = folder.now.get(name)
        if not isinstance(found, File):
            found = folder.now[name] = File()
        return found

    def play(self, event: Event) -> None:
        folder, name = self.find(event.path)
        if event.kind == CREATED:
            folder.now.setdefault(name, File())
        elif event.kind == DIRECTORY:
            folder.now.setdefault(name, Folder())
        elif event.kind == WRITTEN:
            self.file(event.path).write(event.data, event.offset)
        elif event.kind == CUT:
            self.file(event.path).cut(event.offset)
        elif event.kind == REMOVED:
            folder.now.pop(name, None)
        elif event.kind in (RENAMED, LINKED):
            target, new = self.find(event.other)
            found = folder.now.pop(name, None) if event.kind == RENAMED else folder.now.get(name)
            target.now[new] = found if found is not None else File()
        elif event.kind == SYNCED:
            self.sync(self.top if event.path == self.root else folder.now.get(name), event)

    def sync(self, what: Optional[Union[File, Folder]], event: Event) -> None:
        if isinstance(what, Folder):
            for name in self.made_by_others(event.path):
                what.now.setdefault(name, File())
            what.kept = dict(what.now)
        elif what is None:
            self.file(event.path)
            self.sync(self.file(event.path), event)
        elif what.known:
            what.kept = bytes(what.now)
        else:
            what.kept = self.real.get(os.path.relpath(event.path, self.root), b"")[:event.offset]

    def made_by_others(self, folder: str) -> List[str]:
        """Journals are made by the child, unrecorded. Their folder is synced once all of them are there: at the run's end."""
        inside = os.path.relpath(folder, self.root)
        if os.path.basename(inside) != "journal":
            return []
        return [os.path.basename(path) for path in self.real if os.path.dirname(path) == inside]

    def leave(self, where: str, folder: Optional[Folder] = None) -> None:
        """Make `where` what the next start finds."""
        os.makedirs(where, mode=0o700, exist_ok=True)
        for name, found in (self.top if folder is None else folder).kept.items():
            path = os.path.join(where, name)
            if isinstance(found, Folder):
                self.leave(path, found)
            else:
                with open(path, "wb") as file:
                    file.write(found.kept)
