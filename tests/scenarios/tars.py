# SPDX-License-Identifier: Apache-2.0
"""Tar archives, right and wrong ones, as clients send them to POST /uploads."""

import tarfile
from typing import Any

BYTES = "application/octet-stream"
END = bytes(2 * tarfile.BLOCKSIZE)


def file(path: str, data: bytes = b"1", mode: int = 0o644, **fields: Any) -> bytes:
    """An entry: its header, then its padded bytes. `fields`: of tarfile.TarInfo."""
    member = tarfile.TarInfo(path)
    member.mode, member.size = mode, len(data)
    for name, value in fields.items():
        setattr(member, name, value)
    head = member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
    return head + data + bytes(-len(data) % tarfile.BLOCKSIZE)


def folder(path: str, mode: int = 0o755) -> bytes:
    return file(path, b"", mode, type=tarfile.DIRTYPE)


def link(path: str, target: str, kind: bytes = tarfile.SYMTYPE) -> bytes:
    return file(path, b"", 0o777, type=kind, linkname=target)


def only_named(path: str, size: int = 0) -> bytes:
    """A file whose bytes are not sent."""
    return file(path, b"", 0, pax_headers={"SCHILY.realsize": str(size)})


def tar(*entries: bytes) -> bytes:
    return b"".join(entries) + END
