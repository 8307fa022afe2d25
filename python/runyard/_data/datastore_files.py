# SPDX-License-Identifier: Apache-2.0
"""Copies files into and out of the folder of a datastore or data set. A copied file is whole, or absent."""

import fnmatch
import os
import shutil
from typing import Any, List, NamedTuple, Optional

from .._base import messages, new_file
from ..exceptions import UserErrorException


class Copy(NamedTuple):
    """One file to copy, and its name in messages."""

    name: str
    source: str
    target: str


class Words(NamedTuple):
    """What copying is called in messages."""

    now: str
    done: str
    noun: str


UPLOAD, DOWNLOAD = Words("Uploading", "Uploaded", "upload"), Words("Downloading", "Downloaded", "download")


def text_of(path: Any, what: str) -> str:
    """A path as a text. UserErrorException: it is no path."""
    try:
        text = os.fsdecode(path)
    except TypeError:
        raise UserErrorException("{} must be a path, not {!r}".format(what, path)) from None
    if "\0" in text:
        raise UserErrorException("{} must not hold a null character: {!r}".format(what, text))
    return text


def inside(root: str, path: Any, what: str) -> str:
    """The path of a path below a folder; a leading '/' means that folder.

    UserErrorException: it leads out, by '..' or through a link.
    """
    local = os.path.normpath(os.path.join(root, text_of(path or "", "a path in " + what).lstrip("/")))
    if not (_below(local, root) and _below(os.path.realpath(local), os.path.realpath(root))):
        raise UserErrorException("'{}' leads out of {}, which is the folder {}".format(path, what, root))
    return local


def _below(path: str, root: str) -> bool:
    """Whether a path is a folder or lies in it."""
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def walked(folder: str) -> List[str]:
    """Every file in a folder, sorted, relative to it. Only links to files are followed.

    UserErrorException: a folder in it cannot be read.
    """

    def refuse(error: OSError) -> None:
        raise UserErrorException("cannot read the folder {}: {}".format(error.filename, error.strerror))

    found = []
    for above, folders, files in os.walk(folder, onerror=refuse):
        folders.sort()
        found += [os.path.relpath(os.path.join(above, name), folder) for name in sorted(files)]
    return found


def fitting(folder: Any, pattern: str) -> List[str]:
    """The paths of the files in a folder whose name, or path relative to it, fits a pattern. UserErrorException: there
    are none."""
    top = text_of(folder, "src_dir")
    found = [os.path.join(top, name) for name in walked(top) if any(
        fnmatch.fnmatchcase(text, pattern) for text in (name, os.path.basename(name)))]
    if not found:
        raise UserErrorException("cannot upload {}: no file in it fits the pattern {!r}".format(top, pattern))
    return found


def pairs(names: List[str], source: str, target: str) -> List[Copy]:
    """The copies of files that have the same names in both folders."""
    return [Copy(name, os.path.join(source, name), os.path.join(target, name)) for name in names]


def copy_all(copies: List[Copy], overwrite: bool, words: Words, show: bool) -> int:
    """Copy files. Returns how many were copied. `show`: print every file. Existing files stay, unless `overwrite`.

    UserErrorException: one cannot be copied; those before it have been.
    """

    def report(sentence: str) -> None:
        if show:
            messages.to_stdout(sentence + "\n")

    report("{} an estimated of {} files".format(words.now, len(copies)))
    count = 0
    for job in copies:
        if not overwrite and os.path.lexists(job.target):
            report("Target already exists. Skipping {} for {}".format(words.noun, job.name))
            continue
        report("{} {}".format(words.now, job.name))
        copy(job.source, job.target)
        count += 1
        report("{} {}, {} files out of an estimated total of {}".format(words.done, job.name, count, len(copies)))
    report("{} {} files".format(words.done, count))
    _mention_kept(len(copies) - count, words, show)
    return count


def _mention_kept(kept: int, words: Words, show: bool) -> None:
    """Say how many existing files were kept, unless every file has been printed."""
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
