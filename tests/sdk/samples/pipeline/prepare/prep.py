# SPDX-License-Identifier: Apache-2.0
import argparse
import os

from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--prepped_data", dest="prepped_data")
parser.add_argument("--rows", type=int, default=3)
args = parser.parse_args()
run = Run.get_context()
print("Argument: %s" % os.path.basename(args.prepped_data))
os.makedirs(args.prepped_data, exist_ok=True)
with open(os.path.join(args.prepped_data, "data.csv"), "w") as file:
    file.write("x,y\n" + "".join("%d,%d\n" % (number, 2 * number) for number in range(args.rows)))
run.log("rows", args.rows)
