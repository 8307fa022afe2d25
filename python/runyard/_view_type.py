# SPDX-License-Identifier: Apache-2.0
"""ViewType: which experiments Experiment.list shows."""


class ViewType:
    """The words for it."""

    ActiveOnly = "ActiveOnly"
    ArchivedOnly = "ArchivedOnly"
    All = "All"
