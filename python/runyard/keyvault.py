# SPDX-License-Identifier: Apache-2.0
"""Keyvault: the secrets of a workspace, in a file that only its owner can read. They are not encrypted."""

import fcntl
import json
import os
from typing import TYPE_CHECKING, Dict, List, Optional
from urllib.parse import quote

from ._base import new_file
from ._client import state_directory
from ._data import workspace_folder
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from ._config.workspace_file import Identity


class Keyvault:
    """The key vault of a workspace.

    >>> ws.get_default_keyvault().set_secret("password", "...")
    """

    def __init__(self, identity: "Identity") -> None:
        """For Workspace.get_default_keyvault()."""
        parts = [_file_name(name) for name in identity]
        self._names = parts[:-1] + [parts[-1] + ".json"]

    @property
    def _path(self) -> str:
        """The file. UserErrorException: the state directory is not this user's."""
        return os.path.join(state_directory.own(), "keyvaults", *self._names)

    def set_secret(self, name: str, value: str) -> None:
        """Set a secret; a later value wins. UserErrorException: name or value is no text."""
        self.set_secrets({name: value})

    def set_secrets(self, secrets_batch: Dict[str, str]) -> None:
        """Set several secrets."""
        for name, value in secrets_batch.items():
            if not isinstance(name, str) or not name or not isinstance(value, str):
                raise UserErrorException("a secret's name and value must be texts, and the name not empty; the name "
                                         "was {!r} and the value a {}".format(name, type(value).__name__))
        self._change(dict(secrets_batch), [])

    def get_secret(self, name: str) -> Optional[str]:
        """A secret; None: there is none with that name."""
        return self._read().get(name)

    def get_secrets(self, secrets: List[str]) -> Dict[str, Optional[str]]:
        """Name to secret."""
        kept = self._read()
        return {name: kept.get(name) for name in secrets}

    def list_secrets(self) -> List[Dict[str, str]]:
        """The names, as [{"name": ...}]."""
        return [{"name": name} for name in sorted(self._read())]

    def delete_secret(self, name: str) -> None:
        """Remove a secret. UserErrorException: there is none with that name."""
        if name not in self._read():
            raise UserErrorException("the key vault has no secret named {!r}".format(name))
        self._change({}, [name])

    def delete_secrets(self, secrets: List[str]) -> None:
        """Remove several secrets."""
        for name in secrets:
            self.delete_secret(name)

    def _read(self) -> Dict[str, str]:
        """The stored secrets."""
        try:
            with open(self._path, encoding="utf-8") as file:
                return dict(json.load(file))
        except FileNotFoundError:
            return {}

    def _change(self, added: Dict[str, str], removed: List[str]) -> None:
        """Replace the file, whole or not at all, under a lock."""
        state_directory.make()
        path = self._path
        workspace_folder.make(os.path.dirname(path))
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(path + ".lock", flags, 0o600), "wb") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            kept = {name: value for name, value in dict(self._read(), **added).items() if name not in removed}
            new_file.put(path, [json.dumps(kept, ensure_ascii=False).encode("utf-8")], 0o600)


def _file_name(name: str) -> str:
    """Any name as a file name, never "." or ".."."""
    quoted = quote(name, safe="")
    return "%2E" + quoted[1:] if quoted.startswith(".") else quoted
