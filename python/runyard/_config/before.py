# SPDX-License-Identifier: Apache-2.0
"""The day before which the packages of an environment were uploaded: `before`.

The first one that is set counts: --before in the shell, the environment's attribute, .runyard.toml in the source
folder, RUNYARD_ENV_BEFORE.
"""

import datetime
import os
import re
from typing import Any, Optional

from ..exceptions import UserErrorException
from . import environment_files

FILE = ".runyard.toml"
VARIABLE = "RUNYARD_ENV_BEFORE"
_LINE = re.compile(r"""before\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s#"']+))\s*(?:#.*)?$""")


def of(environment: Any, folder: str) -> Optional[str]:
    """The day for an environment whose source is a folder, as "2021-06-01". None: packages of today.

    UserErrorException: the value is not a day, or in the future, or the file cannot be read.
    """
    attribute, file = getattr(environment, "before", None), os.path.join(folder, FILE)
    if attribute is not None:
        return day(attribute, "'before' of the environment '{}'".format(environment.name))
    inside = _read(file) if os.path.exists(file) else None
    if inside is not None:
        return day(inside, file)
    variable = os.environ.get(VARIABLE, "").strip()
    return day(variable, VARIABLE) if variable else None


def day(given: Any, where: str) -> str:
    """A day as "2021-06-01". UserErrorException, with `where`: `given` is not a day, or in the future."""
    text = str(given).strip()
    why = "give one that exists, as 2021-06-01"
    try:
        if re.match(r"\d{4}-\d\d-\d\d$", text) is None:
            raise ValueError(why)
        parsed = datetime.date(*map(int, text.split("-")))
    except ValueError:
        raise UserErrorException("{}: '{}' is not a day: {}".format(where, text, why)) from None
    if parsed > datetime.date.today():
        raise UserErrorException("{}: {} is in the future; for packages of today, name no day".format(where, text))
    return text


def _read(file: str) -> Optional[str]:
    """The value of `before` in a file. None: it has no such line. UserErrorException: it has an unknown line, or
    is not a file."""
    if not os.path.isfile(file):  # reading a FIFO would wait for a writer
        raise UserErrorException("cannot read the settings file {}: it is not a file".format(file))
    found = None
    for number, line in enumerate(environment_files.read(file, "settings file").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _LINE.match(text)
        if match is None or found is not None:
            raise UserErrorException("{}, line {}: cannot read '{}': the file has one line, as before = \"2021-06-01\""
                                     .format(file, number, text))
        found = next(group for group in match.groups() if group is not None)
    return found
