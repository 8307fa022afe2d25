# SPDX-License-Identifier: Apache-2.0
"""Logs a point, a line and a line in logs/ for every file that appears in the folder it is given; ends when `end` is there."""

import os
import sys
import time

from azureml.core import Run

run = Run.get_context()
folder, seen = sys.argv[1], 0
os.makedirs("logs", exist_ok=True)
notes = open("logs/notes.txt", "w", buffering=1)
print("waiting for numbers", flush=True)
while not os.path.exists(os.path.join(folder, "end")):
    while os.path.exists(os.path.join(folder, str(seen + 1))):
        seen += 1
        run.log("live", seen * seen)
        print("point {}".format(seen), flush=True)
        print("noted {}".format(seen), file=notes)
    time.sleep(0.005)
print("nothing more to note", file=notes)
