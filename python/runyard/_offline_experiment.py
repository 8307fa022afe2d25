# SPDX-License-Identifier: Apache-2.0
"""The experiment of a run that nobody records."""

from typing import TYPE_CHECKING

from .experiment import Experiment

if TYPE_CHECKING:
    from .workspace import Workspace


class OfflineExperiment(Experiment):
    """A name. Its workspace is looked for when somebody asks for it; using it otherwise makes the experiment."""

    def __init__(self) -> None:
        self._name, self._facts = "OfflineExperiment", {}

    @property
    def _workspace(self) -> "Workspace":  # type: ignore[override]
        """What Workspace.from_config() finds."""
        from .workspace import Workspace
        return Workspace.from_config()

    def __repr__(self) -> str:
        """The class and the name; asks nobody."""
        return "OfflineExperiment(Name: {})".format(self._name)


def offline_experiment() -> Experiment:
    """The experiment of every run that nobody records."""
    return OfflineExperiment()
