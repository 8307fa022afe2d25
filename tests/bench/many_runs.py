# SPDX-License-Identifier: Apache-2.0
"""What lists take with 100,000 runs. The rows of one real run are copied in the database; their directories are not
there, which no list looks at."""

import http.client
import os
import random
import sqlite3
import time
import urllib.parse
from typing import Any, Callable, Dict, List, Tuple

from daemon import Daemon, program
from figures import Figure, median

RUNS, ROUNDS, EXPERIMENT = 100_000, 31, "many"
SCRIPT = """
from runyard import Run
run = Run.get_context()
run.log("loss", 0.5)
run.tag("half", "yes")
"""
# Name, goal in ms, the request, and what SQLite alone needs for its rows.
QUESTIONS: List[Tuple[str, float, str, str]] = [
    ("newest 100", 2, "/runs?limit=100", "SELECT key FROM run WHERE parent IS NULL ORDER BY key DESC LIMIT 100"),
    ("newest 20", 2, "/runs?limit=20", "SELECT key FROM run WHERE parent IS NULL ORDER BY key DESC LIMIT 20"),
    ("top 50 by a metric", 2, "/runs?limit=50&sort=metric.loss",
     "SELECT run FROM metric WHERE name = 'loss' AND kind = 0 ORDER BY last LIMIT 50"),
    ("top 50 by its smallest", 2, "/runs?limit=50&sort=metric.loss.min",
     "SELECT run FROM metric WHERE name = 'loss' AND kind = 0 ORDER BY low LIMIT 50"),
    ("metric and tag", 5, "/runs?limit=50&filter=" + urllib.parse.quote('metric.loss < 0.001 and tag.half = "yes"'),
     "SELECT run FROM metric WHERE name = 'loss' AND kind = 0 AND last < 0.001"),
    ("counts", 2, "/runs?limit=1&counts=1", "SELECT count(*) FROM experiment"),
    ("experiments", 2, "/experiments", "SELECT count(*) FROM experiment"),
    ("status", 2, "/status", "SELECT count(*) FROM experiment")]


def measure(daemon: Daemon, python: str) -> List[Figure]:
    """The figures of all questions, in turns with their floors."""
    fill(daemon)
    database = sqlite3.connect(daemon_database(daemon))
    connection = daemon.connection()
    answers: Dict[str, List[float]] = {}
    floors: Dict[str, List[float]] = {}
    for _ in range(ROUNDS):
        for name, _, request, sql in QUESTIONS:
            floors.setdefault(name, []).append(timed(lambda: database.execute(sql).fetchall()))  # noqa: B023 (called at once)
            answers.setdefault(name, []).append(timed(lambda: ask(connection, request)))  # noqa: B023
    database.close()
    connection.close()
    daemon.stop()
    daemon.execute([program("runyardd"), "--rebuild"])  # without the copies
    daemon.start()
    return [Figure("%s of %d runs" % (name, RUNS), median(answers[name]), "ms", median(floors[name]), goal, "value",
                   "GET %s; floor: the rows from SQLite in Python" % request)
            for name, goal, request, _ in QUESTIONS]


def daemon_database(daemon: Daemon) -> str:
    return os.path.join(daemon.state, "runyard.db")


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e3


def ask(connection: http.client.HTTPConnection, request: str) -> None:
    connection.request("GET", "/api/v1" + request)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise AssertionError("%s: %d %r" % (request, answer.status, body[:200]))


def fill(daemon: Daemon) -> None:
    original = daemon.finish(SCRIPT, experiment=EXPERIMENT)["id"]
    daemon.stop()
    database = sqlite3.connect(daemon_database(daemon))
    with database:
        copy_rows(database, original)
    database.close()
    daemon.start()


def copy_rows(database: sqlite3.Connection, original: str) -> None:
    """Copies of a run, with values of their own in its metric."""
    key, = database.execute("SELECT key FROM run WHERE id = ?", (original,)).fetchone()
    chance = random.Random(1)
    for table, column in (("run", "key"), ("run_text", "run"), ("tag", "run"), ("metric", "run")):
        names = [row[1] for row in database.execute("PRAGMA table_info(%s)" % table)]
        rows = database.execute("SELECT * FROM %s WHERE %s = ?" % (table, column), (key,)).fetchall()
        copies = (copy_of(dict(zip(names, row)), table, column, key + number, number, chance.random())
                  for number in range(1, RUNS) for row in rows)
        database.executemany("INSERT INTO %s VALUES (%s)" % (table, ", ".join("?" * len(names))),
                             ([copy[name] for name in names] for copy in copies))


def copy_of(row: Dict[str, Any], table: str, column: str, key: int, number: int, value: float) -> Dict[str, Any]:
    row[column] = key
    if table == "run":
        row.update(id="%s-%d" % (row["id"], number), submission=None, number=row["number"] + number,
                   created=row["created"] + number, ended=row["ended"] + number)
    if table == "metric":
        row.update(key=None, last=value, low=value, high=value)
    return row
