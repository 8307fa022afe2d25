# SPDX-License-Identifier: Apache-2.0
"""A run that fails for a reason."""

from azureml.core import Run

Run.get_context().log("loss", 0.5)
raise ValueError("the learning rate must be above 0, but is -1")
