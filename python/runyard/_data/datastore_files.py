# SPDX-License-Identifier: Apache-2.0
"""Files into and out of a folder: of a datastore, of a data set. A file is whole at its place, or absent."""

import os
import shutil
from typing import Any, List, NamedTuple, Optional

from .._base import messages, new_file
from ..exceptions import UserErrorException


class Copy(NamedTuple):
    """One file to be copied, and the name that people are told."""

    name: str
    source: str
    target: str


class Words(NamedTuple):
    """What copying is called."""

    now: str
    done: str
    noun: str


UPLOAD, DOWNLOAD = Words("Uploading", "Uploaded", "upload"), Words("Downloading", "Downloaded", "download")


def text_of(path: Any, what: str) -> str:
    """A path as a text. UserErrorException: it is none."""
    try:
        text = os.fsdecode(path)
    except TypeError:
        raise UserErrorException("{} must be a path, not {!r}".format(what, path)) from None
    if "\0" in text:
        raise UserErrorException("{} must not hold a null character: {!r}".format(what, text))
    return text


def inside(root: str, path: Any, what: str) -> str:
    """The place of a path below a folder; a '/' at its start means that folder.

    UserErrorException: it leads out, by '..' or through a link.
    """
    place = os.path.normpath(os.path.join(root, text_of(path or "", "a path in " + what).lstrip("/")))
    if not (_below(place, root) and _below(os.path.realpath(place), os.path.realpath(root))):
        raise UserErrorException("'{}' leads out of {}, which is the folder {}".format(path, what, root))
    return place


def _below(path: str, root: str) -> bool:
    """Whether a path is a folder or lies in it."""
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def walked(folder: str) -> List[str]:
    """Every file in a folder, sorted, relative to it. Links are followed to files only.

    UserErrorException: a folder in it cannot be read.
    """

    def refuse(error: OSError) -> None:
        raise UserErrorException("cannot read the folder {}: {}".format(error.filename, error.strerror))

    found = []
    for above, folders, files in os.walk(folder, onerror=refuse):
        folders.sort()
        found += [os.path.relpath(os.path.join(above, each), folder) for each in sorted(files)]
    return found


def pairs(names: List[str], source: str, target: str) -> List[Copy]:
    """The copies of files, each of the same name in both folders."""
    return [Copy(name, os.path.join(source, name), os.path.join(target, name)) for name in names]


def copy_all(copies: List[Copy], overwrite: bool, words: Words, show: bool) -> int:
    """Copy files, and say so on stdout where `show`; how many were copied. What is there stays, but for `overwrite`.

    UserErrorException: one cannot be copied; those before it have been.
    """

    def tell(sentence: str) -> None:
        if show:
            messages.to_stdout(sentence + "\n")

    tell("{} an estimated of {} files".format(words.now, len(copies)))
    count = 0
    for each in copies:
        if not overwrite and os.path.lexists(each.target):
            tell("Target already exists. Skipping {} for {}".format(words.noun, each.name))
            continue
        tell("{} {}".format(words.now, each.name))
        copy(each.source, each.target)
        count += 1
        tell("{} {}, {} files out of an estimated total of {}".format(words.done, each.name, count, len(copies)))
    tell("{} {} files".format(words.done, count))
    _tell_of_kept(len(copies) - count, words, show)
    return count


def _tell_of_kept(kept: int, words: Words, show: bool) -> None:
    """Say that files stayed as they are, where it has not been said of each."""
    if kept and not show:
        messages.say("{} files were not {}, because they are there already; overwrite=True replaces them".format(
            kept, words.done.lower()))


def copy(source: str, target: str) -> None:
    """Copy a file, with its mode and times. UserErrorException: it cannot be copied."""
    beside: Optional[str] = None
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        beside = new_file.beside(target)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        shutil.copy2(source, beside)
        os.replace(beside, target)
    except OSError as error:
        why = "{}: {}".format(error.filename, error.strerror) if error.filename not in (None, source, beside) else (
            error.strerror or error)
        raise UserErrorException("cannot copy {} to {}: {}".format(source, target, why)) from None
    finally:
        if beside is not None and os.path.lexists(beside):
            os.unlink(beside)
