# SPDX-License-Identifier: Apache-2.0
"""Measures each figure beside its floor, around a daemon of its own. Nothing here passes or fails."""

import argparse
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios"))

import cancel_tree  # noqa: E402
import line_to_follower  # noqa: E402
import many_runs  # noqa: E402
import restart  # noqa: E402
import run_log  # noqa: E402
import submit_to_exec  # noqa: E402
from figures import table  # noqa: E402
from daemon import Daemon  # noqa: E402

FIGURES = {"log": run_log.measure, "submit": submit_to_exec.measure, "follow": line_to_follower.measure,
           "restart": restart.measure, "cancel": cancel_tree.measure, "lists": many_runs.measure}


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help='{"results": [{"name", "value", "unit", "floor", ...}]}')
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter of the measured runs")
    parser.add_argument("figure", nargs="*", help="which: %s (default: all)" % ", ".join(FIGURES))
    options = parser.parse_args()
    unknown = [name for name in options.figure if name not in FIGURES]
    if unknown:
        parser.error("there is no figure %s (there are: %s)" % (", ".join(unknown), ", ".join(FIGURES)))
    daemon = Daemon()
    try:
        measured = [FIGURES[name](daemon, options.python) for name in options.figure or FIGURES]
    finally:
        daemon.close()
    figures = [figure for some in measured for figure in (some if isinstance(some, list) else [some])]
    print(json.dumps({"results": [figure.as_json() for figure in figures]}, indent=1) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
