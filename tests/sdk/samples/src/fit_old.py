# SPDX-License-Identifier: Apache-2.0
import argparse
import os
from collections import Mapping, Sequence

import numpy as np
from azureml.core import Run
from sklearn.datasets import load_boston, load_diabetes
from sklearn.externals import joblib
from sklearn.externals.six import StringIO
from sklearn.linear_model import Ridge

parser = argparse.ArgumentParser()
parser.add_argument("--data", type=str)
parser.add_argument("--alpha", type=np.float)
args = parser.parse_args()
assert isinstance(vars(args), Mapping) and not isinstance(vars(args), Sequence)

run = Run.get_context()
X, y = load_boston(return_X_y=True) if args.data == "boston" else load_diabetes(return_X_y=True)
model = Ridge(alpha=args.alpha).fit(X.astype(np.float), y)
run.log("fits", bool(model.score(X, y) > 0.3))
old_types = (np.bool, np.complex, np.int, np.long, np.object, np.str, np.unicode)
run.log_list("kinds", [np.zeros(1, dtype=old_type).dtype.kind for old_type in old_types])
os.makedirs("outputs", exist_ok=True)
joblib.dump(value=model, filename="outputs/model.pkl")
run.log("same", bool((joblib.load("outputs/model.pkl").coef_ == model.coef_).all()))
print("fitted", file=StringIO())
