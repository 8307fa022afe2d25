# SPDX-License-Identifier: Apache-2.0
"""Adds a .pth file beside the package, which pyproject.toml cannot do."""

from setuptools import setup
from setuptools.command.build_py import build_py


class WithHook(build_py):
    """Builds the package with runyard_hook.pth, which every start of the interpreter reads."""

    def run(self) -> None:
        """Build, then add it."""
        super().run()
        self.copy_file("runyard_hook.pth", self.build_lib)


setup(cmdclass={"build_py": WithHook})
