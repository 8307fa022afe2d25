# SPDX-License-Identifier: Apache-2.0
"""The exception classes, under the names that azureml.exceptions gives them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn, Optional


class AzureMLException(Exception):
    """The base of all exceptions here; `message` is the sentence."""

    def __init__(self, exception_message: str = "", inner_exception: Optional[BaseException] = None,
                 **kwargs: Any) -> None:
        super().__init__(exception_message)
        self.message = exception_message
        self.inner_exception = inner_exception


class UserErrorException(AzureMLException):
    """The caller asked for something that cannot be done."""


class RunEnvironmentException(AzureMLException):
    """There is no submitted run around this process."""


class ActivityFailedException(AzureMLException):
    """A run that was waited for has failed."""

    def __init__(self, exception_message: str = "", error_details: Any = None, **kwargs: Any) -> None:
        super().__init__(exception_message, **kwargs)
        self.error_details = error_details


class ActivityCanceledException(AzureMLException):
    """A run that was waited for was canceled."""


class AuthenticationException(AzureMLException):
    """The caller is not authenticated."""


class ComputeTargetException(AzureMLException):
    """A compute target cannot be used."""


class DiscoveryUrlNotFoundException(AzureMLException):
    """There is no service at that address."""


class ExperimentExecutionException(AzureMLException):
    """A run could not be started."""


class ImageException(AzureMLException):
    """An image could not be made or found."""


class ModelNotFoundException(AzureMLException):
    """No model has that name."""


class ModelPathNotFoundException(AzureMLException):
    """A model's files do not exist."""


class ProjectSystemException(AzureMLException):
    """A workspace or project cannot be used."""


class WorkspaceException(ProjectSystemException):
    """A workspace does not exist, or cannot be used."""


class RunConfigurationException(AzureMLException):
    """A run configuration is not valid."""


class ServiceException(AzureMLException):
    """The service answered with an error."""


class SnapshotException(AzureMLException):
    """The snapshot of the sources could not be made."""


class TrainingException(AzureMLException):
    """A training job could not be made."""


class WebserviceException(AzureMLException):
    """A web service could not be used."""


class AzureMLAggregatedException(AzureMLException):
    """Several errors at once."""

    def __init__(self, exceptions_list: Any = (), **kwargs: Any) -> None:
        self.exceptions_list = list(exceptions_list)
        super().__init__("\n".join(str(error) for error in self.exceptions_list), **kwargs)


class DatasetTimestampMissingError(AzureMLException):
    """A data set has no timestamp column."""


class ParallelRunException(AzureMLException):
    """A run of many processes failed."""


class WorkspacePrivateEndpointException(AzureMLException):
    """A private endpoint of a workspace could not be used."""


class DatasetValidationError(UserErrorException):
    """A data set's files do not exist, or do not match its definition."""


class DatasetExecutionError(AzureMLException):
    """A data set could not be read."""


def not_here(name: str, instead: str) -> str:
    """The sentence about a name of v1 that Runyard does not have."""
    return "{} is not part of Runyard. {}.".format(name, instead)


def refusal(name: str, instead: str) -> Any:
    """A function for a name of v1 that Runyard does not have. It always raises UserErrorException, with what to use
    instead."""

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise UserErrorException(not_here(name, instead))

    refuse.__name__ = refuse.__qualname__ = name.rpartition(".")[2]
    refuse.__doc__ = not_here(name, instead)
    return refuse
