# SPDX-License-Identifier: Apache-2.0
"""MountContext: the files of a data set below one folder, while the context is open."""

import os
from typing import Any, Callable, List, Optional

from ..exceptions import UserErrorException
from . import datastore_files


class MountContext:
    """The result of FileDataset.mount. `mount_point` is the folder; `with` calls start() and stop().

    If the caller gives no mount point, it is the folder of the files, and stop() does not change it.
    """

    def __init__(self, find: Callable[[], str], mount_point: Optional[str]) -> None:
        self._find = find
        self._given = None if mount_point is None else os.path.abspath(
            datastore_files.text_of(mount_point, "mount_point"))
        self._found: Optional[str] = None
        self._links: List[str] = []
        self._made = False

    @property
    def mount_point(self) -> str:
        """The folder that the files are in."""
        if self._given is not None:
            return self._given
        if self._found is None:
            self._found = self._find()
        return self._found

    def start(self) -> None:
        """Fill the mount point. UserErrorException: it is not empty, or cannot be filled."""
        if self._given is None or self._links:
            return
        source = self._find()
        try:
            self._made = not os.path.isdir(self._given)
            os.makedirs(self._given, exist_ok=True)
            if os.listdir(self._given):
                raise UserErrorException("cannot mount on {}: the folder is not empty".format(self._given))
            for name in sorted(os.listdir(source)):
                link = os.path.join(self._given, name)
                os.symlink(os.path.join(source, name), link)
                self._links.append(link)
        except OSError as error:
            raise UserErrorException("cannot mount on {}: {}".format(self._given, error.strerror)) from None

    def stop(self) -> None:
        """Remove what start() made, and nothing else."""
        for link in self._links:
            if os.path.islink(link):
                os.unlink(link)
        self._links = []
        if self._made and self._given is not None and os.path.isdir(self._given) and not os.listdir(self._given):
            os.rmdir(self._given)

    def __enter__(self) -> "MountContext":
        """The context, started."""
        self.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        """Stop."""
        self.stop()
