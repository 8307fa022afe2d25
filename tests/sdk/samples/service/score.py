# SPDX-License-Identifier: Apache-2.0
import glob
import json
import os


def init():
    global weights
    path = glob.glob(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "*.json"))[0]
    with open(path) as file:
        weights = json.load(file)["weights"]
    print("init of version", os.path.basename(os.getenv("AZUREML_MODEL_DIR")))


def run(raw_data):
    data = json.loads(raw_data)["data"]
    return [sum(weight * value for weight, value in zip(weights, row)) for row in data]
