# SPDX-License-Identifier: Apache-2.0
"""Runs as the daemon has them: submitting them, asking for them, waiting for them.

The modules that RunClient needs are attributes of this package, loaded at their first use: a script that only logs
asks nothing.
"""

from __future__ import annotations

from .._base import loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import api_sink as api_sink, details as details, filters as filters, line_metrics as line_metrics
    from . import logs as logs, metrics as metrics, models as models, snapshots as snapshots, wait as wait
    from .._client import api as api, daemon as daemon, files as files
    from .._data import inputs as inputs, outputs as outputs

__getattr__ = loader(__name__, {
    "api": "runyard._client.api",
    "api_sink": "runyard._runs.api_sink",
    "daemon": "runyard._client.daemon",
    "details": "runyard._runs.details",
    "files": "runyard._client.files",
    "filters": "runyard._runs.filters",
    "inputs": "runyard._data.inputs",
    "line_metrics": "runyard._runs.line_metrics",
    "logs": "runyard._runs.logs",
    "metrics": "runyard._runs.metrics",
    "models": "runyard._runs.models",
    "outputs": "runyard._data.outputs",
    "snapshots": "runyard._runs.snapshots",
    "wait": "runyard._runs.wait",
})
