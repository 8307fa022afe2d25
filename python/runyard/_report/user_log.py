# SPDX-License-Identifier: Apache-2.0
"""logs/user_log.txt: a copy of what a `with` block of an interactive run prints."""

import os
import sys
from io import BytesIO
from typing import Any, Optional

from .._base import messages


class Tee:
    """Replaces a stream: writes to the stream and to a file. Every other attribute is the stream's."""

    def __init__(self, stream: Any, log: "UserLog") -> None:
        self._stream = stream
        self._log = log

    def write(self, text: Any) -> Any:
        """Write to both."""
        self._log.write(text)
        return self._stream.write(text)

    def writelines(self, lines: Any) -> None:
        """Write several texts to both."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """The attribute of the stream."""
        return getattr(self._stream, name)

    def __iter__(self) -> Any:
        """The lines of the stream."""
        return iter(self._stream)


class UserLog:
    """The file of one run's block; owned by the run. Nested blocks share the file and know where they began."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._fd = -1
        self._start = 0

    def start(self) -> None:
        """Copy printed text from now on. If the file cannot be written, print a message instead."""
        try:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            self._fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
            self._start = os.fstat(self._fd).st_size
        except OSError as error:
            messages.say("cannot write {}: {}; what is printed is not kept".format(self.path, error.strerror))
            return
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is not None and not (isinstance(stream, Tee) and stream._log.path == self.path):
                setattr(sys, name, Tee(stream, self))

    def write(self, text: Any) -> None:
        """Append text; never raises."""
        if self._fd >= 0 and isinstance(text, str):
            try:
                os.write(self._fd, text.encode("utf-8", "replace"))
            except OSError:
                pass

    def stop(self) -> None:
        """Restore the streams, and close the file."""
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if isinstance(stream, Tee) and stream._log is self:
                setattr(sys, name, stream._stream)
        if self._fd >= 0:
            fd, self._fd = self._fd, -1  # first: another thread may be printing
            os.close(fd)

    def content(self) -> Optional[BytesIO]:
        """The printed text of the block; None: there is none."""
        try:
            with open(self.path, "rb") as reader:
                reader.seek(self._start)
                data = reader.read()
        except OSError:
            return None
        return BytesIO(data) if data else None
