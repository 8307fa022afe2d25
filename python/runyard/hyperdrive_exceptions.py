# SPDX-License-Identifier: Apache-2.0
"""The exceptions of sweeps, and the sentences of SDK v1 for what it refused."""

from typing import Any

from .exceptions import AzureMLException


class HyperDriveException(AzureMLException):
    """The base of the exceptions of sweeps."""


class HyperDriveServiceException(HyperDriveException):
    """The service refused something."""


class HyperDriveConfigException(HyperDriveException):
    """A space, a policy or a configuration is not valid."""


class HyperDriveScenarioNotSupportedException(HyperDriveConfigException):
    """A configuration asks for what is not supported."""


class HyperDriveNotImplementedException(HyperDriveScenarioNotSupportedException):
    """A run of a sweep cannot do that."""


class HyperDriveRehydrateException(HyperDriveException):
    """A configuration cannot be made again from its description."""


class HyperDriveErrorStrings:
    """What SDK v1 said of what is refused here too, word for word: scripts may compare it."""

    MISSING_CHOICE_VALUES = "Please specify an input for choice."
    INVALID_CONFIG_SETTING = "{obj} expects {condition}"
    UNEXPECTED_TYPE = "Expected type {exp} for {obj} but got {actual}"
    NOT_IMPLEMENTED = "{feature} is not implemented for HyperDrive run"
    DISTRIBUTION_VALIDATION_FAILURE = "Failed to validate a parameter distribution due to {err}"
    RESUME_CHILD_RUNS_CONTAINS_DUPLICATE = "resume_child_runs cannot contain duplicate runs."
    FOUND_CHILD_RUN_NOT_IN_TERMINAL_STATE = ("All resume_child_runs should be in a terminal state. Found a run with "
                                             "state '{state}'.")
    RESUME_CHILD_RUN_WITHOUT_PARENT_RUN = "Every run in resume_child_runs should have a parent run."
    RESUME_CHILD_RUNS_COME_FROM_TOO_MANY_PARENT_RUNS = ("resume_child_runs should not come from more than {max_num} "
                                                        "unique parents. {found} unique parents were found.")
    WARM_START_RUNS_DONT_MATCH = "{obj} should be the same for all runs. {additional_info}"


def setting(obj: str, condition: str) -> HyperDriveConfigException:
    """The exception about a setting that is not valid."""
    return HyperDriveConfigException(HyperDriveErrorStrings.INVALID_CONFIG_SETTING.format(obj=obj, condition=condition))


def kind(obj: str, expected: str, actual: Any) -> HyperDriveConfigException:
    """The exception about a value of the wrong type."""
    return HyperDriveConfigException(HyperDriveErrorStrings.UNEXPECTED_TYPE.format(
        obj=obj, exp=expected, actual=type(actual).__name__))
