# SPDX-License-Identifier: Apache-2.0
# In the style of 2019: names that Python 3.10 and numpy 1.24 removed.
import os

import numpy as np
from azureml.core import Run

if "OF_NUMPY_ONLY" not in os.environ:
    from collections import Mapping
    assert issubclass(dict, Mapping)

run = Run.get_context()
print(run)
assert not {"MPLBACKEND", "FORCE_COLOR", "CLICOLOR_FORCE", "GIT_PAGER", "JPY_PARENT_PID"} & set(os.environ)
run.log("alpha", np.float("0.5"))
