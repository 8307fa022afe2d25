# SPDX-License-Identifier: Apache-2.0
"""What a script reports about its run: all that a script that only logs has to load.

The modules for files and failures are attributes of this package, loaded at their first use.
"""

from __future__ import annotations

from .._base import loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import blobs as blobs, documents as documents, ending as ending, images as images

__getattr__ = loader(__name__, {
    "blobs": "runyard._report.blobs",
    "documents": "runyard._report.documents",
    "ending": "runyard._report.ending",
    "images": "runyard._report.images",
})
