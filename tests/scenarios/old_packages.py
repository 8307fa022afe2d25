# SPDX-License-Identifier: Apache-2.0
"""A package index of the tests' own, with a numpy of before numpy 1.24 and one of after it, and packages that
environments of 2020 ask for. The day between the two is BEFORE, so recent that each Python of today is of before it."""

import os

from package_index import Index, make_wheel

BEFORE = "2026-04-15"
APRIL, MAY = "2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"
VERSION = "__version__ = version\n"
OLD_NUMPY = VERSION + "float = float\n"
# As numpy 1.24 and later answer for a name that they do not have.
NEW_NUMPY = VERSION + """
def __getattr__(name):
    raise AttributeError("module 'numpy' has no attribute %r" % name)
"""
MLFLOW = """
import os
def log_metric(name, value):
    os.makedirs("mlruns/0", exist_ok=True)
"""


def old_index(folder):
    """The index; `folder`: for its wheels."""
    for name, version, text, more in (
            ("numpy", "1.23", OLD_NUMPY, {}), ("numpy", "2.1", NEW_NUMPY, {}),
            ("pandas", "2.3", VERSION, {"requires": ["numpy"]}), ("pyarrow", "14.0", VERSION, {}),
            ("mlflow_skinny", "1.30", MLFLOW, {"module": "mlflow"}),
            ("torch", "1.8.1", VERSION, {"requires": ["numpy"]})):
        make_wheel(folder, name, version, text=text, **more)
    index = Index(folder)
    index.uploaded = {"-".join(name.split("-")[:2]): APRIL for name in os.listdir(folder)}
    index.uploaded["numpy-2.1"] = MAY
    return index
