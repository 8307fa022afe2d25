# SPDX-License-Identifier: Apache-2.0
"""A daemon with very many runs: `many_runs.py RUNS NAMES`. The experiment "many" has RUNS runs of two metrics, "wide" has a
few runs of NAMES metrics each. Real runs are made through the API; with the daemon stopped, their rows in the database are
copied. (The copies have no run directories: their files and logs cannot be looked at, nor are they rebuilt.) Prints where
the daemon is as a line of JSON, and lives until its stdin ends."""

import json
import os
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "tests", "scenarios"))

from daemon import Daemon  # noqa: E402

WIDE_RUNS = 20


def ended_run(daemon, experiment, outcome, values):
    """The id of a real run that has ended, with a metric for each name of `values`."""
    with open("/proc/self/stat", "rb") as file:
        process = {"pid": os.getpid(), "start_time": int(file.read().rsplit(b") ", 1)[1].split()[19])}
    run = daemon.api("POST", "/runs", {"submission_id": "{} {}".format(experiment, outcome), "experiment": experiment, "kind": "interactive",
                                       "process": process, "display_name": "run 000000", "tags": {"half": "0"}}).json["id"]
    lines = "".join('{{"k":"scalar","n":"{}","v":{!r}}}\n'.format(name, value) for name, value in values.items())
    daemon.api("POST", "/runs/{}/lines".format(run), lines.encode(), "application/x-ndjson")
    daemon.api("POST", "/runs/{}/end".format(run), {"outcome": outcome})
    return run


def copy_rows(database, table, key, changes):
    """Copies the original's rows of a table for every row of `copy`; `changes`: columns that become something else, as SQL."""
    columns = [row[1] for row in database.execute("PRAGMA table_info({})".format(table))]
    values = ", ".join(changes.get(column, "x." + column) for column in columns)
    database.execute("INSERT INTO {0} SELECT {1} FROM copy c JOIN original o JOIN {0} x ON x.{2} = o.{2}".format(table, values, key))


def multiply(database, run, first, count, step=1):
    """Copies of a run with the numbers first, first + step, ... below first + step * count, each with a loss of its own."""
    key, = database.execute("SELECT key FROM run WHERE id = ?", (run,)).fetchone()
    highest_run, = database.execute("SELECT max(key) FROM run").fetchone()
    highest_metric, = database.execute("SELECT max(key) FROM metric").fetchone()
    first_metric, metrics = database.execute("SELECT min(key), count(*) FROM metric WHERE run = ?", (key,)).fetchone()
    database.execute("CREATE TEMP TABLE copy AS WITH RECURSIVE n(place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM n WHERE place + 1 < ?)"
                     " SELECT place, ? + place * ? AS number, ? + place + 1 AS run FROM n", (count, first, step, highest_run))
    database.execute("CREATE TEMP TABLE original AS SELECT key AS run, key AS key FROM run WHERE key = ?", (key,))
    identity = "x.id || '_' || c.number"
    copy_rows(database, "run", "key", {"key": "c.run", "id": identity, "submission": "NULL", "number": "c.number",
                                       "created": "x.created + c.number * 1000", "ended": "x.created + c.number * 1000 + 60000000"})
    copy_rows(database, "run_text", "run", {"run": "c.run", "spec": "json_set(x.spec, '$.number', c.number, '$.id', json_extract(x.spec, '$.id') || '_' || c.number)"})
    copy_rows(database, "tag", "run", {"run": "c.run", "value": "CAST(c.number % 2 AS TEXT)"})
    copy_rows(database, "label", "run", {"run": "c.run", "value": "printf('run %06d', c.number)"})
    loss = "CASE x.name WHEN 'loss' THEN c.number * 7919 % 100003 / 1000.0 WHEN 'epoch' THEN c.number ELSE x.last END"
    new_metric = "{} + c.place * {} + x.key - {} + 1".format(highest_metric, metrics, first_metric)
    copy_rows(database, "metric", "run", {"key": new_metric, "run": "c.run", "last": loss, "low": loss, "high": loss,
                                          "last_cell": "CAST({} AS TEXT)".format(loss)})
    database.execute("UPDATE experiment SET last_number = max(last_number, ?) WHERE key = (SELECT experiment FROM run WHERE key = ?)",
                     (first + step * (count - 1), key))
    database.execute("DROP TABLE copy")
    database.execute("DROP TABLE original")


def fill(daemon, runs, names):
    """Makes the runs; the daemon is running before and after."""
    completed = ended_run(daemon, "many", "completed", {"loss": 0.5, "epoch": 1})
    failed = ended_run(daemon, "many", "failed", {"loss": 0.5, "epoch": 1})
    wide = ended_run(daemon, "wide", "completed", {"metric {:05d}".format(i): i / 7 for i in range(names)})
    daemon.stop()
    database = sqlite3.connect(os.path.join(daemon.state, "runyard.db"))
    multiply(database, failed, 3, runs // 10, 10)
    for offset in range(1, 10):
        multiply(database, completed, 3 + offset, runs // 10, 10)
    multiply(database, wide, 2, WIDE_RUNS)
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    daemon.start()


def main():
    runs, names = map(int, sys.argv[1:])
    daemon = Daemon()
    daemon.rebuilds = False  # the copies have no files
    try:
        fill(daemon, runs, names)
        print(json.dumps({"url": daemon.get("/status")["url"]}), flush=True)
        sys.stdin.read()
    finally:
        daemon.close()


if __name__ == "__main__":
    main()
