# SPDX-License-Identifier: Apache-2.0
"""Web addresses as paths of a data set: which ones can be fetched, and what their files are called."""

import hashlib
import os
import re
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from ..exceptions import UserErrorException

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
_LONGEST = 180  # of a file's name in bytes; what is kept beside the file has a longer one


def is_address(path: Any) -> bool:
    """Whether a path is an address, of any scheme."""
    return isinstance(path, str) and _ADDRESS.match(path) is not None


def checked(address: str) -> str:
    """An address that can be fetched, with non-ASCII characters and spaces encoded. UserErrorException: it cannot."""
    encoded = quote(address.strip(), safe="%/:?#[]@!$&'()*+,;=~")
    parts = _split(encoded)
    if parts.scheme not in ("http", "https"):
        raise refused(address, "only http and https addresses are fetched; download it, upload it with "
                               "ws.get_default_datastore().upload_files, and pass (datastore, path)")
    if not parts.hostname:
        raise refused(address, "it names no host")
    if "@" in parts.netloc:
        raise refused(address, "it holds a user name or password; download the file and pass its path")
    if "*" in parts.path:
        raise refused(address, "an address has no patterns, because a web server lists no files; name each file")
    return parts._replace(fragment="").geturl()


def _split(address: str) -> SplitResult:
    """The parts of an address. UserErrorException: it is not valid."""
    try:
        parts = urlsplit(address)
        if parts.port == 0 or _UNSAFE.search(address):
            raise ValueError("it is not valid")
        return parts
    except ValueError as error:
        raise refused(address, str(error)) from None


def refused(address: str, why: str) -> UserErrorException:
    """The exception for an address."""
    return UserErrorException("cannot fetch {}: {}".format(shown(address), why))


def shown(address: str) -> str:
    """An address for messages: without its query, which may hold a key, and without a user's name and password."""
    scheme, mark, rest = str(address).partition("://")
    host, slash, path = rest.partition("/")
    path, question, _ = path.partition("?")
    return _UNSAFE.sub("?", scheme + mark + host.rpartition("@")[2] + slash + path + ("?..." if question else ""))


def file_name(address: str) -> str:
    """The relative path of the file of a checked address, as in SDK v1: https%3A/%2Fhost/folder/file.csv. A query,
    which may hold a key, is a folder by its digest."""
    parts = urlsplit(address)
    folders = [_component(name) for name in parts.path.split("/") if name]
    name = folders.pop() if folders and not parts.path.endswith("/") else "index"
    if parts.query:
        folders.append("%3F" + hashlib.sha256(parts.query.encode("utf-8")).hexdigest()[:16])
    return os.path.join(parts.scheme + "%3A", "%2F" + quote(parts.netloc.lower(), safe=""), *folders, name)


def _component(name: str) -> str:
    """A part of a path as a file name: never hidden, nor longer than a file system allows."""
    name = "%2E" + name[1:] if name.startswith(".") else name
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:16]
    return digest + name[len(digest) - _LONGEST:]
