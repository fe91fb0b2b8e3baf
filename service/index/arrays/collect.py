"""Collecting documents field by field until they are turned into posting lists, all at once."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from whoosh import fields
from whoosh.analysis import IDAnalyzer
from whoosh.formats import Positions

from service.index.arrays.interning import Pieces
from service.index.arrays.postings import Array, Postings, gather, invert, offsets, run_starts

_REMEMBERED = 65_536
"""So many values that repeat themselves, such as tags, are indexed once and remembered."""
_BATCH = 1_500_000
"""Texts are cut when so many characters are waiting: few enough for the processor's cache."""
_Entry = tuple[bytes, int, float, bytes]


class Collector(Protocol):
    """The tokens of one field of the documents since the last flush."""

    def add(self, number: int, value: Any, boost: float) -> None:
        """Take in a document's value."""
        ...

    def postings(self) -> Postings:
        """Everything that was taken in, as posting lists."""
        ...

    def lengths(self, count: int) -> Array:
        """The number of tokens of each of `count` documents; asked for after `postings`."""
        ...


def collector(field: fields.FieldType) -> Collector:
    """The fastest collector that takes a field."""
    if ContextFreeCollector.takes(field):
        return ContextFreeCollector(field)
    return NumericCollector(field) if type(field) is fields.NUMERIC else PlainCollector(field)


class _Numbering(dict[Any, int]):
    """Numbers keys in the order in which they are first seen."""

    def __missing__(self, key: Any) -> int:
        number = self[key] = len(self)
        return number


class ContextFreeCollector:
    """For analyzers that treat what stands between two blanks alone: each distinct piece is analysed once.

    The analyzer opts in with `context_free_terms`, a function that gives the terms of a piece, at positions one after
    another. `context_free_gaps` may name characters that are pieces of their own, as the end of a line, and say by how
    many positions they move on. See `interning` for what a piece is.
    """

    def __init__(self, field: fields.FieldType) -> None:
        analyzer: Any = field.analyzer
        self._terms: Callable[[str], Sequence[str]] = analyzer.context_free_terms
        self._gaps: Mapping[str, int] = getattr(analyzer, "context_free_gaps", {})
        self._has_positions = isinstance(field.format, Positions)
        self._pieces = Pieces(self._gaps)
        self._waiting: list[str] = []
        self._waiting_size = 0
        self._tokens: list[Array] = []
        self._counts: list[Array] = []
        self._docs = array("I")
        self._lengths: Array | None = None

    @staticmethod
    def takes(field: fields.FieldType) -> bool:
        """Whether a field can be collected so."""
        boost = float(getattr(field.format, "field_boost", 0.0))
        return hasattr(field.analyzer, "context_free_terms") and boost == 1.0

    def add(self, number: int, value: Any, boost: float) -> None:
        """Take in a document's text.

        Raises:
            TypeError: the value is no string, or a boost is asked for: both would need the analyzer's tokens.
        """
        if not isinstance(value, str) or boost != 1.0:
            raise TypeError("a field with a context-free analyzer takes strings, without a boost")
        self._waiting.append(value)
        self._waiting_size += len(value)
        self._docs.append(number)
        if self._waiting_size > _BATCH:
            self._cut()

    def _cut(self) -> None:
        tokens, counts = self._pieces.add(self._waiting)
        self._tokens.append(tokens)
        self._counts.append(counts)
        self._waiting, self._waiting_size = [], 0

    def postings(self) -> Postings:
        """Analyse each distinct piece, and invert."""
        self._cut()
        terms, sizes, flat = self._analyse()
        tokens, counts = np.concatenate(self._tokens), np.concatenate(self._counts)
        self._tokens, self._counts = [], []
        widths = sizes.take(tokens)
        positions = _expand(self._positions(sizes, tokens, counts), widths) if self._has_positions else None
        found = flat.take(_expand(_begins(sizes).take(tokens), widths))
        docs = np.repeat(np.repeat(np.frombuffer(self._docs, np.uint32), counts), widths)
        self._lengths = np.bincount(docs)
        return invert(terms, found, docs, positions)

    def _analyse(self) -> tuple[list[bytes], Array, Array]:
        """All terms, ascending; how many each piece has, and the numbers of those one after another."""
        analysed = list(map(self._terms, self._pieces.pieces))
        terms = sorted({term for found in analysed for term in found})
        rank = {term: number for number, term in enumerate(terms)}
        sizes = np.fromiter(map(len, analysed), np.uint32, len(analysed))
        flat = np.fromiter((rank[term] for found in analysed for term in found), np.uint32)
        # Code points sort as their UTF-8 does.
        return [term.encode() for term in terms], sizes, flat

    def lengths(self, count: int) -> Array:
        """The number of tokens of each document; asked for after `postings`."""
        made = np.zeros(count, np.int64)
        if self._lengths is not None:
            made[: len(self._lengths)] = self._lengths
        return made

    def _positions(self, sizes: Array, tokens: Array, counts: Array) -> Array:
        """The position of the first term of each piece."""
        steps = sizes
        gaps = [(number, self._gaps[piece]) for number, piece in enumerate(self._pieces.pieces) if piece in self._gaps]
        if gaps:
            steps = sizes.copy()
            steps[[number for number, _ in gaps]] = [step for _, step in gaps]
        walked = np.append(_begins(steps.take(tokens)), np.uint32(0))
        return np.asarray(walked[:-1] - np.repeat(walked.take(np.cumsum(counts) - counts), counts))


def _begins(sizes: Array) -> Array:
    """The running sums before each of some sizes. In 32 bits, of which there are enough for one segment."""
    return np.asarray(np.cumsum(sizes, dtype=np.uint32) - sizes)


def _expand(first: Array, widths: Array) -> Array:
    """`first[i], first[i] + 1, ...`, as many as `widths[i]` says, one after another; differences may wrap around."""
    expanded = np.repeat(first - _begins(widths), widths)
    expanded += np.arange(len(expanded), dtype=np.uint32)
    return expanded


class NumericCollector:
    """For Whoosh's numbers: all the precisions in which each one is indexed, made by arrays."""

    def __init__(self, field: fields.FieldType) -> None:
        self._field: Any = field
        self._docs = array("I")
        self._numbers = array("Q")

    def add(self, number: int, value: Any, boost: float) -> None:  # noqa: ARG002 - numbers have no weight
        """Take in a document's number, or several."""
        values = value if isinstance(value, list | tuple) else (value,)
        for one in values:
            self._docs.append(number)
            self._numbers.append(self._field.to_column_value(one))

    def postings(self) -> Postings:
        """One term for each precision of each number; the bytes sort by precision, then by number."""
        numbers = np.frombuffer(self._numbers, np.uint64) if self._numbers else np.zeros(0, np.uint64)
        docs = np.frombuffer(self._docs, np.uint32) if self._docs else np.zeros(0, np.uint32)
        step = self._field.shift_step
        terms: list[bytes] = []
        starts, parts = [0], []
        for shift in range(0, self._field.bits, step) if step else (0,):
            shifted = numbers >> np.uint64(shift)
            order = np.lexsort((docs, shifted))
            begins = run_starts(shifted[order])
            repeated = np.zeros(len(order), bool)
            repeated[1:] = ~begins[1:] & (docs[order][1:] == docs[order][:-1])
            kept = np.flatnonzero(~repeated)
            first = np.flatnonzero(begins[kept])
            distinct = shifted[order][kept][first].tolist()
            terms += [self._field.sortable_to_bytes(int(one) << shift, shift) for one in distinct]
            starts += (np.append(first[1:], len(kept)) + starts[-1]).tolist() if len(first) else []
            parts.append(docs[order][kept])
        merged = np.concatenate(parts)
        return Postings(terms, np.array(starts, np.int64), merged, np.ones(len(merged), np.uint32))

    def lengths(self, count: int) -> Array:
        """Numbers are not scored by length."""
        return np.zeros(count, np.int64)


class PlainCollector:
    """For every other field: asks the field itself, document by document."""

    def __init__(self, field: fields.FieldType) -> None:
        self._field = field
        self._format: Any = field.format
        self._has_positions = isinstance(field.format, Positions)
        is_id = type(field) is fields.ID and type(field.analyzer) is IDAnalyzer
        self._is_whole = is_id and float(getattr(field.format, "field_boost", 0.0)) == 1.0
        self._known: dict[str, list[_Entry]] = {}
        self._terms = _Numbering()
        self._tokens = array("I")
        self._docs = array("I")
        self._frequencies = array("I")
        self._weights = array("f")
        self._positions = array("I")
        self._length_of: dict[int, int] = {}

    def add(self, number: int, value: Any, boost: float) -> None:
        """Take in a document's value."""
        length = 0
        for term, frequency, weight, encoded in self._entries(value):
            self._tokens.append(self._terms[term])
            self._docs.append(number)
            self._weights.append(weight * boost)
            if self._has_positions:
                found = self._format.decode_positions(encoded)
                self._positions.extend(found)
                self._frequencies.append(len(found))
            else:
                self._frequencies.append(frequency)
            length += frequency
        self._length_of[number] = length

    def _entries(self, value: Any) -> Sequence[_Entry]:
        if not isinstance(value, str):
            return list(self._field.index(value))
        if self._is_whole:
            return [(value.encode(), 1, 1.0, b"")]
        found = self._known.get(value)
        if found is None:
            found = list(self._field.index(value))
            if len(self._known) < _REMEMBERED:
                self._known[value] = found
        return found

    def postings(self) -> Postings:
        """Sort by term."""
        terms = sorted(self._terms)
        rank = {term: number for number, term in enumerate(terms)}
        mapping = np.fromiter((rank[term] for term in self._terms), np.int64, len(terms))
        tokens = mapping[np.frombuffer(self._tokens, np.uint32)] if self._tokens else np.zeros(0, np.int64)
        order = np.argsort(tokens, kind="stable")
        frequencies = np.array(self._frequencies, np.uint32)
        weights = np.array(self._weights, np.float32)
        positions = None
        if self._has_positions:
            plain = np.array(self._positions, np.uint32)
            positions = plain[gather(offsets(frequencies)[:-1][order], frequencies[order].astype(np.int64))]
        return Postings(
            terms,
            np.searchsorted(tokens[order], np.arange(len(terms) + 1)),
            np.array(self._docs, np.uint32)[order],
            frequencies[order],
            None if (weights == frequencies).all() else weights[order],
            positions,
        )

    def lengths(self, count: int) -> Array:
        """The number of tokens of each document."""
        made = np.zeros(count, np.int64)
        made[list(self._length_of)] = list(self._length_of.values())
        return made
