"""Stored fields, one after another: every field has its values in arrays of its own, so a title costs a slice.

    stored/<field>/starts, bytes   the values of all documents one after another
    stored/<field>/missing         documents that have none
    stored/dictionary              the dictionary that long values are compressed with, if there are any

Values are JSON types, datetimes and bytes. Strings and byte strings stand as they are; everything else is JSON, in
which what it does not know is written as `{"$datetime": ...}` and `{"$bytes": ...}`. A field of long texts is
compressed, each text by itself, with Zstandard and a dictionary made from some of them: so one can be read without its
neighbours. JSON is not: decompressing gives up the GIL, which a thread that answers requests may wait for again.
"""

import base64
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import zstandard

from service.index.arrays.flatfile import Array, FlatFile
from service.index.arrays.postings import offsets, small

LONG = 200
"""A field of texts that have more bytes than this in the mean is compressed."""
_LEVEL = 3
_DICTIONARY_BYTES = 112_640
_SAMPLES = 4_000
_LEAST_SAMPLES = 64
_DICTIONARY = "stored/dictionary"
_TEXT, _BYTES, _JSON, _TAGGED = "text", "bytes", "json", "tagged json"


class Dictionary:
    """A Zstandard dictionary and what works with it. Threads may share it."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._made = zstandard.ZstdCompressionDict(raw) if raw else None
        self._local = threading.local()

    @classmethod
    def train(cls, values: Sequence[bytes]) -> "Dictionary":
        """A dictionary for values like these; an empty one where they are too few to learn from."""
        if len(values) < _LEAST_SAMPLES:
            return cls(b"")
        samples: list[bytes | bytearray | memoryview] = [one for one in values[:: -(-len(values) // _SAMPLES)] if one]
        try:
            return cls(zstandard.train_dictionary(_DICTIONARY_BYTES, samples).as_bytes())
        except zstandard.ZstdError:  # the samples have too little in common
            return cls(b"")

    def compressor(self) -> Callable[[bytes], bytes]:
        """A function that compresses."""
        made = zstandard.ZstdCompressor(_LEVEL, dict_data=self._made, write_dict_id=False)
        return made.compress

    def decompress(self, raw: memoryview) -> bytes:
        """The inverse of `compressor`."""
        decompressor = getattr(self._local, "decompressor", None)
        if decompressor is None:
            decompressor = self._local.decompressor = zstandard.ZstdDecompressor(dict_data=self._made)
        return bytes(decompressor.decompress(raw))


@dataclass
class StoredField:
    """The values of one field while a segment is built: encoded, by document."""

    kind: str | None = None
    numbers: list[int] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, number: int, value: Any) -> None:
        """Take in a document's value.

        Raises:
            TypeError: the value is none of the types that can be stored.
        """
        kind = _TEXT if isinstance(value, str) else _BYTES if isinstance(value, bytes) else _JSON
        if self.kind is None:
            self.kind = kind
        elif self.kind not in {kind, _JSON, _TAGGED}:
            old, self.kind = self.kind, _JSON
            self.values = [self._encoded(_decode(old, value)) for value in self.values]
        encoded = self._encoded(value)
        self.numbers.append(number)
        self.values.append(encoded)
        self.size += len(encoded)

    def _encoded(self, value: Any) -> bytes:
        if self.kind == _TEXT:
            return str(value).encode("utf-8", "surrogatepass")
        return bytes(value) if self.kind == _BYTES else orjson.dumps(value, self._tag, orjson.OPT_PASSTHROUGH_DATETIME)

    def _tag(self, value: object) -> dict[str, str]:
        self.kind = _TAGGED
        if isinstance(value, datetime):
            return {"$datetime": value.isoformat()}
        if isinstance(value, bytes):
            return {"$bytes": base64.b64encode(value).decode()}
        raise TypeError(f"{type(value).__name__} cannot be stored; JSON types, datetimes and bytes can")

    def is_long(self) -> bool:
        """Whether the field should be compressed."""
        return self.kind == _TEXT and self.size > LONG * len(self.values)


class StoredFields:
    """The stored fields of documents while a segment is built."""

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        self._fields: dict[str, StoredField] = {}
        self._dictionary = dictionary

    def add(self, number: int, values: Mapping[str, Any]) -> None:
        """Take in a document; documents come in ascending order.

        Raises:
            TypeError: a value is none of the types that can be stored.
        """
        for name, value in values.items():
            if value is not None:
                found = self._fields.get(name)
                if found is None:
                    found = self._fields[name] = StoredField()
                found.add(number, value)

    def pack(self, documents: int) -> tuple[dict[str, list[Any]], dict[str, Array]]:
        """The kind of each field and whether it is compressed, and the arrays for the file."""
        long = [found for found in self._fields.values() if found.is_long()]
        dictionary = self._dictionary
        if dictionary is None:
            dictionary = Dictionary.train([value for found in long for value in found.values])
        compress = dictionary.compressor()
        arrays: dict[str, Array] = {}
        if long:
            arrays[_DICTIONARY] = np.frombuffer(dictionary.raw, np.uint8)
        for name, found in self._fields.items():
            values = [compress(value) for value in found.values] if found.is_long() else found.values
            arrays |= _pack_values(name, found.numbers, values, documents)
        return {name: [found.kind, found.is_long()] for name, found in self._fields.items()}, arrays


class StoredData:
    """The stored fields of an open segment."""

    def __init__(self, file: FlatFile) -> None:
        self._kinds: dict[str, list[Any]] = file.meta["stored"]
        self.dictionary = Dictionary(file[_DICTIONARY].tobytes() if _DICTIONARY in file else b"")
        self._values = {name: _Values(name, file) for name in self._kinds}

    def values(self, number: int, names: Iterable[str] | None = None) -> dict[str, Any]:
        """The stored values of a document, or some of them."""
        found = {}
        for name in self._kinds if names is None else names:
            values = self._values.get(name)
            raw = None if values is None else values.raw(number)
            if raw is not None:
                kind, is_compressed = self._kinds[name]
                found[name] = _decode(kind, self.dictionary.decompress(raw) if is_compressed else raw)
        return found


class _Values:
    """The encoded values of one field of an open segment."""

    def __init__(self, name: str, file: FlatFile) -> None:
        self._starts = memoryview(file[f"stored/{name}/starts"].data)
        self._bytes = memoryview(file[f"stored/{name}/bytes"].data)
        self._missing = file[f"stored/{name}/missing"]

    def raw(self, number: int) -> memoryview | None:
        """The value of a document, encoded; None if it has none."""
        start, end = self._starts[number], self._starts[number + 1]
        if start == end and len(self._missing):
            at = int(np.searchsorted(self._missing, number))
            if at < len(self._missing) and self._missing[at] == number:
                return None
        return self._bytes[start:end]


def _pack_values(name: str, numbers: Sequence[int], values: Sequence[bytes], documents: int) -> dict[str, Array]:
    sizes = np.zeros(documents, np.int64)
    has = np.zeros(documents, bool)
    sizes[numbers] = np.fromiter(map(len, values), np.int64, len(values))
    has[numbers] = True
    return {
        f"stored/{name}/starts": small(offsets(sizes)),
        f"stored/{name}/bytes": np.frombuffer(b"".join(values), np.uint8),
        f"stored/{name}/missing": np.flatnonzero(~has).astype(np.uint32),
    }


def _decode(kind: str, raw: memoryview | bytes) -> Any:
    if kind == _TEXT:
        return str(raw, "utf-8", "surrogatepass")
    if kind == _BYTES:
        return bytes(raw)
    return _untag(orjson.loads(raw)) if kind == _TAGGED else orjson.loads(raw)


def _untag(value: Any) -> Any:
    if isinstance(value, list):
        return [_untag(item) for item in value]
    if isinstance(value, dict):
        if "$datetime" in value:
            return datetime.fromisoformat(value["$datetime"])
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {name: _untag(item) for name, item in value.items()}
    return value
