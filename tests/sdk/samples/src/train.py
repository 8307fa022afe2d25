# SPDX-License-Identifier: Apache-2.0
import argparse
import os

from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float, default=0.1)
parser.add_argument("--label", default="")
args = parser.parse_args()

run = Run.get_context()
run.log("alpha", args.alpha)
run.log("label", args.label)
run.log("greeting", os.environ.get("GREETING", ""))
os.makedirs("outputs", exist_ok=True)
with open("outputs/model.txt", "w") as file:
    file.write(str(args.alpha))
print("trained", run.experiment.workspace.name)
