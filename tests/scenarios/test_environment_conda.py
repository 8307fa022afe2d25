# SPDX-License-Identifier: Apache-2.0
"""Environments that a conda makes, from a channel of the tests' own, without a network."""

import os
import unittest

from conda_channel import Channel, conda_program
from environment_case import SHOW, BuildCase

NAMES = ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "DEMO_HOME", "OWN")
VARIABLES = "print([os.environ.get(name) for name in %r])\n" % (NAMES,)
ACTIVATE = """
if [[ -n "$CONDA_PREFIX" ]]; then export DEMO_HOME="$CONDA_PREFIX/share" OWN=changed; fi
set -- lost
"""


class BuiltByConda(BuildCase):
    def setUp(self):
        super().setUp()
        programs = os.path.join(self.state.name, "bin")
        self.path_prefix = programs + ":" + self.path_prefix
        try:
            conda_program(programs)
        except RuntimeError as error:
            self.skipTest("no conda can be had: %s" % str(error)[-200:])
        self.channel = Channel(os.path.join(self.state.name, "a channel"))
        for version in ("1.0", "1.1"):
            self.channel.add("demo", version, {"site-packages/demo.py": "version = %r\n" % version,
                                               "etc/conda/activate.d/demo.sh": ACTIVATE}, ["python"])

    def by_conda(self, *conda, pip=(), **changes):
        return self.managed(*pip, conda=dict.fromkeys(conda), channels=[self.channel.url], strict=True,
                            **changes)

    def test_conda_makes_the_prefix_and_uv_adds_to_it(self):
        said = self.completes(self.by_conda("demo=1.0", pip=["tool"]), SHOW + "import tool\n")
        self.assertIn("demo 1.0 " + os.path.join(self.built()[0], "prefix"), said)
        self.assertEqual(self.warnings(), [])
        item, = self.verb("list")["items"]
        self.assertEqual(item["tool"], "micromamba")
        prepared, = self.facts("prepared")
        self.assertEqual((prepared["tool"], prepared["built"]), ("micromamba", True))

    def test_its_packages_scripts_are_run_before_the_program(self):
        for _ in range(2):  # the environment is built, then found
            said = self.completes(self.by_conda("demo"), VARIABLES + "print(sys.argv[1:])\n",
                                  environment={"OWN": "mine"}, arguments=["a b", "$x"])
            prefix = os.path.join(self.built()[0], "prefix")
            self.assertEqual(said, "%r\n%r\n" % ([prefix, prefix, prefix + "/share", "mine"], ["a b", "$x"]))

    def test_a_package_that_no_channel_has(self):
        self.fails(self.by_conda("no-such-package"), "cannot build the environment 'mine'",
                   "no-such-package")

    def test_packages_that_contradict(self):
        self.fails(self.by_conda("demo=1.0", "demo>=1.1"), "demo >=1.1", "demo 1.0", "contradict each other")

    def test_a_channel_that_is_not_there(self):
        self.fails(dict(self.by_conda("demo"), channels=["file:///no/such/channel"]),
                   "no/such/channel")


if __name__ == "__main__":
    unittest.main()
