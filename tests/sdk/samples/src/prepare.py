# SPDX-License-Identifier: Apache-2.0
import argparse
import os

from azureml.core import Dataset, Run

parser = argparse.ArgumentParser()
for name in ("--out", "--beside", "--linked"):
    parser.add_argument(name)
args = parser.parse_args()
run = Run.get_context()
assert run.output_datasets["prepared"] == args.out == os.environ["prepared"]
with open(os.path.join(args.out, "rows.csv"), "w") as file:
    file.write("x,y\n1,2\n3,4\n")
for name in ("kept.txt", "left.csv"):
    with open(os.path.join(args.beside, name), "w") as file:
        file.write("beside")
run.output_datasets[args.linked].link(Dataset.File.from_files(os.path.join(args.out, "*.csv")))
