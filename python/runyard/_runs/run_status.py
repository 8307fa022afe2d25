# SPDX-License-Identifier: Apache-2.0
"""RunStatus: the names of a run's states, which scripts compare with."""

from typing import List


class RunStatus:
    """The states of a run, by name."""

    NOT_STARTED = "NotStarted"
    UNAPPROVED = "Unapproved"
    PAUSING = "Pausing"
    PAUSED = "Paused"
    STARTING = "Starting"
    PROVISIONING = "Provisioning"
    PREPARING = "Preparing"
    QUEUED = "Queued"
    RUNNING = "Running"
    FINALIZING = "Finalizing"
    CANCEL_REQUESTED = "CancelRequested"
    COMPLETED = "Completed"
    FAILED = "Failed"
    CANCELED = "Canceled"
    NOT_RESPONDING = "NotResponding"

    @classmethod
    def get_running_statuses(cls) -> List[str]:
        """The states before the script has ended."""
        return [cls.NOT_STARTED, cls.QUEUED, cls.PREPARING, cls.PROVISIONING, cls.STARTING, cls.RUNNING]

    @classmethod
    def get_post_processing_statuses(cls) -> List[str]:
        """The states after the script has ended and before the run has."""
        return [cls.FINALIZING, cls.CANCEL_REQUESTED]


FINAL = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELED)
