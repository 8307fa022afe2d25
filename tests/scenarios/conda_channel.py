# SPDX-License-Identifier: Apache-2.0
"""A channel of conda packages of the tests' own, and a conda to install from it.

No micromamba, mamba or conda can be installed from a package index. Where none is on PATH, `conda_program` writes a
script with micromamba's command line; what it reads, solves, links and records is rattler's work, a library of conda's.
"""

import ensurepip
import glob
import hashlib
import io
import json
import os
import shutil
import stat
import sys
import tarfile
import zipfile
from typing import Dict, Iterable, List, Union

from venvs import shared_venv

PLATFORM = "linux-64"
SCRIPT = """#!{python}
import asyncio, json, os, sys
from rattler import VirtualPackage, install, solve
words = sys.argv[1:]
if words[:3] != ["create", "--yes", "--prefix"]:
    sys.exit("error: not understood: %s" % words)
prefix, rest = words[3], words[4:]
with open(os.environ["CONDARC"]) as file:
    channels = [json.loads(line[4:]) for line in file if line.startswith("  - ")]
async def main():
    records = await solve(channels, rest, platforms=[{platform!r}, "noarch"],
                          virtual_packages=VirtualPackage.detect())
    await install(records, target_prefix=prefix, show_progress=False)
try:
    asyncio.run(main())
    code = 0
except Exception as error:
    print("error: %s" % error, flush=True)
    code = 1
os._exit(code)  # threads of the library may still run, and crash an interpreter that ends in order
"""


class Link(str):
    """The target of a symbolic link in a package."""


class Channel:
    """A folder that is a channel; `url` names it. It has the Python of the tests, pip, and what is added."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.url = "file://" + folder
        self._records: Dict[str, Dict[str, dict]] = {PLATFORM: {}, "noarch": {}}
        version = "%d.%d" % sys.version_info[:2]
        home = os.path.dirname(os.path.realpath(sys.executable))
        self.add("python", "%d.%d.%d" % sys.version_info[:3], {
            "bin/python": Link(os.path.realpath(sys.executable)), "bin/python" + version: Link("python"),
            "pyvenv.cfg": "home = %s\ninclude-system-site-packages = false\n" % home}, noarch=False)
        self.add("pip", "1.0", self._pip(), ["python"])

    @staticmethod
    def _pip() -> Dict[str, Union[str, bytes]]:
        """The files of the pip that comes with Python."""
        wheel, = glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            return {"site-packages/" + name: archive.read(name) for name in archive.namelist()}

    def add(self, name: str, version: str, files: Dict[str, Union[str, bytes]], depends: Iterable[str] = (),
            noarch: bool = True) -> None:
        """A package; those that are `noarch` hold Python modules below site-packages/ and what belongs into the prefix."""
        record = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": list(depends),
                  "subdir": "noarch" if noarch else PLATFORM, "timestamp": 1700000000000}
        if noarch:
            record["noarch"] = "python"
        file = os.path.join(self._folder, record["subdir"], "%s-%s-0.tar.bz2" % (name, version))
        os.makedirs(os.path.dirname(file), exist_ok=True)
        _pack(file, files, record)
        with open(file, "rb") as package:
            content = package.read()
        self._records[record["subdir"]][os.path.basename(file)] = dict(
            record, size=len(content), sha256=hashlib.sha256(content).hexdigest(),
            md5=hashlib.md5(content).hexdigest())
        self._write()

    def _write(self) -> None:
        """What a conda reads first."""
        for subdir, packages in self._records.items():
            os.makedirs(os.path.join(self._folder, subdir), exist_ok=True)
            with open(os.path.join(self._folder, subdir, "repodata.json"), "w") as file:
                json.dump({"info": {"subdir": subdir}, "packages": packages, "packages.conda": {},
                           "repodata_version": 1}, file)


def _pack(path: str, files: Dict[str, Union[str, bytes]], record: dict) -> None:
    """Write a package in conda's first format."""
    paths: List[dict] = []
    with tarfile.open(path, "w:bz2", compresslevel=1) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            data = b"" if isinstance(content, Link) else content.encode() if isinstance(content, str) else content
            if isinstance(content, Link):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
            paths.append({"_path": name, "path_type": "softlink" if isinstance(content, Link) else "hardlink",
                          "sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)})
        about = {"info/index.json": record, "info/paths.json": {"paths": paths, "paths_version": 1}}
        if record.get("noarch"):
            about["info/link.json"] = {"noarch": {"type": "python"}, "package_metadata_version": 1}
        for name, value in about.items():
            data = json.dumps(value).encode()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))


def conda_program(folder: str) -> str:
    """The program that is to be on PATH, in `folder`: a real one's link, else the script. RuntimeError: none can be had."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "micromamba")
    real = shutil.which("micromamba")
    if real:
        os.symlink(real, path)
        return path
    python = shared_venv("rattler", ["py-rattler"])
    with open(path, "w") as file:
        file.write(SCRIPT.format(python=python, platform=PLATFORM))
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    return path
