# SPDX-License-Identifier: Apache-2.0
"""A real daemon with real runs for the portal's tests: prints where it is and what there is as one line of JSON, then
lives until its stdin ends. `make WHAT` on stdin makes more and answers with a line of JSON. With the argument `empty` there
is nothing yet."""

import json
import os
import socket
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "tests", "scenarios"))

from processes import free_port  # noqa: E402
from daemon import Daemon  # noqa: E402
from data_runs import data_runs  # noqa: E402

BAD = "<img src=x onerror=\"window.hacked=1\">'\"&amp;</script>${7*7}\u202e实验"


mute = []  # a socket that accepts no connection


def script(name, **extra):
    """The text of a script as a source folder's main.py, with files beside it."""
    with open(os.path.join(HERE, "scripts", name), encoding="utf-8") as file:
        return dict(extra, **{"main.py": file.read()})


def text_of(name):
    return script(name)["main.py"]


def train(daemon, alpha, **fields):
    """A run of train.py."""
    source = script("train.py", **{"shapes.py": text_of("shapes.py")})
    if alpha != 0.1:
        source["shapes.py"] = source["shapes.py"].replace("120", "150")
        source["notes.md"] = "alpha is {}\n".format(alpha)
    return daemon.submit(source, experiment="ridge", arguments=["--alpha", str(alpha)], **fields)


def repository(daemon):
    """A run of another workspace, from a git repository, part of which its ignore file excludes."""
    workspace = {"subscription_id": "local", "resource_group": "local", "name": "elsewhere"}
    daemon.api("POST", "/workspaces", dict(workspace, create=True))
    folder = daemon.folder({"main.py": "print('from a repository')\n", ".gitignore": "data/\n", "data/large.bin": b"0" * 5000})
    git = ["git", "-C", folder, "-c", "user.name=Tester", "-c", "user.email=tester@localhost"]
    for words in (["init", "--quiet", "--initial-branch=trunk"], ["add", "."], ["commit", "--quiet", "--message=first"]):
        subprocess.run(git + words, check=True)
    answer = daemon.post_run(daemon.request(folder, experiment="kept", workspace=workspace))
    return daemon.wait(answer.json["id"])["id"]


def populate(daemon):
    """One run of each kind; by name, their ids."""
    daemon.api("POST", "/targets/local", {"slots": 2})
    made = {"first": train(daemon, 0.1, configuration={"environment": {"name": "own", "version": "1"}}), "second": train(daemon, 0.9, tags={"given": "yes"})}
    made["failed"] = daemon.submit(script("fail.py"), experiment="ridge")
    made["parent"] = daemon.submit(script("parent.py"), experiment="families")
    made["hostile"] = daemon.submit(script("hostile.py"), experiment=BAD.replace("/", ""), arguments=[BAD])
    for run in made.values():
        daemon.wait(run)
    workspace = daemon.run(made["first"])["workspace"]
    daemon.api("POST", "/models", {"workspace": workspace, "name": "ridge", "run": made["first"], "path": "outputs/model.bin", "tags": {"area": BAD}})
    daemon.api("POST", "/environments", {"workspace": workspace, "name": "mine", "definition": {
        "python": {"interpreterPath": "python3", "condaDependencies": {"dependencies": ["python=3.11", {"pip": ["numpy>=1.20"]}]}},
        "environmentVariables": {"OMP_NUM_THREADS": "2"}}})
    daemon.api("POST", "/environments", {"workspace": workspace, "name": "own", "definition": {
        "python": {"interpreterPath": "python", "userManagedDependencies": True, "condaDependencies": {"dependencies": ["python=3.6.2"]}}}})
    daemon.api("POST", "/targets/local", {"slots": 1})
    folder = os.path.join(daemon.root, "points")
    os.mkdir(folder)
    made["live"] = daemon.submit(script("live.py"), experiment="live", arguments=[folder])
    daemon.wait_log(made["live"], "waiting for numbers")
    made["queued"] = daemon.submit("print('at last')", experiment="live")
    return {"runs": made, "points": folder, "bad": BAD}


def make(daemon, what):
    """More runs, of a named kind; or the daemon's end, and its return at the same port."""
    if what == "daemon stop":
        return daemon.stop()
    if what.startswith("daemon at "):  # a port
        return daemon.start("--port", what.rsplit(" ", 1)[1])
    daemon.api("POST", "/targets/local", {"slots": 4})
    if what.startswith("big log "):  # of so many MB
        source = "import os\nline = b'0123456789' * 9 + b' line\\n'\nfor _ in range({}):\n    os.write(1, line * 4096)\n" \
                 "print('the very last line', flush=True)\n"
        source = source.format(int(what.rsplit(" ", 1)[1]) * 1_000_000 // (96 * 4096))
        return daemon.finish(source, experiment="logs")["id"]
    if what == "repository":
        return repository(daemon)
    if what == "data":  # two runs with datasets: their ids, and those of the datasets by name
        return data_runs(daemon)
    if what == "built":  # a run with an environment that is built for it
        return daemon.finish("print('built')", experiment="built", managed={"name": "empty"})["id"]
    if what == "building":  # a run whose environment is being built: the package index does not answer
        mute.append(socket.create_server(("127.0.0.1", 0)))
        options = ["--index-url http://127.0.0.1:{}/simple".format(mute[0].getsockname()[1])]
        run = daemon.submit("print('built')", experiment="built", managed={"name": "slow", "pip": ["demo"], "options": options})
        daemon.wait_status(run, "Preparing")
        return run
    if what == "odd":  # three runs with numbers that are hard to draw
        runs = [daemon.submit(script("odd.py"), experiment="odd", arguments=words) for words in (["data.csv"], ["other"], ["other"])]
        for run in runs:
            daemon.wait(run)
        return runs
    if what == "many metrics":
        source = "from azureml.core import Run\nrun = Run.get_context()\nfor i in range(200):\n" \
                 "    run.log_list('metric {:03d}'.format(i), [j * i for j in range(50)])\n" \
                 "for j in range(1000):\n    run.log_list('long', [(j * 1000 + i) % 4999 for i in range(1000)])\n"
        return daemon.finish(source, experiment="wide")["id"]
    if what == "sweep":  # a run that says that it is one, and a run with the id of a child; their sweep is the test's
        swept = {"azureml.runsource": "hyperdrive", "primary_metric_config": json.dumps({"name": "loss", "goal": "minimize"})}
        configuration = {"sweep": {"metric": "loss", "goal": "minimize", "max_total_runs": 1200}}
        daemon.finish("print('swept')", id="HD_test", experiment="sweep", properties=swept, configuration=configuration)
        daemon.finish("print('a child')", id="HD_test_3", experiment="sweep")
        return "HD_test"
    if what == "busy runs":
        daemon.api("POST", "/targets/local", {"slots": 14})
        runs = [daemon.submit(script("busy.py"), experiment="busy") for _ in range(10)]
        for run in runs:
            daemon.wait_status(run, "Running")
        return runs
    raise SystemExit("there is nothing called '{}' to make".format(what))


def say(what):
    print(json.dumps(what), flush=True)


def main():
    daemon = Daemon(start=False)
    daemon.start("--port", str(free_port()))  # its own while the daemon is down, too
    try:
        say({"url": daemon.get("/status")["url"], **({} if "empty" in sys.argv else populate(daemon))})
        for line in sys.stdin:
            verb, _, what = line.strip().partition(" ")
            if verb == "make":
                say(make(daemon, what))
    finally:
        if daemon.process.poll() is not None:
            daemon.start()  # it was stopped: what its runs still do is ended through it
        daemon.close()


if __name__ == "__main__":
    main()
