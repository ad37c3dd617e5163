"""The container of a program file, read by a second hand (contracts.md, Program file), for tests that
damage it.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_HEADER = struct.Struct("<8sHHIQQII24x")
_SECTION = struct.Struct("<IIQQII")
CONSTANTS = 32
QUEUES = {"load": 64, "array": 65, "vector": 66, "store": 67}


@dataclass
class Section:
    kind: int
    offset: int
    size: int


def sections(data: bytes) -> list[Section]:
    count = _HEADER.unpack_from(data)[3]
    rows = (_SECTION.unpack_from(data, _HEADER.size + i * _SECTION.size) for i in range(count))
    return [Section(kind, offset, size) for kind, _, offset, size, _, _ in rows]


def section(data: bytes, kind: int) -> Section:
    return next(s for s in sections(data) if s.kind == kind)


def seal(data: bytearray, length: bool = True) -> bytes:
    """Makes the checksums right again, and with `length` the file's size in its header, as far as the
    table can be read.
    """
    if len(data) < _HEADER.size:
        return bytes(data)
    magic, major, minor, count, isa, size, _, zero = _HEADER.unpack_from(data)
    count_here = min(count, (len(data) - _HEADER.size) // _SECTION.size)
    for i in range(count_here):
        at = _HEADER.size + i * _SECTION.size
        kind, flags, offset, bytes_, _, padding = _SECTION.unpack_from(data, at)
        _SECTION.pack_into(
            data, at, kind, flags, offset, bytes_, zlib.crc32(data[offset : offset + bytes_]), padding
        )
    size = len(data) if length else size
    _HEADER.pack_into(data, 0, magic, major, minor, count, isa, size, 0, zero)
    table = data[_HEADER.size : _HEADER.size + count_here * _SECTION.size]
    checksum = zlib.crc32(table, zlib.crc32(data[: _HEADER.size]))
    _HEADER.pack_into(data, 0, magic, major, minor, count, isa, size, checksum, zero)
    return bytes(data)
