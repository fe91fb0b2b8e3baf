"""Columns of sortable fields: one value a document, as an array."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from whoosh import columns

from service.index.arrays.fielddata import TermDictionary
from service.index.arrays.flatfile import Array, FlatFile
from service.index.arrays.postings import offsets


def pack_column(name: str, column: columns.Column, values: dict[int, Any], count: int) -> dict[str, Array]:
    """The arrays of a column; documents without a value get the column's default.

    Numbers are kept as they are, byte strings as ordinals into their sorted values.
    """
    default = column.default_value()
    if isinstance(column, columns.NumericColumn):
        numbers = np.full(count, default, np.dtype(column._typecode))  # noqa: SLF001 - Whoosh has no other way to ask
        numbers[list(values)] = list(values.values())
        return {f"{name}/column": numbers}
    plain = {number: _as_bytes(value) for number, value in values.items()}
    distinct = sorted({*plain.values(), _as_bytes(default)})
    ordinal_of = {value: ordinal for ordinal, value in enumerate(distinct)}
    ordinals = np.full(count, ordinal_of[_as_bytes(default)], np.uint32)
    ordinals[list(plain)] = [ordinal_of[value] for value in plain.values()]
    return {
        f"{name}/ordinals": ordinals,
        f"{name}/value_starts": offsets(np.fromiter(map(len, distinct), np.int64, len(distinct))),
        f"{name}/value_bytes": np.frombuffer(b"".join(distinct), np.uint8),
    }


class ColumnData(columns.ColumnReader):
    """A column of an open segment, with the interface of Whoosh's column readers."""

    def __init__(self, column: columns.Column, keys: Array, values: Sequence[bytes] | None = None) -> None:
        self._column = column
        self._is_boolean = isinstance(column, columns.BitColumn)
        self.keys = keys
        self._values = values

    @classmethod
    def read(cls, name: str, file: FlatFile, column: columns.Column) -> "ColumnData":
        """The column of a field in a file."""
        if f"{name}/column" in file:
            return cls(column, file[f"{name}/column"])
        values = TermDictionary(file[f"{name}/value_starts"], file[f"{name}/value_bytes"])
        return cls(column, file[f"{name}/ordinals"], values)

    @classmethod
    def empty(cls, column: columns.Column, count: int) -> "ColumnData":
        """A column in which no document has a value."""
        default = column.default_value()
        if isinstance(column, columns.NumericColumn):
            return cls(column, np.full(count, default, np.dtype(column._typecode)))  # noqa: SLF001 - see pack_column
        return cls(column, np.zeros(count, np.uint32), [_as_bytes(default)])

    @property
    def is_numeric(self) -> bool:
        """Whether the keys are the values themselves."""
        return self._values is None

    def ordinal_of(self, value: bytes) -> tuple[int, bool]:
        """The ordinal of a value, or of the first that is greater, and whether the value is there."""
        values = self._values or ()
        at = bisect_left(values, value)
        return at, at < len(values) and values[at] == value

    def __len__(self) -> int:
        """The number of documents."""
        return len(self.keys)

    def __getitem__(self, number: int) -> Any:
        """The value of a document."""
        key = self.keys[number]
        if self._values is None:
            return key.item()
        value = self._values[int(key)]
        return value != b"" if self._is_boolean else value

    def __iter__(self) -> Iterator[Any]:
        """The values in the order of the documents."""
        return (self[number] for number in range(len(self)))

    def sort_key(self, number: int) -> Any:
        """What Whoosh sorts a document by."""
        return self[number]

    def default_value(self, reverse: bool = False) -> Any:  # noqa: FBT001, FBT002 - the signature is Whoosh's
        """The value of a document that has none."""
        return self._column.default_value(reverse)

    def load(self) -> list[Any]:
        """All values."""
        return list(self)


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, bool):
        return b"\x01" if value else b""
    return str(value).encode()
