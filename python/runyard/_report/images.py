# SPDX-License-Identifier: Apache-2.0
"""Images for log_image: a file, a figure, pyplot, a PIL image or an array, recognized by their methods.

Nothing here imports the libraries of such objects.
"""

import io
import os
import struct
import time
import zlib
from typing import Any, NamedTuple, Optional, Tuple

from .._base import messages
from ..exceptions import AzureMLException, UserErrorException
from . import blobs
from .journal import short_name

_ACCEPTED = "the path of a file, a matplotlib figure, axes or pyplot, a PIL image or an array"
_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels to PNG's color type


class Image(NamedTuple):
    """An image to keep: the artifact's name and its content, a path or a binary stream."""

    name: str
    content: Any


def chosen(name: str, path: Any, plot: Any) -> Optional[Image]:
    """The image in the arguments of log_image. None: pyplot has no open figure; a warning says so.

    AzureMLException: both are given, or none. UserErrorException: it is no image, or the file does not exist.
    """
    if path is not None and plot is not None:
        raise AzureMLException("two invalid parameters: log_image takes exactly one of path and plot, not both ({!r} "
                               "and {!r})".format(path, plot))
    given = plot if path is None else path
    if given is None:
        raise AzureMLException("two invalid parameters: log_image takes exactly one of path and plot; both are missing")
    if isinstance(given, (str, os.PathLike)):
        return _file(name, os.fspath(given))
    data = rendered(name, given)
    file_name = "{}_{}.png".format(blobs.inside(short_name(str(name)), "image"), int(time.time()))
    return None if data is None else Image(file_name, io.BytesIO(data))


def _file(name: str, path: Any) -> Image:
    """An image file, under the given path."""
    shown = os.fsdecode(path)
    if not os.path.isfile(shown):
        why = "a folder" if os.path.isdir(shown) else "not a file" if os.path.exists(shown) else "not there"
        raise UserErrorException("cannot log image '{}': {} is {}; {} is allowed".format(
            name, os.path.abspath(shown), why, _ACCEPTED))
    return Image(blobs.inside(shown, "image"), shown)


def rendered(name: str, given: Any) -> Optional[bytes]:
    """The bytes of a PNG file. None: pyplot has no open figure. UserErrorException: it is no image."""
    if hasattr(given, "get_fignums") and not given.get_fignums():
        messages.warn("no figure is open: the image '{}' is not stored".format(name))
        return None
    try:
        return _rendered(given)
    except (UserErrorException, MemoryError):
        raise
    except Exception as error:
        raise UserErrorException("cannot log image '{}': {} cannot be drawn: {}: {}".format(
            name, type(given).__name__, type(error).__name__, error)) from error


def _rendered(given: Any) -> bytes:
    """The bytes of a PNG file, by the first method that the object has."""
    if hasattr(given, "get_fignums"):
        given = given.gcf()
    if not hasattr(given, "savefig") and hasattr(given, "get_figure"):
        given = given.get_figure()
    if hasattr(given, "savefig"):
        return _saved(lambda target: given.savefig(target, format="png"))
    if hasattr(given, "save") and hasattr(given, "mode"):
        return _of_picture(given)
    if hasattr(given, "detach"):
        given = given.detach().cpu().numpy()
    if hasattr(given, "dtype") and hasattr(given, "shape") and hasattr(given, "astype"):
        return png(given)
    raise UserErrorException("cannot log an image from {}: {} is allowed".format(type(given).__name__, _ACCEPTED))


def _saved(save: Any) -> bytes:
    """The bytes that a function writes into a file."""
    target = io.BytesIO()
    save(target)
    return target.getvalue()


def _of_picture(picture: Any) -> bytes:
    """The bytes of a PIL image; as RGB, if PNG does not know its mode."""
    try:
        return _saved(lambda target: picture.save(target, format="PNG"))
    except OSError:
        return _saved(lambda target: picture.convert("RGB").save(target, format="PNG"))


def png(array: Any) -> bytes:
    """An array as a PNG file: (height, width), with 1 to 4 channels last, or first as torch has them.

    Booleans become black and white. Floats with channels range from 0 to 1. Other values outside 0 to 255 are scaled
    from the smallest to the largest.
    """
    array = _bytes_of(_oriented(array))
    height, width = array.shape[:2]
    channels = array.shape[2] if len(array.shape) == 3 else 1
    rows = b"".join(b"\0" + array[row].tobytes() for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) +
            _chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    """One part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _oriented(array: Any) -> Any:
    """The array with its channels last. UserErrorException: it is no image."""
    shape = tuple(array.shape)
    if len(shape) == 3 and shape[2] not in _COLOR_TYPES and shape[0] in _COLOR_TYPES:
        array, shape = array.transpose(1, 2, 0), (shape[1], shape[2], shape[0])
    if len(shape) not in (2, 3) or 0 in shape or len(shape) == 3 and shape[2] not in _COLOR_TYPES:
        raise UserErrorException("cannot log an image from an array of shape {}: (height, width) or (height, width, 1 "
                                 "to 4) is allowed".format(tuple(shape)))
    return array


def _bytes_of(array: Any) -> Any:
    """The array with values of 0 to 255, one byte each."""
    if array.dtype.kind == "b":
        return array.astype("uint8") * 255
    if array.dtype.kind not in "iuf":
        raise UserErrorException("cannot log an image from an array of {}".format(array.dtype))
    if array.dtype.kind in "iu" and array.min() >= 0 and array.max() <= 255:
        return array.astype("uint8")
    return _scaled(array.astype("float64"))


def _scaled(array: Any) -> Any:
    """Floats as bytes; NaN and infinities become black."""
    finite = abs(array) < float("inf")
    array[~finite] = 0.0
    low, high = _range_of(array, array[finite]) if finite.any() else (0.0, 1.0)
    return ((array - low) * (255.0 / (high - low or 1.0))).clip(0, 255).round().astype("uint8")


def _range_of(array: Any, finite: Any) -> Tuple[float, float]:
    """The values for black and white; with channels the usual ranges, if they fit."""
    low, high = float(finite.min()), float(finite.max())
    if len(array.shape) == 3 and array.shape[2] > 1 and low >= 0 and high <= 255:
        return 0.0, 1.0 if high <= 1 else 255.0
    return low, high
