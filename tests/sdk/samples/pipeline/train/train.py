# SPDX-License-Identifier: Apache-2.0
import argparse
import csv
import os

from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--training-data", type=str)
parser.add_argument("--model-folder", type=str)
args = parser.parse_args()
run = Run.get_context()
with open(os.path.join(args.training_data, "data.csv")) as file:
    rows = list(csv.DictReader(file))
slope = sum(float(row["y"]) for row in rows) / sum(float(row["x"]) for row in rows)
run.log("slope", slope)
run.parent.log(name="slope", value=slope)
os.makedirs(args.model_folder, exist_ok=True)
with open(os.path.join(args.model_folder, "model.txt"), "w") as file:
    file.write(str(slope))
