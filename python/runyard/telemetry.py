# SPDX-License-Identifier: Apache-2.0
"""The switches of a telemetry that does not exist: nothing is sent from this machine, whatever they say."""

import logging
from typing import Any, Tuple

INSTRUMENTATION_KEY = ""  # of no service: scripts that AutoML wrote pass it on


def set_diagnostics_collection(send_diagnostics: bool = True, verbosity: int = logging.INFO, reason: Any = None,
                               path: Any = None) -> None:
    """Nothing: no data is collected."""


def get_diagnostics_collection_info(component_name: Any = None, path: Any = None) -> Tuple[bool, int]:
    """Whether data is collected (it is not), and the level of logging from which it would be."""
    return False, logging.NOTSET


def is_diagnostics_collection_info_available(component_name: Any = None, path: Any = None) -> bool:
    """Always true: it is known that nothing is collected."""
    return True


def get_telemetry_log_handler(*args: Any, **kwargs: Any) -> logging.Handler:
    """A handler that keeps nothing."""
    return logging.NullHandler()


def set_diagnostics_properties(*args: Any, **kwargs: Any) -> None:
    """Nothing: no data is collected."""


def add_diagnostics_properties(*args: Any, **kwargs: Any) -> None:
    """Nothing: no data is collected."""
