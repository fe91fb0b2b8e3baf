"""Making segments: from collected documents, and from other segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.fields import FieldType, Schema

from service.index.arrays.collect import Collector, ContextFreeCollector, PlainCollector
from service.index.arrays.columns import pack_column
from service.index.arrays.flatfile import Array, write_flat
from service.index.arrays.postings import merge, offsets, pack
from service.index.arrays.segment import SUFFIX, ArraySegment
from service.index.arrays.stored import compress, dump_record, split


@dataclass
class _Records:
    """The stored records of documents, one after another."""

    short: list[bytes] = field(default_factory=list)
    long: list[bytes] = field(default_factory=list)

    def arrays(self) -> dict[str, Array]:
        """The arrays for the file."""
        made: dict[str, Array] = {}
        for name, records in (("short", self.short), ("long", self.long)):
            made[f"stored/{name}_starts"] = offsets(np.fromiter(map(len, records), np.int64, len(records)))
            made[f"stored/{name}"] = np.frombuffer(b"".join(records), np.uint8)
        return made


class SegmentBuilder:
    """Collects documents of a schema and writes them as one segment."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._fields: dict[str, FieldType] = dict(schema.items())
        self._collectors: dict[str, Collector] = {}
        self._columns: dict[str, dict[int, Any]] = {}
        self._records = _Records()
        self.count = 0
        self.tokens = 0

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
                collector = self._collectors.get(name) or self._collectors.setdefault(name, _collector(made))
                self.tokens += collector.add(self.count, value, float(values.get(f"_{name}_boost", boost)))
            shown = values.get(f"_stored_{name}", value)
            if made.stored and shown is not None:
                stored[name] = shown
            if made.column_type is not None and shown is not None:
                self._columns.setdefault(name, {})[self.count] = made.to_column_value(shown)
        for name in values:
            if name.startswith("_stored_") and (plain := name.removeprefix("_stored_")) not in stored:
                stored[plain] = values[name]
        short, long = split(stored)
        self._records.short.append(dump_record(short))
        self._records.long.append(compress(dump_record(long)))
        self.count += 1

    def write(self, folder: Path, segid: str) -> ArraySegment:
        """Write the segment."""
        arrays: dict[str, Array] = {}
        lengths: dict[str, int] = {}
        for name, collector in self._collectors.items():
            postings = collector.postings()
            own = collector.lengths(self.count) if self._fields[name].scorable else None
            if own is not None:
                lengths[name] = int(own.sum())
            arrays |= pack(name, postings, own)
        for name, values in self._columns.items():
            column = self._fields[name].column_type
            if column is not None:
                arrays |= pack_column(name, column, values, self.count)
        arrays |= self._records.arrays()
        meta = {"documents": self.count, "fields": list(self._collectors), "field_lengths": lengths}
        return _write(folder, segid, meta, arrays)


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
        arrays |= pack(name, postings, own)
    for name, made in schema.items():
        if made.column_type is not None and any(segment.data.has_column(name) for segment in segments):
            arrays |= pack_column(name, made.column_type, _merged_column(name, made, segments, renumbering), total)
    arrays |= _merged_records(segments, alive).arrays()
    return _write(folder, segid, {"documents": total, "fields": names, "field_lengths": lengths}, arrays)


def _collector(made: FieldType) -> Collector:
    return ContextFreeCollector(made) if ContextFreeCollector.takes(made) else PlainCollector(made)


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


def _merged_records(segments: Sequence[ArraySegment], alive: Sequence[Array]) -> _Records:
    records = _Records()
    for segment, kept in zip(segments, alive, strict=True):
        for number in np.flatnonzero(kept).tolist():
            short, long = segment.data.raw_stored(number)
            records.short.append(short)
            records.long.append(long)
    return records


def _write(folder: Path, segid: str, meta: Mapping[str, Any], arrays: Mapping[str, Array]) -> ArraySegment:
    write_flat(folder / f"{segid}{SUFFIX}", meta, arrays)
    return ArraySegment(folder, segid, meta["documents"])
