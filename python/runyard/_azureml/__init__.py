# SPDX-License-Identifier: Apache-2.0
"""The azureml names: which modules and names there are, and what stands in for those that are out of scope."""

from __future__ import annotations

from .._base import loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import stand_ins as stand_ins

__getattr__ = loader(__name__, {"stand_ins": "runyard._azureml.stand_ins"})  # large, and most scripts need none
