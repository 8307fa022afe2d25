# SPDX-License-Identifier: Apache-2.0
from azureml.core import Run
from sklearn.linear_model import LogisticRegression

run = Run.get_context()
train = run.input_datasets["train"].to_pandas_dataframe()
test = run.input_datasets["test"].to_pandas_dataframe()
model = LogisticRegression().fit(train[["age", "bmi"]], train["diabetic"])
run.log("rows", len(train) + len(test))
run.log("accuracy", model.score(test[["age", "bmi"]], test["diabetic"]))
