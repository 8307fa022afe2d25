# SPDX-License-Identifier: Apache-2.0
"""A run with children."""

from azureml.core import Run

run = Run.get_context()
for fold in range(3):
    with run.child_run(name="fold {}".format(fold)) as child:
        child.log("loss", 0.5 / (fold + 1))
