"""A flat file of named numpy arrays that is mapped into memory, not read.

    8 bytes   magic, the last two of them the format version
    8 bytes   length of the header, little endian
    4 bytes   CRC-32 of the header
    header    JSON: {"meta": ..., "arrays": {name: [offset, dtype, count, CRC-32]}, "size": bytes of the file}
    arrays    each at its offset, aligned to 64 bytes

Nothing in it is ever executed or unpickled. Opening checks the header and the size of the file; `verify` checks every
array.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.errors import IndexDamagedError

Array = NDArray[Any]

_MAGIC = b"ARTSEG02"
_HEAD = struct.Struct("<8sQI")
_ALIGNMENT = 64
_CHUNK = 1 << 24


def write_flat(path: Path, meta: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write a file, and make sure that it is on the disk. The arrays may be memory maps; they are copied in chunks."""
    table: dict[str, list[Any]] = {}
    position = 0
    for name, array in arrays.items():
        position = _aligned(position)
        table[name] = [position, array.dtype.str, int(array.size), _checksum(array)]
        position += array.nbytes
    # The offsets count from the end of the header, whose length they would otherwise change.
    header = json.dumps({"meta": meta, "arrays": table, "size": position}).encode()
    start = _aligned(_HEAD.size + len(header))
    with path.open("wb") as stream:
        stream.write(_HEAD.pack(_MAGIC, len(header), zlib.crc32(header)) + header)
        for name, array in arrays.items():
            stream.seek(start + table[name][0])
            for chunk in _chunks(array):
                stream.write(chunk)
        stream.truncate(start + position)
        stream.flush()
        os.fsync(stream.fileno())


class FlatFile:
    """An open file. The arrays are views of the mapping: they cost nothing until they are looked at.

    Raises:
        IndexDamagedError: the file is missing, cut off, of another format, or has a broken header.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as stream:
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise IndexDamagedError(f"{path} cannot be opened: index again.") from error
        header = self._read_header()
        self.meta: dict[str, Any] = header["meta"]
        self._table: dict[str, list[Any]] = header["arrays"]

    def _read_header(self) -> dict[str, Any]:
        if len(self._map) < _HEAD.size:
            raise self._damage("is cut off")
        magic, length, checksum = _HEAD.unpack_from(self._map)
        if magic != _MAGIC:
            raise self._damage("has another format")
        raw = self._map[_HEAD.size : _HEAD.size + length]
        if zlib.crc32(raw) != checksum:
            raise self._damage("has a broken header")
        header: dict[str, Any] = json.loads(raw)
        self._start = _aligned(_HEAD.size + length)
        if len(self._map) != self._start + header["size"]:
            raise self._damage("is cut off")
        return header

    def __contains__(self, name: str) -> bool:
        """Whether there is an array of this name."""
        return name in self._table

    def __getitem__(self, name: str) -> Array:
        """The array of this name, read only."""
        offset, dtype, count, _ = self._table[name]
        return np.frombuffer(self._map, np.dtype(dtype), count, self._start + offset)

    def get(self, name: str) -> Array | None:
        """The array of this name, if there is one."""
        return self[name] if name in self else None  # noqa: SIM401 - this is what `get` is made of

    def sizes(self) -> dict[str, int]:
        """Bytes of each array."""
        return {name: np.dtype(dtype).itemsize * count for name, (_, dtype, count, _) in self._table.items()}

    def verify(self) -> None:
        """Compare every array with its checksum.

        Raises:
            IndexDamagedError: one differs.
        """
        for name, (_, _, _, checksum) in self._table.items():
            if _checksum(self[name]) != checksum:
                raise self._damage(f"is damaged at {name}")

    def _damage(self, what: str) -> IndexDamagedError:
        return IndexDamagedError(f"{self._path} {what}: index again.")


def _aligned(position: int) -> int:
    return -(-position // _ALIGNMENT) * _ALIGNMENT


def _chunks(array: Array) -> "list[memoryview]":
    flat = np.ascontiguousarray(array).reshape(-1)
    if not flat.size:
        return []
    view = flat.data.cast("B")
    return [view[start : start + _CHUNK] for start in range(0, len(view), _CHUNK)]


def _checksum(array: Array) -> int:
    checksum = 0
    for chunk in _chunks(array):
        checksum = zlib.crc32(chunk, checksum)
    return checksum
