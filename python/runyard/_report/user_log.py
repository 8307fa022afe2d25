# SPDX-License-Identifier: Apache-2.0
"""logs/user_log.txt: what is printed inside of a `with` block of an interactive run, also written to a file."""

import os
import sys
from io import BytesIO
from typing import Any, Optional

from .._base import messages


class Tee:
    """Stands for a stream: what is written goes to the stream, and to a file; everything else is the stream's."""

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
        """The stream's."""
        return getattr(self._stream, name)

    def __iter__(self) -> Any:
        """The stream's."""
        return iter(self._stream)


class UserLog:
    """The file of one run's block; owned by the run. Blocks in blocks share the file, each knows where it began."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._fd = -1
        self._began = 0

    def start(self) -> None:
        """Write what is printed from now on. Without a file that can be written, only say so."""
        try:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            self._fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
            self._began = os.fstat(self._fd).st_size
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
        """Give the streams back, and close the file."""
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if isinstance(stream, Tee) and stream._log is self:
                setattr(sys, name, stream._stream)
        if self._fd >= 0:
            fd, self._fd = self._fd, -1  # first: another thread may be printing
            os.close(fd)

    def content(self) -> Optional[BytesIO]:
        """What was printed inside of the block; None where nothing was."""
        try:
            with open(self.path, "rb") as reader:
                reader.seek(self._began)
                data = reader.read()
        except OSError:
            return None
        return BytesIO(data) if data else None
