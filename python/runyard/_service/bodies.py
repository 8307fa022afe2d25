# SPDX-License-Identifier: Apache-2.0
"""Bodies of HTTP requests, as they arrive."""

from typing import Optional, Union

from .messages import Head, Malformed

LONGEST = 100 * 1000 * 1000


class Sized:
    """A body whose length is known."""

    def __init__(self, length: int) -> None:
        self._length = length

    def take(self, received: bytearray) -> Optional[bytes]:
        """Remove the body from what was received. None: it is not complete."""
        if len(received) < self._length:
            return None
        body = bytes(received[:self._length])
        del received[:self._length]
        return body


class Chunked:
    """A body in chunks."""

    def __init__(self) -> None:
        self._body = bytearray()
        self._is_last = False

    def take(self, received: bytearray) -> Optional[bytes]:
        """Remove chunks from what was received. None: the body is not complete. Malformed: it is none."""
        while True:
            end = received.find(b"\r\n")
            if end < 0:
                return None
            if self._is_last:
                is_blank = end == 0
                del received[:end + 2]
                if is_blank:
                    return bytes(self._body)
                continue
            size = _chunk_size(bytes(received[:end]))
            _check_length(len(self._body) + size)
            if size and len(received) < end + 4 + size:
                return None
            self._body += received[end + 2:end + 2 + size]
            del received[:end + (4 if size else 2) + size]
            self._is_last = not size


def _chunk_size(line: bytes) -> int:
    """The size in the first line of a chunk. Malformed: there is none."""
    digits = line.partition(b";")[0].strip()
    try:
        if not digits.isalnum():
            raise ValueError
        return int(digits, 16)
    except ValueError:
        raise Malformed("a chunk of the body has no size") from None


def _check_length(length: int) -> None:
    """Malformed (413): a body is too long."""
    if length > LONGEST:
        raise Malformed("the body of a request may have {} MB".format(LONGEST // 1000000), 413)


def body_of(head: Head) -> Union[Sized, Chunked]:
    """How the body of a request comes. Malformed: it is not said."""
    coding = head.fields.get(b"transfer-encoding", b"").lower()
    length = head.fields.get(b"content-length")
    if coding:
        if coding != b"chunked" or length is not None:
            raise Malformed("the body of the request has an encoding or a length that is not known")
        return Chunked()
    if length is not None and not length.isdigit():
        raise Malformed("the Content-Length of the request is no number")
    _check_length(int(length or 0))
    return Sized(int(length or 0))
