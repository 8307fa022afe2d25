# SPDX-License-Identifier: Apache-2.0
import argparse
import os
import time

from azureml.core.run import Run

parser = argparse.ArgumentParser()
parser.add_argument("--C", type=float, default=1.0)
parser.add_argument("--max_iter", type=int, default=100)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--wait-for", default=None)
parser.add_argument("--resume-from", default=None)
args = parser.parse_args()

run = Run.get_context()
run.log("Regularization Strength:", float(args.C))
run.log("Max iterations:", int(args.max_iter))
start = 0
if args.resume_from:
    with open(os.path.join(args.resume_from, "checkpoint.txt")) as file:
        start = int(file.read())
os.makedirs("outputs", exist_ok=True)
for epoch in range(start, args.epochs):
    run.log("Accuracy", 1.0 - abs(args.C - 0.5) - 1.0 / args.max_iter)
    with open("outputs/checkpoint.txt", "w") as file:
        file.write(str(epoch + 1))
while args.wait_for and args.C < 0.3:  # a bad run that goes on until a policy stops it
    run.log("Accuracy", 0.0)
    time.sleep(0.1)
