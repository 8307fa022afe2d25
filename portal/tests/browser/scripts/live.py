# SPDX-License-Identifier: Apache-2.0
"""Logs a point and a line for every file that appears in the folder it is given; ends when `end` is there."""

import os
import sys
import time

from azureml.core import Run

run = Run.get_context()
folder, seen = sys.argv[1], 0
print("waiting for numbers", flush=True)
while not os.path.exists(os.path.join(folder, "end")):
    while os.path.exists(os.path.join(folder, str(seen + 1))):
        seen += 1
        run.log("live", seen * seen)
        print("point {}".format(seen), flush=True)
    time.sleep(0.005)
