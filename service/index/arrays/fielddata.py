"""One field of an open segment: its term dictionary, searched in place, and its posting lists."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from service.index.arrays.flatfile import Array, FlatFile
from service.index.arrays.pairs import PairData
from service.index.arrays.postings import Postings, gather, offsets
from service.index.arrays.slots import PositionData, Slots

_CONTINUATION_MASK, _CONTINUATION = 0b1100_0000, 0b1000_0000
"""In UTF-8 every byte of a character but its first begins with the bits 10."""
_SAMPLED = 64
NO_POSITIONS: Array = np.zeros(0, np.int64)


class TermDictionary(Sequence[bytes]):
    """The terms of a field in ascending order, read out of the mapped file one by one."""

    def __init__(self, starts: Array, raw: Array) -> None:
        self._starts = starts
        self._at = memoryview(starts.data)  # gives Python's own integers, which numpy makes slowly
        self._raw = memoryview(raw.data)

    def __len__(self) -> int:
        """The number of terms."""
        return len(self._at) - 1

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # slices are never asked for
        """The term of this number."""
        if not 0 <= number < len(self._at) - 1:
            raise IndexError(number)
        return self._raw[self._at[number] : self._at[number + 1]].tobytes()

    @cached_property
    def _sample(self) -> list[bytes]:
        """Every 64th term, so that a search through the file takes few steps."""
        return [self[number] for number in range(0, len(self), _SAMPLED)]

    def lower_bound(self, wanted: bytes) -> int:
        """The number of the first term that is not less than this one."""
        block = bisect_left(self._sample, wanted)
        low, high = max(0, (block - 1) * _SAMPLED), min(block * _SAMPLED, len(self._at) - 1)
        starts, raw = self._at, self._raw
        while low < high:
            middle = (low + high) >> 1
            if raw[starts[middle] : starts[middle + 1]].tobytes() < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def number_of(self, term: bytes) -> int | None:
        """The number of a term, if it is there."""
        number = self.lower_bound(term)
        return number if number < len(self) and self[number] == term else None

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """The numbers of the terms that begin so, half open."""
        start = self.lower_bound(prefix)
        after = prefix.rstrip(b"\xff")
        if not after:
            return start, len(self)
        return start, self.lower_bound(after[:-1] + bytes([after[-1] + 1]))

    def raw_between(self, first: int, last: int) -> bytes:
        """The bytes of the terms from one number up to another, one after another."""
        return self._raw[self._at[first] : self._at[last]].tobytes()

    def characters(self, numbers: Array) -> Array:
        """The number of characters of each of some ascending neighbours among the terms."""
        if not len(numbers):
            return np.zeros(0, np.int64)
        first, last = int(numbers[0]), int(numbers[-1]) + 1
        starts = self._starts[first : last + 1].astype(np.int64)
        raw = np.frombuffer(self._raw, np.uint8)[starts[0] : starts[-1]]
        begun = offsets((raw & _CONTINUATION_MASK) != _CONTINUATION)
        counts: Array = np.diff(begun[starts - starts[0]])[numbers - first]
        return counts


class FieldData:
    """The arrays of one field; see `pack` for what they are."""

    def __init__(self, name: str, file: FlatFile) -> None:
        self.name = name
        self.terms = TermDictionary(file[f"{name}/term_starts"], file[f"{name}/term_bytes"])
        self.starts = file[f"{name}/starts"]
        self._at = memoryview(self.starts.data)
        self.docs = file[f"{name}/docs"]
        self.counts = file.get(f"{name}/counts")
        self.lengths = file.get(f"{name}/lengths")
        self.length_bytes = file.get(f"{name}/length_bytes")
        self._weights = file.get(f"{name}/weights")
        self._frequencies = file.get(f"{name}/frequencies")
        self._positions = PositionData(name, file) if f"{name}/positions" in file else None
        self.pairs = PairData(name, file) if f"{name}/pairs" in file else None
        self._over: tuple[Array, Array, Array] | None = None
        self._over_terms: frozenset[int] = frozenset()
        self._row_of: dict[int, int] = {}
        self._rows = np.zeros((0, 0), np.uint8)
        if self.counts is not None:
            row_terms = file[f"{name}/row_terms"]
            self._row_of = {number: index for index, number in enumerate(row_terms.tolist())}
            self._rows = file[f"{name}/rows"].reshape(len(row_terms), -1) if len(row_terms) else self._rows
            over = file[f"{name}/over_terms"]
            self._over_terms = frozenset(over.tolist())
            if len(over):
                self._over = over, file[f"{name}/over_docs"], file[f"{name}/over_frequencies"]

    @property
    def slots(self) -> Slots | None:
        """The field's text as an array, if it is kept so."""
        return None if self._positions is None else self._positions.slots

    @property
    def positions(self) -> PositionData | None:
        """Where the terms stand, if that is kept."""
        return self._positions

    @cached_property
    def row_terms(self) -> list[int]:
        """The numbers of the terms that have a row, ascending."""
        return list(self._row_of)

    @cached_property
    def places(self) -> Array:
        """`docs` as numpy indexes arrays: not converted on every use. For fields of keywords, which are small."""
        return self.docs.astype(np.intp)

    @cached_property
    def boundaries(self) -> Array:
        """Where the documents of each term begin in `docs`, as numpy wants it."""
        return self.starts[:-1].astype(np.intp)

    def has_over(self, number: int) -> bool:
        """Whether a term occurs somewhere more often than a byte holds."""
        return number in self._over_terms

    def row_index(self, number: int) -> int | None:
        """Which row a term has, if it has one."""
        return self._row_of.get(number)

    def row_of(self, number: int) -> Array | None:
        """The frequency of a term in every document, in one byte each, if the term has such a row."""
        index = self._row_of.get(number)
        return None if index is None else self._rows[index]

    def slice_of(self, number: int) -> slice:
        """Where the documents of a term without a row stand in `docs`."""
        return slice(self._at[number], self._at[number + 1])

    def docs_of(self, number: int) -> Array:
        """The documents of a term, ascending."""
        row = self.row_of(number)
        return self.docs[self.slice_of(number)] if row is None else np.flatnonzero(row > 0).astype(np.uint32)

    def term_of_each(self, documents: int) -> Array:
        """The number of the term of each document, in a field of single values without frequencies, such as ids."""
        found = np.zeros(documents, np.int64)
        sizes: Array = np.diff(self.starts.astype(np.int64))
        found[self.docs] = np.repeat(np.arange(len(self.terms)), sizes)
        return found

    def document_frequency(self, number: int) -> int:
        """In how many documents a term stands."""
        row = self.row_of(number)
        return self._at[number + 1] - self._at[number] if row is None else int(np.count_nonzero(row))

    def frequencies_of(self, number: int) -> Array:
        """How often a term occurs in each of its documents, as int64."""
        row = self.row_of(number)
        if row is not None:
            found = row.take(np.flatnonzero(row > 0)).astype(np.int64)
        elif self.counts is not None:
            found = self.counts[self.slice_of(number)].astype(np.int64)
        elif self._frequencies is not None:
            return self._frequencies[self.slice_of(number)].astype(np.int64)
        else:
            return np.ones(self.document_frequency(number), np.int64)
        if self.has_over(number):
            over_docs, over_frequencies = self.over(number)
            found[np.searchsorted(self.docs_of(number), over_docs)] = over_frequencies
        return found

    def over(self, number: int) -> tuple[Array, Array]:
        """Documents in which a term occurs more often than a byte holds, and how often."""
        if self._over is None or number not in self._over_terms:
            return NO_POSITIONS, NO_POSITIONS
        terms, docs, frequencies = self._over
        first, last = np.searchsorted(terms, (number, number + 1))
        return docs[first:last], frequencies[first:last]

    def weights_of(self, number: int) -> Array:
        """The weight of each posting of a term, as float64."""
        if self._weights is not None:
            return self._weights[self.slice_of(number)].astype(np.float64)
        return self.frequencies_of(number).astype(np.float64)

    def positions_of(self, number: int, chosen: Array) -> tuple[Array, Array]:
        """Positions in some of a term's documents, and how many each of them has.

        Args:
            number: the term's.
            chosen: indexes into the term's documents, ascending.
        """
        if self._positions is None:
            return NO_POSITIONS, np.zeros(len(chosen), np.int64)
        return self._positions.positions_of(number, self.docs_of(number), self.frequencies_of(number), chosen)

    def positions_in(self, number: int, document: int, index: int) -> Array:
        """Positions of a term in one document, which is the one of this index among the term's."""
        if self._positions is not None and self._positions.slots is not None:
            found = self._positions.positions_in(number, document)
            if found is not None:
                return found
        return self.positions_of(number, np.array([index]))[0]

    def rows_among(self, numbers: Array) -> list[Array]:
        """The rows of those of some ascending terms that have one."""
        first, last = bisect_left(self.row_terms, int(numbers[0])), bisect_left(self.row_terms, int(numbers[-1]) + 1)
        if int(numbers[-1]) - int(numbers[0]) + 1 == len(numbers):
            return list(self._rows[first:last])
        wanted = np.isin(self.row_terms[first:last], numbers, assume_unique=True)
        return list(self._rows[first:last][wanted])

    def postings(self) -> Postings:
        """All of the field, for merging."""
        starts = self.starts.astype(np.int64)
        if self.counts is None:
            frequencies = np.ones(len(self.docs), np.uint32) if self._frequencies is None else self._frequencies
            made = Postings(self.terms, starts, self.docs, frequencies.astype(np.uint32), self._weights)
        else:
            made = self._counted_postings(starts)
        if self._positions is None:
            return made
        positions = self._positions.all_positions(made)
        return Postings(made.terms, made.starts, made.docs, made.frequencies, made.weights, positions)

    def _counted_postings(self, starts: Array) -> Postings:
        sizes = np.diff(starts)
        for number in self.row_terms:
            sizes[number] = self.document_frequency(number)
        whole = offsets(sizes)
        docs, frequencies = np.empty(int(whole[-1]), np.uint32), np.empty(int(whole[-1]), np.uint32)
        places = gather(whole[:-1], np.diff(starts))
        docs[places] = self.docs
        if self.counts is not None:
            frequencies[places] = self.counts
        for number in self.row_terms:
            part = slice(int(whole[number]), int(whole[number + 1]))
            docs[part], frequencies[part] = self.docs_of(number), self.frequencies_of(number)
        if self._over is not None:
            for number in np.unique(self._over[0]).tolist():
                frequencies[whole[number] : whole[number + 1]] = self.frequencies_of(number)
        return Postings(self.terms, whole, docs, frequencies)
