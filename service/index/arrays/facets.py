"""Counts of keywords over matches."""

from collections.abc import Sequence

import numpy as np

from service.index.arrays.fielddata import TermDictionary
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Leaf
from service.index.arrays.matches import Matches, to_dense


class FacetCounts:
    """How many of the matches have each keyword of a field; terms are looked up only for those that are shown."""

    def __init__(self, counted: Sequence[tuple[TermDictionary, Array]]) -> None:
        self._counted = counted

    @classmethod
    def of(cls, leaf: Leaf, name: str, found: Matches) -> "FacetCounts":
        """Count in one segment."""
        data = leaf.field(name)
        if data is None or not len(data.terms):
            return cls([])
        mask = to_dense(found, leaf.documents).mask
        if len(data.docs):
            hits = np.add.reduceat(mask.take(data.places, mode="clip"), data.boundaries, dtype=np.int64)
        else:
            hits = np.zeros(len(data.terms), np.int64)
        for number in data.row_terms:
            row = data.row_of(number)
            hits[number] = 0 if row is None else np.count_nonzero(mask & (row > 0))
        return cls([(data.terms, hits)])

    @classmethod
    def merge(cls, parts: "Sequence[FacetCounts]") -> "FacetCounts":
        """The counts of several segments."""
        return cls([counted for part in parts for counted in part._counted])  # noqa: SLF001 - its own kind

    def top(self, limit: int) -> list[tuple[bytes, int]]:
        """The most frequent keywords with their counts; of equally frequent ones the first in the order of terms."""
        if len(self._counted) == 1:
            ((terms, hits),) = self._counted
            numbers = np.flatnonzero(hits)
            if 0 < limit < len(numbers):
                least = np.partition(hits, len(hits) - limit)[len(hits) - limit]
                numbers = np.flatnonzero(hits >= max(least, 1))
            order = numbers[np.argsort(-hits[numbers], kind="stable")][:limit]
            return [(terms[number], int(hits[number])) for number in order.tolist()]
        return sorted(self.all().items(), key=lambda item: (-item[1], item[0]))[:limit]

    def all(self) -> dict[bytes, int]:
        """Every keyword that a match has, and in how many of them it is."""
        summed: dict[bytes, int] = {}
        for terms, hits in self._counted:
            for number in np.flatnonzero(hits).tolist():
                term = terms[number]
                summed[term] = summed.get(term, 0) + int(hits[number])
        return summed
