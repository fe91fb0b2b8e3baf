"""One segment under the statistics of the whole index: terms in, scored matches out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic
from typing import Any

import numpy as np
from whoosh.fields import NUMERIC, Schema
from whoosh.searching import Searcher

from service.index.arrays.cache import ByteCache
from service.index.arrays.columns import ColumnData
from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.matches import Dense, Matches, Sparse, locate, nothing
from service.index.arrays.postings import BYTE_TO_LENGTH
from service.index.arrays.segment import ArraySegment
from service.index.arrays.statistics import KnownTerm, Statistics

DEFAULT_B, K1 = 0.75, 1.2
"""The parameters of BM25F; Whoosh's defaults."""


@dataclass
class Budget:
    """What one search may cost, and whether it had to stop: the answer says so."""

    expansions: int
    deadline: float
    limited: set[str] = field(default_factory=set)
    has_begun: bool = False
    """Whether any words near each other were looked for: something is found in any case."""

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


@dataclass(frozen=True)
class Place:
    """Where a hit stands in an order, so that a search can go on behind it (keyset paging).

    `value` is its score, or what it is ordered by; `tie` orders those with equal scores; `number` is the document's.
    """

    value: Any
    number: int
    tie: int = 0


@dataclass(frozen=True)
class Shared:
    """What the segments of an index have in common."""

    schema: Schema
    statistics: Statistics
    cache: ByteCache
    length_weights: Mapping[str, float]


class Leaf:
    """A segment that a query is evaluated on. Document numbers are the segment's own."""

    def __init__(
        self, segment: ArraySegment, index: int, base: int, shared: Shared, searcher: Callable[[], Searcher]
    ) -> None:
        self.segment = segment
        self.index = index
        self.base = base
        self.schema = shared.schema
        self.statistics = shared.statistics
        self.cache = shared.cache
        self.length_weights = shared.length_weights
        self.documents = segment.doc_count_all()
        self._searcher = searcher
        self._tables: dict[str, Array] = {}
        self._single: dict[str, Array | None] = {}

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

    def single_numbers(self, name: str) -> Array | None:
        """The column of a field of numbers, if every document has at most one and the column holds it, as it sorts."""
        if name not in self._single:
            data, made = self.field(name), self.schema[name]
            self._single[name] = None
            # Only plain numbers stand in their column as they sort among the terms; Whoosh's dates do not.
            if data is not None and type(made) is NUMERIC and self.segment.data.has_column(name):
                docs = data.docs[: int(data.starts[data.terms.prefix_range(b"\x00")[1]])]
                if len(np.unique(docs)) == len(docs):
                    self._single[name] = self.column(name).keys
        return self._single[name]

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

    def behind(self, order: Order, docs: Array, place: Place) -> Array:
        """Which of some documents stand behind a place in an order by a column, as a mask."""
        keys, column = self.sort_keys(order)[docs], self.column(order.column)
        key, is_here = (place.value, True) if column.is_numeric else column.ordinal_of(place.value)
        if not is_here:
            return np.asarray(keys >= key)
        return np.asarray((keys > key) | ((keys == key) & (docs + self.base > place.number)))

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

    def find(self, name: str, text: Any) -> KnownTerm | None:
        """A term as a query names it; None where the field does not exist, cannot hold it, or does not hold it here."""
        known = self.statistics.term(name, text)
        return None if known is None or known.numbers[self.index] < 0 else known

    def document_frequency(self, term: KnownTerm | None) -> int:
        """In how many documents of this segment a term stands."""
        return 0 if term is None else term.frequencies[self.index]

    def term(self, term: KnownTerm | None, *, scored: bool) -> Matches:
        """The documents of a term, scored by BM25F or, in fields that are not scored, by weight."""
        if term is None:
            return nothing(scored=scored)
        data, number = self._data(term), term.numbers[self.index]
        counts = data.row_of(number)
        if counts is not None:
            return self.cache.get(
                (self.base, term.field, number, scored), lambda: self._dense(data, term, counts, scored=scored)
            )
        docs = data.docs_of(number)
        return Sparse(docs, self._scores(data, term, docs) if scored else None)

    def probe(self, term: KnownTerm | None, docs: Array, *, scored: bool) -> tuple[Array, Array | None]:
        """For each of some documents whether the term is in it, and its score there, 0 where it is not."""
        if term is None:
            return np.zeros(len(docs), bool), np.zeros(len(docs), np.float32) if scored else None
        data, number = self._data(term), term.numbers[self.index]
        counts = data.row_of(number)
        if data.has_over(number) or not scored:
            return self.term(term, scored=scored).at(docs)
        if counts is not None and data.length_bytes is not None:
            some = counts.take(docs)
            return some > 0, self._scored(data, term, some, data.length_bytes.take(docs))
        return self._probe(data, term, docs)

    def add_scores(self, term: KnownTerm, docs: Array, scores: Array) -> None:
        """Add to the scores of some documents, all of which have the term, what it gives them."""
        data, number = self._data(term), term.numbers[self.index]
        if data.counts is None or data.length_bytes is None or data.has_over(number):
            _, own = self.probe(term, docs, scored=True)
            scores += 0 if own is None else own
            return
        counts, at = data.row_of(number), docs
        if counts is None:
            part = data.slice_of(number)
            counts, at = data.counts[part], data.docs[part].searchsorted(docs)
        scores += self._scored(data, term, counts.take(at), data.length_bytes.take(docs))

    def _data(self, term: KnownTerm) -> FieldData:
        return self.segment.data.fields[term.field]

    def _dense(self, data: FieldData, term: KnownTerm, counts: Array, *, scored: bool) -> tuple[Dense, int]:
        mask = counts > 0
        if not scored or data.length_bytes is None:
            return Dense(mask, None), mask.nbytes
        row = self._scored(data, term, counts, data.length_bytes)
        self._add_over(data, term, row, None)
        return Dense(mask, row), mask.nbytes + row.nbytes

    def _probe(self, data: FieldData, term: KnownTerm, docs: Array) -> tuple[Array, Array]:
        number = term.numbers[self.index]
        own = data.docs_of(number)
        scores = np.zeros(len(docs), np.float32)
        has, at = locate(docs, own)
        hits = has.nonzero()[0]
        if len(hits):
            if data.counts is None or data.length_bytes is None:
                scores[hits] = self._scores(data, term, own).take(at.take(hits))
            else:
                counts = data.counts[data.slice_of(number)].take(at.take(hits))
                scores[hits] = self._scored(data, term, counts, data.length_bytes.take(docs.take(hits)))
        return has, scores

    def _scores(self, data: FieldData, term: KnownTerm, docs: Array) -> Array:
        """The scores of a term in all its documents."""
        number = term.numbers[self.index]
        if not self.schema[data.name].scorable or data.length_bytes is None:
            return data.weights_of(number).astype(np.float32)
        lengths = data.length_bytes.take(docs)
        if data.counts is not None:
            scores = self._scored(data, term, data.counts[data.slice_of(number)], lengths)
            self._add_over(data, term, scores, docs)
            return scores
        weights = data.weights_of(number)
        weighted: Array = (term.idf * weights * (K1 + 1) / (weights + self._norms(data)[lengths])).astype(np.float32)
        return weighted

    def _scored(self, data: FieldData, term: KnownTerm, counts: Array, lengths: Array) -> Array:
        """The scores of frequencies, in one byte each, in documents with these length bytes."""
        codes = counts.astype(np.uint16)
        codes <<= 8
        codes |= lengths
        scores: Array = self._table(data).take(codes)
        scores *= np.float32(term.idf)
        return scores

    def _add_over(self, data: FieldData, term: KnownTerm, scores: Array, docs: Array | None) -> None:
        """Mend the scores of frequencies that a byte does not hold; `docs` says whose they are, None for all."""
        number = term.numbers[self.index]
        if data.has_over(number) and data.length_bytes is not None:
            over_docs, frequencies = data.over(number)
            norms = self._norms(data)[data.length_bytes[over_docs]]
            at = over_docs if docs is None else np.searchsorted(docs, over_docs)
            scores[at] = term.idf * frequencies * (K1 + 1) / (frequencies + norms)

    def _table(self, data: FieldData) -> Array:
        """The score of every frequency (high byte) in every length (low byte) at an idf of 1."""
        table: Array | None = self._tables.get(data.name)
        if table is None:
            frequencies = np.arange(256, dtype=np.float64)[:, None]
            norms = self._norms(data)[None, :]
            # The frequency 0 is no match; its score is 0 whatever the norm.
            made: Array = (frequencies * (K1 + 1) / (frequencies + norms)).astype(np.float32).ravel()
            table = self._tables[data.name] = made
        return table

    def _norms(self, data: FieldData) -> Array:
        average = self.statistics.average_length(data.name)
        b = self.length_weights.get(data.name, DEFAULT_B)
        return np.asarray(K1 * ((1 - b) + b * BYTE_TO_LENGTH / average))

    def fall_back(self, query: Any, budget: Budget, *, scored: bool) -> Matches:
        """Whoosh's own matcher, a document at a time, for as long as the budget lasts."""
        docs: list[int] = []
        scores: list[float] = []
        searcher = self.searcher
        matcher = query.matcher(searcher, searcher.context() if scored else searcher.boolean_context())
        while matcher.is_active():
            docs.append(matcher.id())
            scores.append(matcher.score() if scored else 0.0)
            if len(docs) % 16 == 0 and budget.is_over(type(query).__name__):
                break
            matcher.next()
        return Sparse(np.array(docs, np.uint32), np.array(scores, np.float32) if scored else None)


def leaves(segments: "tuple[ArraySegment, ...]") -> Iterator[tuple[ArraySegment, int]]:
    """Segments with the number that their first document has in the index."""
    base = 0
    for segment in segments:
        yield segment, base
        base += segment.doc_count_all()
