# SPDX-License-Identifier: Apache-2.0
"""The experiment of a run without a record."""

from ..experiment import Experiment
from ..workspace import Workspace


class OfflineExperiment(Experiment):
    """A name without a record. A method that needs the workspace finds it, and one that needs the daemon's description
    creates the experiment."""

    def __init__(self) -> None:
        self._name, self._facts = "OfflineExperiment", {}

    @property
    def _workspace(self) -> Workspace:  # type: ignore[override]
        """The workspace that Workspace.from_config() finds."""
        return Workspace.from_config()

    def __repr__(self) -> str:
        """The class and the name; does not ask the daemon."""
        return "OfflineExperiment(Name: {})".format(self._name)
