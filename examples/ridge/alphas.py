# SPDX-License-Identifier: Apache-2.0
"""The strengths of regularization that train.py tries."""


def alphas():
    """0, 0.05, ... 0.95."""
    return [round(0.05 * step, 2) for step in range(20)]
