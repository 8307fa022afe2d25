# SPDX-License-Identifier: Apache-2.0
"""The shape of a figure: what was measured, its floor from the same minutes, and the goal."""

import statistics
from typing import Any, Dict, List, NamedTuple, Sequence


class Figure(NamedTuple):
    """`goal` bounds what `goal_of` names: the ratio to the floor, what is added to the floor, or the value itself."""

    name: str
    value: float
    unit: str
    floor: float
    goal: float
    goal_of: str
    about: str

    @property
    def ratio(self) -> float:
        return self.value / self.floor if self.floor else float("inf")

    @property
    def reached(self) -> bool:
        measured = {"ratio": self.ratio, "added": self.value - self.floor, "value": self.value}[self.goal_of]
        return measured <= self.goal

    def as_json(self) -> Dict[str, Any]:
        return {"name": self.name, "value": round(self.value, 3), "unit": self.unit, "floor": round(self.floor, 3),
                "ratio": round(self.ratio, 3), "goal": self.goal, "goal_of": self.goal_of, "reached": self.reached,
                "about": self.about}

    def goal_in_words(self) -> str:
        return {"ratio": "%gx floor" % self.goal, "added": "floor + %g %s" % (self.goal, self.unit),
                "value": "%g %s" % (self.goal, self.unit)}[self.goal_of]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def table(figures: Sequence[Figure]) -> str:
    """The figures for people."""
    rows: List[List[str]] = [["", "measured", "floor", "ratio", "goal", ""]]
    for f in figures:
        rows.append([f.name, "%.2f %s" % (f.value, f.unit), "%.2f %s" % (f.floor, f.unit), "%.2fx" % f.ratio,
                     f.goal_in_words(), "reached" if f.reached else "not reached"])
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join(lines + [""] + ["%s: %s" % (f.name, f.about) for f in figures])
