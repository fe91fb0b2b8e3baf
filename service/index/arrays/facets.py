"""Counts of keywords over matches."""

from collections.abc import Sequence

import numpy as np

from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Leaf
from service.index.arrays.matches import Matches, to_dense


class FacetTerms:
    """The keywords of a field, numbered through all segments in ascending order."""

    def __init__(self, leaves: Sequence[Leaf], name: str) -> None:
        self._name = name
        fields = [leaf.field(name) for leaf in leaves]
        having = [data for data in fields if data is not None]
        self.terms: Sequence[bytes] = (
            having[0].terms if len(having) == 1 else sorted(set().union(*(d.terms for d in having)))
        )
        self._numbers: list[Array | None] = [None] * len(fields)
        if len(having) > 1:
            number_of = {term: number for number, term in enumerate(self.terms)}
            self._numbers = [
                None if data is None else np.fromiter(map(number_of.__getitem__, data.terms), np.intp, len(data.terms))
                for data in fields
            ]

    def count(self, found: Sequence[tuple[Leaf, Matches]]) -> "FacetCounts":
        """How many of the matches in all segments have each keyword."""
        total = np.zeros(len(self.terms), np.int64)
        for (leaf, matches), numbers in zip(found, self._numbers, strict=True):
            hits = _hits(leaf, self._name, matches)
            if hits is not None:
                total[slice(None) if numbers is None else numbers] += hits
        return FacetCounts(self.terms, total)


class FacetCounts:
    """How many of the matches have each keyword of a field; terms are looked up only for those that are shown.

    `hits` has a number for each term in their order.
    """

    def __init__(self, terms: Sequence[bytes], hits: Array) -> None:
        self._terms = terms
        self.hits = hits

    def __len__(self) -> int:
        """How many keywords the matches have."""
        return int(np.count_nonzero(self.hits))

    def top(self, limit: int) -> list[tuple[bytes, int]]:
        """The most frequent keywords with their counts; of equally frequent ones the first in the order of terms."""
        hits = self.hits
        numbers = np.flatnonzero(hits)
        if 0 < limit < len(numbers):
            least = np.partition(hits, len(hits) - limit)[len(hits) - limit]
            numbers = np.flatnonzero(hits >= max(least, 1))
        order = numbers[np.argsort(-hits[numbers], kind="stable")][:limit]
        return [(self._terms[number], int(hits[number])) for number in order.tolist()]

    def all(self) -> dict[bytes, int]:
        """Every keyword that a match has, and in how many of them it is."""
        return {self._terms[number]: int(self.hits[number]) for number in np.flatnonzero(self.hits).tolist()}


def _hits(leaf: Leaf, name: str, found: Matches) -> Array | None:
    """How many of the matches in a segment have each of its keywords; None if it has none."""
    data = leaf.field(name)
    if data is None or not len(data.terms):
        return None
    mask = to_dense(found, leaf.documents).mask
    if len(data.docs):
        hits = np.add.reduceat(mask.take(data.places, mode="clip"), data.boundaries, dtype=np.int64)
    else:
        hits = np.zeros(len(data.terms), np.int64)
    for number in data.row_terms:
        row = data.row_of(number)
        hits[number] = 0 if row is None else np.count_nonzero(mask & (row > 0))
    return np.asarray(hits)
