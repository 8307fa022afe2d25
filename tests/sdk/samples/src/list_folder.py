# SPDX-License-Identifier: Apache-2.0
import argparse
import os

from azureml.core import Run

parser = argparse.ArgumentParser()
for name in ("--folder", "--store"):
    parser.add_argument(name)
args = parser.parse_args()
run = Run.get_context()
run.log_list("names", os.listdir(args.folder))
run.log_list("same", os.listdir(args.store))
run.log("reference", os.environ["AZUREML_DATAREFERENCE_scripts"] == args.folder)
