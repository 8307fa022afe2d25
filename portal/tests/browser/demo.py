# SPDX-License-Identifier: Apache-2.0
"""A real daemon with real runs for the portal's tests: prints where it is and what there is as one line of JSON, then
lives until its stdin ends. `make WHAT` on stdin makes more and answers with a line of JSON. With the argument `empty` there
is nothing yet."""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "tests", "scenarios"))

from processes import free_port  # noqa: E402
from yard import Yard  # noqa: E402

BAD = "<img src=x onerror=\"window.hacked=1\">'\"&amp;</script>${7*7}\u202e实验"


def script(name, **extra):
    """The text of a script as a source folder's main.py, with files beside it."""
    with open(os.path.join(HERE, "scripts", name), encoding="utf-8") as file:
        return dict(extra, **{"main.py": file.read()})


def text_of(name):
    return script(name)["main.py"]


def train(yard, alpha, **fields):
    """A run of train.py."""
    source = script("train.py", **{"shapes.py": text_of("shapes.py")})
    if alpha != 0.1:
        source["shapes.py"] = source["shapes.py"].replace("120", "150")
        source["notes.md"] = "alpha is {}\n".format(alpha)
    return yard.submit(source, experiment="ridge", arguments=["--alpha", str(alpha)], **fields)


def repository(yard):
    """A run of another workspace, from a git repository, part of which its ignore file leaves out."""
    workspace = {"subscription_id": "local", "resource_group": "local", "name": "elsewhere"}
    yard.api("POST", "/workspaces", dict(workspace, create=True))
    folder = yard.folder({"main.py": "print('from a repository')\n", ".gitignore": "data/\n", "data/large.bin": b"0" * 5000})
    git = ["git", "-C", folder, "-c", "user.name=Somebody", "-c", "user.email=somebody@localhost"]
    for words in (["init", "--quiet", "--initial-branch=trunk"], ["add", "."], ["commit", "--quiet", "--message=first"]):
        subprocess.run(git + words, check=True)
    answer = yard.post_run(yard.request(folder, experiment="kept", workspace=workspace))
    return yard.wait(answer.json["id"])["id"]


def populate(yard):
    """One run of each kind; by name, their ids."""
    yard.api("POST", "/targets/local", {"slots": 2})
    made = {"first": train(yard, 0.1, configuration={"environment": {"name": "own", "version": "1"}}), "second": train(yard, 0.9, tags={"given": "yes"})}
    made["failed"] = yard.submit(script("fail.py"), experiment="ridge")
    made["parent"] = yard.submit(script("parent.py"), experiment="families")
    made["hostile"] = yard.submit(script("hostile.py"), experiment=BAD.replace("/", ""), arguments=[BAD])
    for run in made.values():
        yard.wait(run)
    workspace = yard.run(made["first"])["workspace"]
    yard.api("POST", "/models", {"workspace": workspace, "name": "ridge", "run": made["first"], "path": "outputs/model.bin", "tags": {"area": BAD}})
    yard.api("POST", "/environments", {"workspace": workspace, "name": "mine", "definition": {
        "python": {"interpreterPath": "python3", "condaDependencies": {"dependencies": ["python=3.11", {"pip": ["numpy>=1.20"]}]}},
        "environmentVariables": {"OMP_NUM_THREADS": "2"}}})
    yard.api("POST", "/environments", {"workspace": workspace, "name": "own", "definition": {
        "python": {"interpreterPath": "python", "userManagedDependencies": True, "condaDependencies": {"dependencies": ["python=3.6.2"]}}}})
    yard.api("POST", "/targets/local", {"slots": 1})
    folder = os.path.join(yard.root, "points")
    os.mkdir(folder)
    made["live"] = yard.submit(script("live.py"), experiment="live", arguments=[folder])
    yard.wait_log(made["live"], "waiting for numbers")
    made["queued"] = yard.submit("print('at last')", experiment="live")
    return {"runs": made, "points": folder, "bad": BAD}


def make(yard, what):
    """More runs, of a named kind; or the daemon's end, and its return at the same port."""
    if what == "daemon stop":
        return yard.stop()
    if what.startswith("daemon at "):  # a port
        return yard.start("--port", what.rsplit(" ", 1)[1])
    yard.api("POST", "/targets/local", {"slots": 4})
    if what.startswith("big log "):  # of so many MB
        source = "import os\nline = b'0123456789' * 9 + b' line\\n'\nfor _ in range({}):\n    os.write(1, line * 4096)\n" \
                 "print('the very last line', flush=True)\n"
        source = source.format(int(what.rsplit(" ", 1)[1]) * 1_000_000 // (96 * 4096))
        return yard.finish(source, experiment="logs")["id"]
    if what == "repository":
        return repository(yard)
    if what == "built":  # a run with an environment that is built for it
        return yard.finish("print('built')", experiment="built", managed={"name": "empty"})["id"]
    if what == "odd":  # three runs with numbers that are hard to draw
        runs = [yard.submit(script("odd.py"), experiment="odd", arguments=words) for words in (["data.csv"], ["other"], ["other"])]
        for run in runs:
            yard.wait(run)
        return runs
    if what == "many metrics":
        source = "from azureml.core import Run\nrun = Run.get_context()\nfor i in range(200):\n" \
                 "    run.log_list('metric {:03d}'.format(i), [j * i for j in range(50)])\n" \
                 "for j in range(1000):\n    run.log_list('long', [(j * 1000 + i) % 4999 for i in range(1000)])\n"
        return yard.finish(source, experiment="wide")["id"]
    if what == "busy runs":
        yard.api("POST", "/targets/local", {"slots": 14})
        runs = [yard.submit(script("busy.py"), experiment="busy") for _ in range(10)]
        for run in runs:
            yard.wait_status(run, "Running")
        return runs
    raise SystemExit("there is nothing called '{}' to make".format(what))


def say(what):
    print(json.dumps(what), flush=True)


def main():
    yard = Yard(start=False)
    yard.start("--port", str(free_port()))  # its own while the daemon is down, too
    try:
        say({"url": yard.get("/status")["url"], **({} if "empty" in sys.argv else populate(yard))})
        for line in sys.stdin:
            verb, _, what = line.strip().partition(" ")
            if verb == "make":
                say(make(yard, what))
    finally:
        if yard.daemon.poll() is not None:
            yard.start()  # it was stopped: what its runs still do is ended through it
        yard.close()


if __name__ == "__main__":
    main()
