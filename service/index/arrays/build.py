"""Making segments: from collected documents, and from other segments."""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.fields import FieldType, Schema

from service.index.arrays.collect import Collector, collector
from service.index.arrays.columns import pack_column
from service.index.arrays.flatfile import Array, write_flat
from service.index.arrays.pack import pack
from service.index.arrays.postings import merge, offsets
from service.index.arrays.segment import SUFFIX, ArraySegment
from service.index.arrays.stored import Dictionary, StoredFields

_NUMBER = 8
"""What a value that is no string counts as, in characters."""


class SegmentBuilder:
    """Collects documents of a schema and writes them as one segment."""

    def __init__(self, schema: Schema, dictionary: Dictionary | None = None) -> None:
        self._schema = schema
        self._fields: dict[str, FieldType] = dict(schema.items())
        self._collectors: dict[str, Collector] = {}
        self._columns: dict[str, dict[int, Any]] = {}
        self._stored = StoredFields(dictionary)
        self.count = 0
        self.characters = 0

    def add(self, values: Mapping[str, Any]) -> None:
        """Take in a document, with Whoosh's extras: `_stored_<field>`, `_<field>_boost`, `_boost`.

        Raises:
            KeyError: a value for a field that the schema does not have.
        """
        boost = float(values.get("_boost", 1.0))
        stored: dict[str, Any] = {}
        for name, value in values.items():
            if name.startswith("_") or value is None:
                continue
            made = self._fields[name]
            if made.indexed:
                found = self._collectors.get(name) or self._collectors.setdefault(name, collector(made))
                found.add(self.count, value, float(values.get(f"_{name}_boost", boost)))
                self.characters += len(value) if isinstance(value, str) else _NUMBER
            shown = values.get(f"_stored_{name}", value)
            if made.stored and shown is not None:
                stored[name] = shown
            if made.column_type is not None and shown is not None:
                self._columns.setdefault(name, {})[self.count] = made.to_column_value(shown)
        for name in values:
            if name.startswith("_stored_") and (plain := name.removeprefix("_stored_")) not in stored:
                stored[plain] = values[name]
        self._stored.add(self.count, stored)
        self.count += 1

    def write(self, folder: Path, segid: str) -> ArraySegment:
        """Write the segment; the builder is used up by it."""
        arrays: dict[str, Array] = {}
        lengths: dict[str, int] = {}
        names = list(self._collectors)
        for name in names:
            found = self._collectors.pop(name)  # so that its memory is free for the next one
            postings = found.postings()
            own = found.lengths(self.count) if self._fields[name].scorable else None
            if own is not None:
                lengths[name] = int(own.sum())
            arrays |= pack(name, postings, self.count, own)
        for name, values in self._columns.items():
            column = self._fields[name].column_type
            if column is not None:
                arrays |= pack_column(name, column, values, self.count)
        kinds, stored = self._stored.pack(self.count)
        meta = {"documents": self.count, "fields": names, "field_lengths": lengths, "stored": kinds}
        return _write(folder, segid, meta, arrays | stored)


def merge_segments(segments: Sequence[ArraySegment], schema: Schema, folder: Path, segid: str) -> ArraySegment:
    """One segment out of several: without the deleted documents, with exact lengths, in the same order."""
    alive = [~segment.deleted for segment in segments]
    counts = [int(kept.sum()) for kept in alive]
    bases = offsets(np.array(counts, np.int64))
    renumbering = [
        np.where(kept, np.cumsum(kept) - 1 + base, -1) for kept, base in zip(alive, bases[:-1].tolist(), strict=True)
    ]
    total = int(bases[-1])
    names = [name for name, made in schema.items() if any(name in segment.data.fields for segment in segments)]
    arrays: dict[str, Array] = {}
    lengths: dict[str, int] = {}
    for name in names:
        having = [index for index, segment in enumerate(segments) if name in segment.data.fields]
        postings = merge(
            [segments[index].data.fields[name].postings() for index in having], [renumbering[index] for index in having]
        )
        own = _merged_lengths(name, segments, alive) if schema[name].scorable else None
        if own is not None:
            lengths[name] = int(own.sum())
        arrays |= pack(name, postings, total, own)
    for name, made in schema.items():
        if made.column_type is not None and any(segment.data.has_column(name) for segment in segments):
            arrays |= pack_column(name, made.column_type, _merged_column(name, made, segments, renumbering), total)
    kinds, stored = _merged_stored(segments, alive).pack(total)
    meta = {"documents": total, "fields": names, "field_lengths": lengths, "stored": kinds}
    return _write(folder, segid, meta, arrays | stored)


def _merged_lengths(name: str, segments: Sequence[ArraySegment], alive: Sequence[Array]) -> Array:
    parts = []
    for segment, kept in zip(segments, alive, strict=True):
        own = segment.data.fields[name].lengths if name in segment.data.fields else None
        parts.append((np.zeros(len(kept), np.int64) if own is None else own.astype(np.int64))[kept])
    return np.concatenate(parts)


def _merged_column(
    name: str, made: FieldType, segments: Sequence[ArraySegment], renumbering: Sequence[Array]
) -> dict[int, Any]:
    return {
        new: value
        for segment, numbers in zip(segments, renumbering, strict=True)
        if segment.data.has_column(name)
        for new, value in zip(numbers.tolist(), segment.data.column(name, made.column_type), strict=True)
        if new >= 0
    }


def _merged_stored(segments: Sequence[ArraySegment], alive: Sequence[Array]) -> StoredFields:
    """The stored values of the documents that stay, with the dictionary of the largest segment."""
    largest = max(segments, key=lambda segment: segment.doc_count_all())
    merged = StoredFields(largest.data.stored.dictionary)
    numbers = itertools.count()
    for segment, kept in zip(segments, alive, strict=True):
        for number in np.flatnonzero(kept).tolist():
            merged.add(next(numbers), segment.data.stored.values(number))
    return merged


def _write(folder: Path, segid: str, meta: Mapping[str, Any], arrays: Mapping[str, Array]) -> ArraySegment:
    write_flat(folder / f"{segid}{SUFFIX}", meta, arrays)
    return ArraySegment(folder, segid, meta["documents"])
