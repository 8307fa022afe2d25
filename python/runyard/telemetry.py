# SPDX-License-Identifier: Apache-2.0
"""The switches of v1's telemetry, without effect: nothing is sent from this machine."""

import logging
from typing import Any, Tuple

INSTRUMENTATION_KEY = ""  # scripts that AutoML wrote pass it on


def set_diagnostics_collection(send_diagnostics: bool = True, verbosity: int = logging.INFO, reason: Any = None,
                               path: Any = None) -> None:
    """Does nothing: no data is collected."""


def get_diagnostics_collection_info(component_name: Any = None, path: Any = None) -> Tuple[bool, int]:
    """Whether data is collected (never), and the minimum level of logging for it."""
    return False, logging.NOTSET


def is_diagnostics_collection_info_available(component_name: Any = None, path: Any = None) -> bool:
    """Always true."""
    return True


def get_telemetry_log_handler(*args: Any, **kwargs: Any) -> logging.Handler:
    """A handler that drops everything."""
    return logging.NullHandler()


def set_diagnostics_properties(*args: Any, **kwargs: Any) -> None:
    """Does nothing: no data is collected."""


def add_diagnostics_properties(*args: Any, **kwargs: Any) -> None:
    """Does nothing: no data is collected."""
