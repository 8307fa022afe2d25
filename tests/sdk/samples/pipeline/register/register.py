# SPDX-License-Identifier: Apache-2.0
import argparse
import os

from azureml.core import Model, Run

parser = argparse.ArgumentParser()
parser.add_argument("--model-folder", type=str)
args = parser.parse_args()
run = Run.get_context()
print("Loading model from " + os.environ["AZUREML_DATAREFERENCE_trained_model"])
Model.register(workspace=run.experiment.workspace, model_path=os.path.join(args.model_folder, "model.txt"),
               model_name="slope_model", tags={"Training context": "Pipeline"})
