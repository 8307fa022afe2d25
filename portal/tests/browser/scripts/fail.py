# SPDX-License-Identifier: Apache-2.0
"""A run that fails for a reason."""

from azureml.core import Run

run = Run.get_context()
run.log("loss", 0.5)
run.log_table("grid", {"depth": [1, 2, 3, 4], "loss": [0.9, 0.7, 0.6, 0.55], "seconds": [1, 2, 4, 8]})
raise ValueError("the learning rate must be above 0, but is -1")
