# SPDX-License-Identifier: Apache-2.0
"""Scalars as an event file, which TensorBoard reads.

The file is a sequence of records: length (u64), checksum of the length (u32), data, checksum of the data (u32), all
little-endian ("TFRecords format details" of TensorFlow's tutorial "TFRecord and tf.train.Example"). The data are
messages of Protocol Buffers, of which only what a scalar needs is written (tensorflow/core/util/event.proto and
framework/summary.proto):

    Event          double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5
    Summary        repeated Value value = 1
    Summary.Value  string tag = 1; float simple_value = 2
"""

import math
import struct
from typing import Iterable, Iterator, NamedTuple, Union

_VERSION = b"brain.Event:2"
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5  # types of fields on the wire
_POLYNOMIAL = 0x82F63B78  # of CRC-32C (RFC 3720), its bits reversed


class Scalar(NamedTuple):
    """A value of a metric."""

    tag: str
    value: float
    step: int
    time: float  # seconds since 1970


def blocks(scalars: Iterable[Scalar], made: float) -> Iterator[bytes]:
    """The content of an event file that was made at a time."""
    yield _record(_field(1, made) + _field(3, _VERSION))
    for scalar in scalars:
        value = _field(1, scalar.tag.encode("utf-8", "replace")) + _key(2, _FOUR_BYTES) + _float(scalar.value)
        yield _record(_field(1, scalar.time) + _field(2, scalar.step) + _field(5, _field(1, value)))


def _field(number: int, value: Union[int, float, bytes]) -> bytes:
    """A field of a message."""
    if isinstance(value, float):
        return _key(number, _EIGHT_BYTES) + struct.pack("<d", value)
    if isinstance(value, int):
        return _key(number, _VARINT) + _varint(value % (1 << 64))
    return _key(number, _BYTES) + _varint(len(value)) + value


def _key(number: int, kind: int) -> bytes:
    """What precedes the value of a field."""
    return bytes([number << 3 | kind])


def _varint(value: int) -> bytes:
    """A number, seven bits in a byte, the lowest first."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _float(value: float) -> bytes:
    """A number of four bytes; infinite where it is too large for them."""
    try:
        return struct.pack("<f", value)
    except (OverflowError, struct.error):  # the second, of integers
        return struct.pack("<f", math.inf if value > 0 else -math.inf)


def _record(data: bytes) -> bytes:
    """A record."""
    length = struct.pack("<Q", len(data))
    return length + _checksum(length) + data + _checksum(data)


def _checksum(data: bytes) -> bytes:
    """The CRC-32C of bytes, rotated by 15 bits, plus a constant."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _remainder(byte: int) -> int:
    """The CRC-32C of one byte."""
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = [_remainder(byte) for byte in range(256)]
