# SPDX-License-Identifier: Apache-2.0
"""The variables of this process as the user set them: without those that Jupyter and a notebook's kernel add for
themselves, which would break `import matplotlib.pyplot` in another interpreter, color logs and page output."""

import os
import sys
from typing import Dict, Optional

_INLINE = (b"module://matplotlib_inline.backend_inline", b"module://ipykernel.pylab.backend_inline")
# What ipykernel (4 to 7) and its kernelspec set. A user's own value differs, or the kernel was started with it.
_OF_KERNEL = {
    b"MPLBACKEND": _INLINE,
    b"CLICOLOR": (b"1",),
    b"CLICOLOR_FORCE": (b"1",),
    b"FORCE_COLOR": (b"1",),
    b"GIT_PAGER": (b"cat",),
    b"PAGER": (b"cat",),
    b"PYDEVD_DISABLE_FILE_VALIDATION": (b"1",),
    b"PYDEVD_USE_FRAME_EVAL": (b"NO",),
    b"TERM": (b"xterm-color",),
}
_FOR_KERNEL = (b"JPY_", b"IPY_INTERRUPT_EVENT")  # prefixes of variables by which Jupyter talks to its kernel
_PARENT = b"JPY_PARENT_PID"  # Jupyter sets it for every kernel, and processes of the kernel inherit it


def user_variables() -> Dict[bytes, bytes]:
    """The variables of this process. In a kernel, or below one, only those that the user set, with the values that the
    kernel was started with if it replaced them."""
    found = dict(os.environb)
    kernel = _is_kernel()
    if not kernel and _PARENT not in found:
        return found
    before = _initial() if kernel else {}
    for name in list(found):
        if name.startswith(_FOR_KERNEL):
            del found[name]
        elif found[name] in _OF_KERNEL.get(name, ()):
            _restore(found, name, before.get(name))
    return found


def _is_kernel() -> bool:
    """Whether this process is the kernel of a notebook."""
    application = getattr(sys.modules.get("ipykernel.kernelapp"), "IPKernelApp", None)
    return bool(application is not None and application.initialized())


def _restore(variables: Dict[bytes, bytes], name: bytes, before: Optional[bytes]) -> None:
    """Give a variable the value from before the kernel, if it had one that is of use outside of a kernel."""
    if before is None or before in _INLINE:
        del variables[name]
    else:
        variables[name] = before


def _initial() -> Dict[bytes, bytes]:
    """The variables that this process was started with; {} if the system does not say."""
    try:
        with open("/proc/self/environ", "rb") as file:
            pairs = [entry.partition(b"=") for entry in file.read().split(b"\0")]
    except OSError:
        return {}
    return {name: value for name, equals, value in pairs if equals}
