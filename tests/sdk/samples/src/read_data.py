# SPDX-License-Identifier: Apache-2.0
import argparse
import csv
import glob
import os

from azureml.core import Dataset, Run

parser = argparse.ArgumentParser()
parser.add_argument("--ds", type=str, dest="ds_ref")
parser.add_argument("--copy", type=str)
parser.add_argument("--table", type=str, dest="table_id")
args = parser.parse_args()

run = Run.get_context()
rows = []
for path in sorted(glob.glob(args.ds_ref + "/*.csv")):
    with open(path) as file:
        rows += list(csv.DictReader(file))
run.log("rows", len(rows))
run.log("diabetic", sum(int(row["Diabetic"]) for row in rows))
run.log("same path", run.input_datasets["diabetes"] == args.ds_ref == os.environ["diabetes"])
run.log("copied", all(not os.path.islink(path) for path in glob.glob(args.copy + "/*.csv")))
with open(os.path.join(args.copy, "unpacked"), "w") as file:
    file.write("by the script")

table = run.input_datasets["table"]
run.log("table", "{} {}".format(table.name, table.version))
run.log("by id", Dataset.get_by_id(run.experiment.workspace, id=args.table_id).name)
