#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seeded rounds of faults: tests/faults/rounds.py [--only NAME] [--seed N] [--rounds N] [--long]

What is done in round K of a family depends on the seed, the family and K only; when it falls depends on the machine. A failure
names the command that does the same again. `--long` does thirty times as many rounds as the tests do.
"""

import argparse
import os
import random
import sys
import time
from typing import List, Optional

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]

from families import FAMILIES  # noqa: E402
from oracle import Daemon  # noqa: E402

LONG = 30


def play(name: str, seed: Optional[int] = None, rounds: Optional[int] = None) -> List[str]:
    """All rounds of a family, on a daemon of its own: its figures. AssertionError: what is wrong, and how to do it again."""
    seed = random.randrange(10**6) if seed is None else seed
    rounds = FAMILIES[name].rounds if rounds is None else rounds
    number = 0
    daemon = Daemon()
    try:
        family = FAMILIES[name](daemon)
        for number in range(rounds):
            family.round(random.Random("%d/%s/%d" % (seed, name, number)))
        family.settle()
    except Exception as problem:
        again = "RUNYARD_BIN=... tests/faults/rounds.py --only %s --seed %d --rounds %d" % (name, seed, number + 1)
        raise AssertionError("round %d of %s: %s\nagain: %s\nthe daemon said: %s"
                             % (number, name, problem, again, daemon.said()[-3000:])) from problem
    finally:
        daemon.close()
    return family.figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=FAMILIES, action="append", help="this family (may be given again)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--rounds", type=int, help="of each family")
    parser.add_argument("--long", action="store_true", help="%d times as many rounds" % LONG)
    options = parser.parse_args()
    for name in options.only or FAMILIES:
        rounds = options.rounds or FAMILIES[name].rounds * (LONG if options.long else 1)
        begun = time.monotonic()
        figures = play(name, options.seed, rounds)
        words = ["%s: %d rounds in %.0f s" % (name, rounds, time.monotonic() - begun), *figures]
        print("; ".join(words), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
