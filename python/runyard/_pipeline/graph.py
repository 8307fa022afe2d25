# SPDX-License-Identifier: Apache-2.0
"""The order of the steps of a pipeline, which wait for each other: functions over numbers."""

from typing import Dict, List, Optional, Set


def cycle(after: List[List[int]]) -> Optional[List[int]]:
    """Steps that wait for each other in a circle, the first one again at the end; None: there are none.

    >>> cycle([[1], [0]])
    [0, 1, 0]
    """
    waiting: Dict[int, Set[int]] = {number: set(others) for number, others in enumerate(after)}
    while True:
        ready = [number for number, others in waiting.items() if not others & set(waiting)]
        if not ready:
            break
        for number in ready:
            del waiting[number]
    if not waiting:
        return None
    path = [min(waiting)]
    while path[-1] not in path[:-1]:
        path.append(min(waiting[path[-1]] & set(waiting)))
    return path[path.index(path[-1]):]
