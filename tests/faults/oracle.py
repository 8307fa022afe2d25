# SPDX-License-Identifier: Apache-2.0
"""What the witness (tests/programs/witness.py) did, compared with what the API, the database and the run directory say.

Lost: a call had returned, and its effect is not there. Doubled: it is there more than once. Torn: something is there that
no writer wrote. Reordered: it is there, but not where its writer put it. Each is counted, and each must be zero.
"""

import collections
import contextlib
import glob
import json
import os
import re
import sqlite3
import struct
import sys
from typing import Any, Dict, Iterable, List, NamedTuple, Tuple
from urllib.parse import quote

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "scenarios"))  # what it shares with them

from processes import read_bytes  # noqa: E402
from daemon import ENABLED, Daemon  # noqa: E402

PROGRAM = os.path.join(HERE, "..", "programs", "witness.py")
WRITERS = ("main", "thread-1", "thread-2", "worker-1", "worker-2", "shell")
FIELDS = 6
SHARED = 10**6  # of the series "all": SHARED * place in WRITERS + number
LINE = re.compile(rb"(%s) line ([0-9]{8})\n" % b"|".join(name.encode() for name in WRITERS))


class Range(NamedTuple):
    """So many calls have returned, and so many had begun: between the two, both are right."""

    done: int
    begun: int


class Finding(NamedTuple):
    """What is wrong with what one place says of one writer."""

    place: str
    writer: str
    kind: str
    count: int
    example: Any

    def __str__(self) -> str:
        return "%s: %d %s of %s, such as %r" % (self.place, self.count, self.kind, self.writer, self.example)


class Account:
    """The witness's own list, which no part of Runyard ever sees."""

    def __init__(self, path: str) -> None:
        self.path = path
        with open(path, "wb") as file:
            file.truncate(8 * FIELDS * len(WRITERS))

    def read(self) -> Dict[str, Tuple[int, ...]]:
        numbers = struct.unpack("<%dQ" % (FIELDS * len(WRITERS)), read_bytes(self.path))
        return {name: numbers[i * FIELDS:(i + 1) * FIELDS] for i, name in enumerate(WRITERS)}

    def points(self) -> int:
        """How many points have been written so far, by all."""
        return sum(numbers[1] for numbers in self.read().values())


class Witness:
    """One run of the witness, from its submission to the comparison."""

    def __init__(self, daemon: Daemon, points: int = 100, pause: float = 0.002, end: str = "exit", **fields: Any) -> None:
        self.daemon = daemon
        self.account = Account(os.path.join(daemon.root, "account-%d" % len(glob.glob(daemon.root + "/account-*"))))
        with open(PROGRAM) as file:
            source = daemon.folder(file.read(), "witness")
        self.body = daemon.request(source, arguments=[self.account.path, str(points), str(pause), end], **fields)
        self.body["environ"] = dict(self.body["environ"], **ENABLED)
        self.id = ""

    def submit(self) -> "Witness":
        """Also once more: the same submission gives the same run."""
        answer = self.daemon.post_run(self.body)
        if answer.status not in (200, 201):
            raise AssertionError("a submit was answered %d: %r" % (answer.status, answer.body[:1000]))
        self.id = answer.json["id"]
        return self

    def check_now(self) -> None:
        """Of a run that goes on: what had been done before the question is in the answer."""
        before = self.account.read()
        metrics = self.daemon.metrics(self.id)
        self.judge(list(check_points("API", metrics, ranges(before, self.account.read(), 0))))

    def check(self, lines_may_end_early: bool = False) -> None:
        """Of a run that has ended: all places, all kinds."""
        account = self.account.read()
        findings: List[Finding] = []
        points = ranges(account, account, 0)
        findings += check_points("API", self.daemon.metrics(self.id), points)
        findings += check_points("run directory", series_in(self.daemon.attempt(self.id, "journal")), points)
        findings += check_rows(self.daemon, self.id)
        log = read_bytes(self.daemon.attempt(self.id, "log"))
        findings += check_lines("run directory", log, ranges(account, account, 2), lines_may_end_early)
        if self.daemon.log(self.id) != log:
            findings.append(Finding("API", "everybody", "torn", 1, "another log than the file"))
        findings += check_files(self.daemon, self.id, ranges(account, account, 4))
        self.judge(findings)

    def judge(self, findings: List[Finding]) -> None:
        if findings:
            raise AssertionError("run %s:\n  %s" % (self.id, "\n  ".join(map(str, findings))))


def ranges(before: Dict[str, Tuple[int, ...]], after: Dict[str, Tuple[int, ...]], field: int) -> Dict[str, Range]:
    return {name: Range(before[name][field + 1], after[name][field]) for name in WRITERS}


def check_numbers(place: str, writer: str, found: List[Any], expected: Range,
                  may_end_early: bool = False) -> Iterable[Finding]:
    """`found`: the numbers 0, 1, 2, ... of one writer, as a place has them."""
    counts = collections.Counter(number for number in found if isinstance(number, int))
    torn = [number for number in found if not isinstance(number, int) or not 0 <= number < expected.begun]
    due = min(expected.done, len(counts)) if may_end_early else expected.done
    lost = [number for number in range(due) if number not in counts]
    doubled = [number for number, count in counts.items() if count > 1]
    reordered = [b for a, b in zip(found, found[1:]) if isinstance(a, int) and isinstance(b, int) and b < a]
    for kind, numbers in (("torn", torn), ("lost", lost), ("doubled", doubled), ("reordered", reordered)):
        if numbers:
            yield Finding(place, writer, kind, len(numbers), numbers[0])


def check_points(place: str, metrics: Dict[str, Dict[str, Any]], expected: Dict[str, Range]) -> Iterable[Finding]:
    shared = metrics.get("all", {}).get("values", [])
    for slot, writer in enumerate(WRITERS):
        own = metrics.get(writer, {"values": [], "steps": []})
        yield from check_numbers(place, writer, own["values"], expected[writer])
        if own["values"] != (own["steps"] or []):
            yield Finding(place, writer, "torn", 1, "steps that are not its values")
        mine = [value - slot * SHARED for value in shared if isinstance(value, int) and value // SHARED == slot]
        yield from check_numbers(place + " (all)", writer, mine, expected[writer])
    strange = [value for value in shared if not isinstance(value, int) or value // SHARED >= len(WRITERS)]
    yield from check_numbers(place + " (all)", "unknown", strange, Range(0, 0))


def series_in(journal: str) -> Dict[str, Dict[str, Any]]:
    """The scalars of a journal's files, read by nothing of ours. The files of one process come in the order in which it
    left them: one whose main thread has ended, and with it its file, goes on in another."""
    series: Dict[str, Dict[str, Any]] = {}
    for path in sorted(glob.glob(journal + "/*.jsonl"), key=lambda path: os.stat(path).st_mtime_ns):
        for line in read_bytes(path).split(b"\n")[:-1]:
            with contextlib.suppress(ValueError):
                fact = json.loads(line)
                if fact.get("k") == "scalar":
                    found = series.setdefault(fact["n"], {"values": [], "steps": []})
                    found["values"].append(fact["v"])
                    found["steps"].append(fact.get("s"))
    return series


def check_rows(daemon: Daemon, run_id: str) -> Iterable[Finding]:
    """The database against itself and against the API: how many points, in how many chunks."""
    told = {name: len(metric["values"]) for name, metric in daemon.metrics(run_id).items()}
    with contextlib.closing(sqlite3.connect("file:%s/runyard.db?mode=ro" % daemon.state, uri=True)) as database:
        rows = database.execute("SELECT m.name, m.count, (SELECT sum(c.count) FROM chunk c WHERE c.metric = m.key)"
                                " FROM metric m JOIN run r ON r.key = m.run WHERE r.id = ?", (run_id,)).fetchall()
    for name, count, in_chunks in rows:
        if count != in_chunks or count != told.get(name):
            example = "%d points, %d in chunks, %r in the API" % (count, in_chunks, told.get(name))
            yield Finding("database", name, "lost", 1, example)
    if len(rows) != len(told):
        yield Finding("database", "everybody", "lost", 1, "%d series, %d in the API" % (len(rows), len(told)))


def check_lines(place: str, log: bytes, expected: Dict[str, Range], may_end_early: bool) -> Iterable[Finding]:
    rest = LINE.sub(b"", log)
    if rest and not (may_end_early and log.endswith(rest)):
        yield Finding(place, "everybody", "torn", rest.count(b"\n") or 1, rest[:60])
    found: Dict[str, List[int]] = {name: [] for name in WRITERS}
    for name, number in LINE.findall(log):
        found[name.decode()].append(int(number))
    for name in WRITERS:
        yield from check_numbers(place + " (log)", name, found[name], expected[name], may_end_early)


def check_files(daemon: Daemon, run_id: str, expected: Dict[str, Range]) -> Iterable[Finding]:
    names = daemon.files(run_id)
    for writer in WRITERS:
        prefix = ("outputs/" if writer == "shell" else "witness/") + writer + "-"
        found = sorted(int(name[len(prefix):-4]) for name in names if name.startswith(prefix))
        yield from check_numbers("API (files)", writer, found, expected[writer])
        for number in found[:expected[writer].done]:
            content = daemon.api("GET", "/runs/%s/files/%s" % (quote(run_id), quote("%s%d.txt" % (prefix, number)))).body
            if content != b"%s %d\n" % (writer.encode(), number) * 100:
                yield Finding("API (files)", writer, "torn", 1, content[:60])
