# SPDX-License-Identifier: Apache-2.0
"""Fits ridge regressions of growing strength to the diabetes data and logs how well each of them predicts."""

import os
import pickle

from azureml.core import Run
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

from alphas import alphas

run = Run.get_context()
os.makedirs("outputs", exist_ok=True)

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
print("training on {} rows, testing on {}".format(len(X_train), len(X_test)))

best = None
for alpha in alphas():
    model = Ridge(alpha=alpha).fit(X_train, y_train)
    mse = mean_squared_error(y_test, model.predict(X_test))
    run.log("alpha", alpha)
    run.log("mse", mse)
    print("alpha {:.2f}  mse {:.3f}".format(alpha, mse))

    # What lies in outputs/ at the end is kept without being asked for.
    with open("outputs/ridge_{:.2f}.pkl".format(alpha), "wb") as file:
        pickle.dump(model, file)
    if best is None or mse < best[0]:
        best = mse, alpha, model

# A file from anywhere else is kept by name.
with open("best.pkl", "wb") as file:
    pickle.dump(best[2], file)
run.upload_file(name="best_model.pkl", path_or_stream="best.pkl")
run.tag("best_alpha", "{:.2f}".format(best[1]))
