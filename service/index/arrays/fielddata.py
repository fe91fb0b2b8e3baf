"""One field of an open segment: its term dictionary, searched in place, and slices of its posting lists."""

from collections.abc import Sequence

import numpy as np

from service.index.arrays.flatfile import Array, FlatFile
from service.index.arrays.postings import Postings, gather, offsets

_CONTINUATION_MASK, _CONTINUATION = 0b1100_0000, 0b1000_0000
"""In UTF-8 every byte of a character but its first begins with the bits 10."""


class TermDictionary(Sequence[bytes]):
    """The terms of a field in ascending order, read out of the mapped file one by one."""

    def __init__(self, starts: Array, raw: Array) -> None:
        self._starts = starts
        self._raw = memoryview(raw.data)

    def __len__(self) -> int:
        """The number of terms."""
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # slices are never asked for
        """The term of this number."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        return bytes(self._raw[self._starts[number] : self._starts[number + 1]])

    def lower_bound(self, wanted: bytes) -> int:
        """The number of the first term that is not less than this one."""
        low, high = 0, len(self)
        starts, raw = self._starts, self._raw
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

    def contains(self, numbers: Array, piece: bytes) -> Array:
        """For each of some ascending neighbours among the terms whether the bytes stand in it."""
        first, last = int(numbers[0]), int(numbers[-1]) + 1
        base = int(self._starts[first])
        raw = np.frombuffer(self._raw, np.uint8)[base : int(self._starts[last])]
        hits = np.flatnonzero(raw[: len(raw) - len(piece) + 1] == piece[0])
        for offset, byte in enumerate(piece[1:], start=1):
            hits = hits[raw[hits + offset] == byte]
        starts = self._starts[first : last + 1].astype(np.int64) - base
        owner = np.searchsorted(starts, hits, side="right") - 1
        inside = hits + len(piece) <= starts[owner + 1]
        has = np.zeros(last - first, bool)
        has[owner[inside]] = True
        found: Array = has[numbers - first]
        return found

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
    """The arrays of one field; see `postings.pack` for what they are."""

    def __init__(self, name: str, file: FlatFile) -> None:
        self.name = name
        self.terms = TermDictionary(file[f"{name}/term_starts"], file[f"{name}/term_bytes"])
        self.starts = file[f"{name}/starts"]
        self.docs = file[f"{name}/docs"]
        self.codes = file.get(f"{name}/codes")
        self.lengths = file.get(f"{name}/lengths")
        self.positions = file.get(f"{name}/positions")
        self._weights = file.get(f"{name}/weights")
        self._frequencies = file.get(f"{name}/frequencies")
        self._position_starts = file.get(f"{name}/position_starts")
        self._overflow = file.get(f"{name}/overflow")
        self._overflow_frequencies = file.get(f"{name}/overflow_frequencies")

    @property
    def is_weighted(self) -> bool:
        """Whether there are weights that differ from frequencies."""
        return self._weights is not None

    def slice_of(self, term: bytes) -> slice | None:
        """Where a term's postings stand."""
        number = self.terms.number_of(term)
        return None if number is None else self.slice_at(number)

    def slice_at(self, number: int) -> slice:
        """Where the postings of the term of this number stand."""
        return slice(int(self.starts[number]), int(self.starts[number + 1]))

    def frequencies(self, part: slice) -> Array:
        """How often the term occurs in each document of a slice."""
        if self.codes is not None:
            counts = (self.codes[part] >> 8).astype(np.int64)
            for index, frequency in self.overflowing(part):
                counts[index] = frequency
            return counts
        if self._frequencies is not None:
            return self._frequencies[part].astype(np.int64)
        return np.ones(part.stop - part.start, np.int64)

    def overflowing(self, part: slice) -> list[tuple[int, int]]:
        """Index within the slice and frequency of the postings whose code does not hold it."""
        if self._overflow is None or self._overflow_frequencies is None or not len(self._overflow):
            return []
        first, last = np.searchsorted(self._overflow, (part.start, part.stop))
        indexes = self._overflow[first:last] - part.start
        return list(zip(indexes.tolist(), self._overflow_frequencies[first:last].tolist(), strict=True))

    def weights(self, part: slice) -> Array:
        """The weight of each posting of a slice, as float64."""
        if self._weights is not None:
            return self._weights[part].astype(np.float64)
        return self.frequencies(part).astype(np.float64)

    def positions_of(self, number: int, chosen: Array) -> tuple[Array, Array]:
        """Positions in some of a term's documents, and how many each of them has.

        Args:
            number: the term's.
            chosen: indexes into the term's slice, ascending.
        """
        if self.positions is None or self._position_starts is None:
            return np.zeros(0, np.int64), np.zeros(len(chosen), np.int64)
        counts = self.frequencies(self.slice_at(number))
        begins = offsets(counts)[:-1] + int(self._position_starts[number])
        wanted = counts[chosen]
        return self.positions[gather(begins[chosen], wanted)].astype(np.int64), wanted

    def postings(self) -> Postings:
        """All of the field, for merging."""
        whole = slice(0, len(self.docs))
        return Postings(
            self.terms,
            self.starts.astype(np.int64),
            self.docs,
            self.frequencies(whole),
            self._weights,
            self.positions,
        )
