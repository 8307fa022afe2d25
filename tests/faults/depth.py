# SPDX-License-Identifier: Apache-2.0
"""How many of its points a fault test takes: some in each run of the suite, more with `scripts/test --all`
(RUNYARD_SLOW=1), every one with RUNYARD_EVERY=1, which takes hours."""

import os
import random
from typing import Iterable, List, TypeVar

Point = TypeVar("Point")

EVERY = bool(os.environ.get("RUNYARD_EVERY"))
MORE = EVERY or bool(os.environ.get("RUNYARD_SLOW"))


def sample(points: Iterable[Point], some: int, more: int) -> List[Point]:
    """A random choice of the points, in their order: `some`, `more`, or all of them."""
    known = list(points)
    count = len(known) if EVERY else more if MORE else some
    return [known[i] for i in sorted(random.sample(range(len(known)), min(count, len(known))))]
