"""One segment under the statistics of the whole index: terms in, scored matches out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from time import monotonic
from typing import Any

import numpy as np
from whoosh.fields import NUMERIC, Schema
from whoosh.searching import Searcher

from service.index.arrays.cache import ByteCache
from service.index.arrays.columns import ColumnData
from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.matches import DENSE_SHARE, Dense, Matches, Sparse, nothing, to_dense
from service.index.arrays.postings import BYTE_TO_LENGTH, length_bytes
from service.index.arrays.segment import ArraySegment

DEFAULT_B, K1 = 0.75, 1.2
"""The parameters of BM25F; Whoosh's defaults."""


@dataclass
class Budget:
    """What one search may cost, and whether it had to stop: the answer says so."""

    expansions: int
    deadline: float
    limited: set[str] = field(default_factory=set)

    def is_over(self, what: str) -> bool:
        """Whether the time is up; if so, `what` was cut short."""
        if monotonic() < self.deadline:
            return False
        self.limited.add(what)
        return True


@dataclass(frozen=True)
class Order:
    """An order by a column: documents whose value is `last` come behind all others, whichever way it goes.

    Columns of strings go up only.
    """

    column: str
    descending: bool = False
    last: int | None = None


class Statistics:
    """Document frequencies and lengths over all segments, as BM25F reads them."""

    def __init__(self, segments: "tuple[ArraySegment, ...]") -> None:
        self._segments = segments
        self.documents = sum(segment.doc_count_all() for segment in segments)
        self._idf: dict[tuple[str, bytes], float] = {}

    def idf(self, name: str, term: bytes) -> float:
        """Inverse document frequency; deleted documents count until they are merged away, as in Whoosh."""
        known = self._idf.get((name, term))
        if known is None:
            having = 0
            for segment in self._segments:
                data = segment.data.fields.get(name)
                part = None if data is None else data.slice_of(term)
                having += 0 if part is None else part.stop - part.start
            known = self._idf[name, term] = log(self.documents / (having + 1)) + 1
        return known

    def average_length(self, name: str) -> float:
        """Average length of a field."""
        total = sum(segment.data.field_lengths.get(name, 0) for segment in self._segments)
        return total / self.documents if self.documents and total else 1.0


@dataclass(frozen=True)
class Shared:
    """What the segments of an index have in common."""

    schema: Schema
    statistics: Statistics
    cache: ByteCache
    length_weights: Mapping[str, float]


class Leaf:
    """A segment that a query is evaluated on. Document numbers are the segment's own."""

    def __init__(self, segment: ArraySegment, base: int, shared: Shared, searcher: Callable[[], Searcher]) -> None:
        self.segment = segment
        self.base = base
        self.schema = shared.schema
        self.statistics = shared.statistics
        self.cache = shared.cache
        self.length_weights = shared.length_weights
        self.documents = segment.doc_count_all()
        self._searcher = searcher
        self._tables: dict[str, Array] = {}

    @cached_property
    def alive(self) -> Array | None:
        """A mask of the documents that are not deleted; None where none is."""
        return ~self.segment.deleted if self.segment.has_deletions() else None

    @cached_property
    def everything(self) -> Dense:
        """The documents that are not deleted."""
        return Dense(np.ones(self.documents, bool) if self.alive is None else self.alive, None)

    def column(self, name: str) -> ColumnData:
        """The column of a field; where no document here has a value, one of defaults."""
        column = self.schema[name].column_type
        if column is None:
            raise ValueError(f"The field {name} has no column.")
        if not self.segment.data.has_column(name):
            return ColumnData.empty(column, self.documents)
        return self.segment.data.column(name, column)

    def numbers(self, name: str) -> Array:
        """The values of a column of whole numbers, or the ordinals of one of strings, as int64."""
        made = self.schema[name]
        keys = self.column(name).keys
        if isinstance(made, NUMERIC) and made.signed:
            # Whoosh keeps signed numbers as unsigned ones that sort alike.
            return (keys.astype(np.uint64) - np.uint64(1 << (made.bits - 1))).view(np.int64)
        return keys.astype(np.int64)

    def sort_keys(self, order: Order) -> Array:
        """One number a document that sorts ascending as the order asks; of columns of strings only within this leaf."""
        return self.cache.get((self.base, order), lambda: self._sort_keys(order))

    def _sort_keys(self, order: Order) -> tuple[Array, int]:
        keys = self.numbers(order.column)
        made = -keys if order.descending else keys.copy()
        if order.last is not None:
            made[keys == order.last] = np.iinfo(np.int64).max
        return made, made.nbytes

    def sort_values(self, order: Order, docs: Array) -> list[Any]:
        """What documents of several leaves are compared by."""
        column = self.column(order.column)
        if column.is_numeric:
            return list(self.sort_keys(order)[docs].tolist())
        return [column[number] for number in docs.tolist()]

    @property
    def searcher(self) -> Searcher:
        """Whoosh's own searcher on this segment."""
        return self._searcher()

    def field(self, name: str) -> FieldData | None:
        """The arrays of a field, if it has any here."""
        return self.segment.data.fields.get(name)

    def term(self, name: str, term: bytes, *, scored: bool) -> Matches:
        """The documents of a term, scored by BM25F or, in fields that are not scored, by weight."""
        return self.cache.get((self.base, name, term, scored), lambda: self._term(name, term, scored=scored))

    def _term(self, name: str, term: bytes, *, scored: bool) -> tuple[Matches, int]:
        data = self.field(name)
        part = None if data is None else data.slice_of(term)
        if data is None or part is None:
            return nothing(scored=scored), 0
        found = Sparse(data.docs[part], self.scores(data, part, term) if scored else None)
        if len(found) * DENSE_SHARE < self.documents:
            return found, len(found) * 4
        return to_dense(found, self.documents), self.documents * (5 if scored else 1)

    def scores(self, data: FieldData, part: slice, term: bytes) -> Array:
        """The scores of a slice of a term's postings."""
        if not self.schema[data.name].scorable:
            return data.weights(part).astype(np.float32)
        idf = self.statistics.idf(data.name, term)
        if data.codes is None:
            weights = data.weights(part)
            norms = self._norms(data)[length_bytes(self._lengths(data)[data.docs[part]])]
            weighted: Array = (idf * weights * (K1 + 1) / (weights + norms)).astype(np.float32)
            return weighted
        scores: Array = self._table(data)[data.codes[part]]
        for index, frequency in data.overflowing(part):
            norm = self._norms(data)[int(data.codes[part.start + index]) & 0xFF]
            scores[index] = frequency * (K1 + 1) / (frequency + norm)
        scores *= np.float32(idf)
        return scores

    def _table(self, data: FieldData) -> Array:
        """The score of every code at an idf of 1."""
        table: Array | None = self._tables.get(data.name)
        if table is None:
            frequencies = np.arange(256, dtype=np.float64)[:, None]
            norms = self._norms(data)[None, :]
            # The frequency 0 never occurs; its score is 0 whatever the norm.
            made: Array = (frequencies * (K1 + 1) / (frequencies + norms)).astype(np.float32).ravel()
            table = self._tables[data.name] = made
        return table

    def _norms(self, data: FieldData) -> Array:
        average = self.statistics.average_length(data.name)
        b = self.length_weights.get(data.name, DEFAULT_B)
        return np.asarray(K1 * ((1 - b) + b * BYTE_TO_LENGTH / average))

    @staticmethod
    def _lengths(data: FieldData) -> Array:
        return np.zeros(int(data.docs.max(initial=0)) + 1, np.uint32) if data.lengths is None else data.lengths

    def fall_back(self, query: Any, budget: Budget, *, scored: bool) -> Matches:
        """Whoosh's own matcher, a document at a time, for as long as the budget lasts."""
        docs: list[int] = []
        scores: list[float] = []
        searcher = self.searcher
        matcher = query.matcher(searcher, searcher.context() if scored else searcher.boolean_context())
        while matcher.is_active():
            docs.append(matcher.id())
            scores.append(matcher.score() if scored else 0.0)
            if len(docs) % 256 == 0 and budget.is_over(type(query).__name__):
                break
            matcher.next()
        return Sparse(np.array(docs, np.uint32), np.array(scores, np.float32) if scored else None)


def leaves(segments: "tuple[ArraySegment, ...]") -> Iterator[tuple[ArraySegment, int]]:
    """Segments with the number that their first document has in the index."""
    base = 0
    for segment in segments:
        yield segment, base
        base += segment.doc_count_all()
