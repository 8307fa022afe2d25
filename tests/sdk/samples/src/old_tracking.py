# SPDX-License-Identifier: Apache-2.0
import sys

import mlflow
import numpy as np
import pandas as pd
import torch
from azureml.core import Run

run = Run.get_context()
run.log("python", "{}.{}".format(*sys.version_info))
for module in (np, pd, torch):
    run.log(module.__name__, module.__version__)
mlflow.log_metric("alpha", 0.5)
