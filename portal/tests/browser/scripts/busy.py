# SPDX-License-Identifier: Apache-2.0
"""Logs ten metrics ten times a second until it is canceled."""

import math
import time

from azureml.core import Run

run = Run.get_context()
step = 0
while True:
    for i in range(10):
        run.log("metric {}".format(i), math.sin(step / 20 + i), step=step)
    step += 1
    time.sleep(0.1)
