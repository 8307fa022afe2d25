# SPDX-License-Identifier: Apache-2.0
"""Numbers that are hard to draw. With the argument `other`: a run to be compared with."""
import sys

from azureml.core import Run

run = Run.get_context()
if "other" in sys.argv:
    for step in range(1000):
        run.log("diverged", step, step=step)
    run.log_list("once", [1, 2, 3])
    run.log("rate", 0.01)
else:
    for step in range(5000):
        run.log("spike", 1000.0 if step == 2501 else 1.0, step=step)
    for step in range(1000):
        run.log("diverged", step if step < 401 else float("nan"), step=step)
    run.log_list("alone", [float("nan"), 5, float("nan"), float("inf"), float("nan"), 7])
    run.log_list("far apart", [1e308, -1e308, 1e308])
    run.log("once", 2.5)
    run.log("rate", float("nan"))
    run.log("longest", -1.2345678e-300)
    run.log("whole", 123456789012345)
    for x in (-1.7e308, 1.7e308):
        run.log_row("wide", x=x, y=1)
