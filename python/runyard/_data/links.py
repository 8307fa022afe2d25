# SPDX-License-Identifier: Apache-2.0
"""A folder of links to the files of a data set, which is removed at the end of this process."""

import atexit
import os
import shutil
import tempfile
from typing import List

from ..exceptions import UserErrorException
from .files import File


def temporary_links(files: List[File]) -> str:
    """A new folder with a link to each file. UserErrorException: the folder or a link cannot be made."""
    folder = tempfile.mkdtemp(prefix="runyard-mount-")
    atexit.register(_remove, folder, os.getpid())
    try:
        for file in files:
            target = os.path.join(folder, file.name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(file.path, target)
    except OSError as error:
        raise UserErrorException("cannot make the folder {} for a data set: {}".format(
            folder, error.strerror or error)) from None
    return folder


def _remove(folder: str, owner: int) -> None:
    """Remove a folder; does nothing in a forked child."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
