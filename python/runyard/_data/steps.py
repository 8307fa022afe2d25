# SPDX-License-Identifier: Apache-2.0
"""Steps that select rows of a table or files of a data set, as JSON."""

import random
from typing import Any, Dict, List, Optional, Tuple

from ..exceptions import UserErrorException

Step = Dict[str, Any]


def take(count: Any) -> Step:
    """The first rows. UserErrorException: the count is no number above 0."""
    return {"take": _counted("take", count, 1)}


def skip(count: Any) -> Step:
    """All but the first rows. UserErrorException: the count is no number of 0 or more."""
    return {"skip": _counted("skip", count, 0)}


def sample(probability: Any, seed: Optional[int]) -> Tuple[Step, Step]:
    """Rows at random, and the others. UserErrorException: the probability is not between 0 and 1."""
    number = isinstance(probability, (int, float)) and not isinstance(probability, bool)
    if not number or not 0 <= probability <= 1:
        raise UserErrorException("the share of rows must be a number from 0 to 1, not {!r}".format(probability))
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    step = {"sample": probability, "seed": seed}
    return dict(step, others=False), dict(step, others=True)


def _counted(name: str, count: Any, least: int) -> int:
    """A number of rows."""
    if isinstance(count, bool) or not isinstance(count, int) or count < least:
        raise UserErrorException("{} needs a whole number of {} or more, not {!r}".format(name, least, count))
    return count


def positions(step: Step, length: int) -> List[int]:
    """The positions of the rows that a step selects, in order."""
    if "take" in step:
        return list(range(min(step["take"], length)))
    if "skip" in step:
        return list(range(step["skip"], length))
    numbers = random.Random(step["seed"])
    return [at for at in range(length) if (numbers.random() < step["sample"]) != step["others"]]
