# SPDX-License-Identifier: Apache-2.0
"""What the API says of a whole state directory, in a form that does not depend on where it lies and who serves it."""

import hashlib
import json
import os
import subprocess
from typing import Any, Dict, List
from urllib.parse import quote

from daemon import ROOT, Daemon

FROZEN = os.path.join(ROOT, "tests", "frozen")
# Of the daemon that answers and of where it lies, not of what it keeps.
LIVING = ("url", "behind", "directory")
LISTS = ("/experiments", "/targets", "/models", "/environments", "/datasets", "/workspaces", "/runs?children=1",
         "/runs?filter=metric.loss.min+%3C+0.5", "/runs?filter=argument.--alpha+%3D+0.5&sort=-created&children=1", "/names?kind=metric", "/names?kind=tag")
OF_A_RUN = ("", "/metrics?times=1", "/files", "/log/times", "/datasets")


def versions() -> List[str]:
    """The frozen state directories, by the version of the database in them."""
    return sorted(name for name in os.listdir(FROZEN) if os.path.isdir(os.path.join(FROZEN, name)))


def unpack(version: str, daemon: Daemon) -> None:
    """Puts a frozen state directory in the place of the daemon's, whose daemon must not run."""
    archive = os.path.join(FROZEN, version, "state.tar.zst")
    subprocess.run(["tar", "--zstd", "--no-same-owner", "-C", daemon.root, "-xf", archive], check=True)


def answers(version: str) -> Dict[str, Any]:
    with open(os.path.join(FROZEN, version, "answers.json"), encoding="utf-8") as file:
        return json.load(file)


def answers_of(daemon: Daemon) -> Dict[str, Any]:
    """Path to what the API answers: JSON, and of bytes their digest."""
    found = {path: settled(daemon.api("GET", path).json) for path in LISTS}
    for dataset in daemon.get("/datasets")["items"]:
        path = "/datasets/" + quote(dataset["id"])
        found[path] = settled(daemon.api("GET", path).json)
    for run in daemon.get("/runs", children=1)["items"]:
        path = "/runs/" + quote(run["id"])
        found.update({path + part: settled(daemon.api("GET", path + part).json) for part in OF_A_RUN})
        files = [path + "/files/" + quote(file["name"]) for file in daemon.get(path + "/files")["items"]]
        found.update({name: digest(daemon, name) for name in [path + "/log", *files]})
        if run["snapshot"]:
            found[path + "/snapshot/files"] = settled(daemon.api("GET", path + "/snapshot/files").json)
    return found


def digest(daemon: Daemon, path: str) -> str:
    return hashlib.sha256(daemon.api("GET", path).body).hexdigest()


def settled(value: Any) -> Any:
    """Without what is of the daemon that answers."""
    if isinstance(value, dict):
        # A log is as old as its file, which has been unpacked.
        skipped = LIVING + ("created",) if value.get("kind") == "log" else LIVING
        return {key: settled(item) for key, item in value.items() if key not in skipped}
    return [settled(item) for item in value] if isinstance(value, list) else value


def missing(frozen: Any, now: Any, where: str = "") -> List[str]:
    """What of a frozen answer is not said any more, as paths. What is said besides is no loss."""
    if isinstance(frozen, dict) and isinstance(now, dict):
        return [path for key, item in frozen.items() for path in missing(item, now.get(key, "(nothing)"), where + "." + key)]
    if isinstance(frozen, list) and isinstance(now, list) and len(frozen) == len(now):
        return [path for i, item in enumerate(frozen) for path in missing(item, now[i], "%s[%d]" % (where, i))]
    return [] if frozen == now else ["%s: %r is now %r" % (where, frozen, now)]
