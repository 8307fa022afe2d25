# SPDX-License-Identifier: Apache-2.0
"""The exceptions. Ours have one base, AzureMLException, and a sentence in `message`."""

from . import Owner, Row

_MESSAGE = "{}(exception_message, **kwargs)"
_OURS = "{}(exception_message='', inner_exception=None, **kwargs)"
_WHEN = [
    ("UserErrorException", "The caller asked for something that cannot be done."),
    ("AuthenticationException", "Never raised: there is no login."),
    ("ComputeTargetException", "There is no target of that name."),
    ("ExperimentExecutionException", "A run could not be started, or its output is no longer streamed."),
    ("ProjectSystemException", "A workspace cannot be used."),
    ("RunConfigurationException", "A configuration is not valid."),
    ("SnapshotException", "The folder is too large to be snapshotted unasked."),
    ("TrainingException", "Never raised."),
]

EXCEPTIONS = Owner("azureml.exceptions", "What can be raised.", [
    Row("AzureMLException(exception_message, inner_exception=None, target=None, details=None, message_format=None, "
        "message_parameters=None, reference_code=None, **kwargs)", "The base of all of them.",
        "`target` and what follows are accepted by name and ignored.",
        ours=_OURS.format("AzureMLException")),
] + [Row(_MESSAGE.format(name), when) for name, when in _WHEN] + [
    Row("ActivityFailedException(error_details, **kwargs)", "A run that was waited for has failed.",
        "The message comes first, `error_details` second.",
        ours="ActivityFailedException(exception_message='', error_details=None, **kwargs)"),
    Row("RunEnvironmentException(**kwargs)", "There is no run around this process.", "Takes the message too."),
    Row("ServiceException(error_response_exception, **kwargs)", "The daemon refused, or does not answer.",
        "An AzureMLException, made from a sentence; `status_code`, `code` and `details` say what the API said.",
        ours=_OURS.format("ServiceException")),
    Row("ModelNotFoundException(exception_message, logger=None, **kwargs)", "No model has that name.",
        "`logger` is ignored.", ours=_OURS.format("ModelNotFoundException")),
    Row("ModelPathNotFoundException(exception_message, logger=None, **kwargs)", "The run has no such files.",
        "`logger` is ignored.", ours=_OURS.format("ModelPathNotFoundException")),
    Row("WorkspaceException(exception_message, found_multiple=False, **kwargs)", "There is no such workspace.",
        "`found_multiple` is ignored.", ours=_OURS.format("WorkspaceException")),
    Row("WebserviceException(exception_message, status_code=None, logger=None, **kwargs)", "Never raised.",
        "What follows the message is ignored.",
        ours=_OURS.format("WebserviceException")),
    Row("DiscoveryUrlNotFoundException(discovery_key, **kwargs)", "Never raised.", "Takes a message.",
        ours=_OURS.format("DiscoveryUrlNotFoundException")),
    Row("AzureMLAggregatedException(exceptions_list, **kwargs)", "Several at once."),
], {"of services that are out of scope": "DatasetTimestampMissingError ParallelRunException "
                                         "WorkspacePrivateEndpointException"})

OWNERS = [EXCEPTIONS]
