# SPDX-License-Identifier: Apache-2.0
"""The environment of this process as the user set it: without what Jupyter and the kernel of a notebook add for
themselves, which would end `import matplotlib.pyplot` in another interpreter, color logs and page output."""

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
_FOR_KERNEL = (b"JPY_", b"IPY_INTERRUPT_EVENT")  # how names begin that Jupyter uses to talk to its kernel
_PARENT = b"JPY_PARENT_PID"  # Jupyter gives it to each kernel, which hands it on to its own processes


def user_variables() -> Dict[bytes, bytes]:
    """The variables of this process; in a kernel, or below one, those that the user set, with the values that the
    kernel was started with where it put its own in their place."""
    found = dict(os.environb)
    kernel = _is_kernel()
    if not kernel and _PARENT not in found:
        return found
    before = _initial() if kernel else {}
    for name in list(found):
        if name.startswith(_FOR_KERNEL):
            del found[name]
        elif found[name] in _OF_KERNEL.get(name, ()):
            _put_back(found, name, before.get(name))
    return found


def _is_kernel() -> bool:
    """Whether this process is the kernel of a notebook."""
    application = getattr(sys.modules.get("ipykernel.kernelapp"), "IPKernelApp", None)
    return bool(application is not None and application.initialized())


def _put_back(variables: Dict[bytes, bytes], name: bytes, before: Optional[bytes]) -> None:
    """Give a variable the value from before the kernel, if it had one that is of use outside of a kernel."""
    if before is None or before in _INLINE:
        del variables[name]
    else:
        variables[name] = before


def _initial() -> Dict[bytes, bytes]:
    """The variables that this process was started with; none where the system does not tell."""
    try:
        with open("/proc/self/environ", "rb") as file:
            pairs = [entry.partition(b"=") for entry in file.read().split(b"\0")]
    except OSError:
        return {}
    return {name: value for name, equals, value in pairs if equals}
