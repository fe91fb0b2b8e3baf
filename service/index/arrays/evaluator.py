"""Searching an index: exact totals, the best hits, orders by column, facet counts; no loop over documents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import numpy as np
from whoosh import query
from whoosh.searching import Searcher

from service.index.arrays.cache import ByteCache
from service.index.arrays.fielddata import TermDictionary
from service.index.arrays.flatfile import Array
from service.index.arrays.index import ArrayIndex
from service.index.arrays.leaf import Budget, Leaf, Shared, Statistics, leaves
from service.index.arrays.matches import Matches, Sparse, best, to_dense, to_sparse
from service.index.arrays.nodes import evaluate

MAX_EXPANSIONS = 1024
"""Terms that a fuzzy term may stand for."""
CACHE_BYTES = 48_000_000
"""What an evaluator keeps of scores and masks that it has derived."""
TIME_LIMIT = 2.0
"""Seconds after which Whoosh's own matcher and open expansions stop."""


class FacetCounts:
    """How many of the matches have each keyword of a field; terms are looked up only for those that are shown."""

    def __init__(self, counted: Sequence[tuple[TermDictionary, Array]]) -> None:
        self._counted = counted

    @classmethod
    def of(cls, leaf: Leaf, name: str, found: Matches) -> "FacetCounts":
        """Count in one segment."""
        data = leaf.field(name)
        if data is None or not len(data.docs):
            return cls([])
        mask = to_dense(found, leaf.documents).mask
        hits = np.add.reduceat(mask[data.docs], data.starts[:-1].astype(np.int64), dtype=np.int64)
        return cls([(data.terms, hits)])

    @classmethod
    def merge(cls, parts: "Sequence[FacetCounts]") -> "FacetCounts":
        """The counts of several segments."""
        return cls([counted for part in parts for counted in part._counted])  # noqa: SLF001 - its own kind

    def top(self, limit: int) -> list[tuple[bytes, int]]:
        """The most frequent keywords with their counts; of equally frequent ones the first in the order of terms."""
        if len(self._counted) == 1:
            ((terms, hits),) = self._counted
            order = np.argsort(-hits, kind="stable")[:limit]
            return [(terms[number], int(hits[number])) for number in order.tolist() if hits[number]]
        return sorted(self.all().items(), key=lambda item: (-item[1], item[0]))[:limit]

    def all(self) -> dict[bytes, int]:
        """Every keyword that a match has, and in how many of them it is."""
        summed: dict[bytes, int] = {}
        for terms, hits in self._counted:
            for number in np.flatnonzero(hits).tolist():
                term = terms[number]
                summed[term] = summed.get(term, 0) + int(hits[number])
        return summed


@dataclass(frozen=True)
class Found:
    """The best hits of a search. `numbers` count through the index; `limited` names what was cut short."""

    total: int
    numbers: Array
    scores: Array | None
    facets: dict[str, FacetCounts] = field(default_factory=dict)
    limited: frozenset[str] = frozenset()


class Evaluator:
    """Answers queries on an open index. It holds what is derived from it; threads may share it."""

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        segments = tuple(index.segments)
        self._whoosh: Searcher | None = None
        shared = Shared(index.schema, Statistics(segments), ByteCache(CACHE_BYTES))
        self._leaves = [
            Leaf(segment, base, shared, self._searcher_of(number))
            for number, (segment, base) in enumerate(leaves(segments))
        ]

    def search(
        self,
        wanted: query.Query,
        limit: int = 10,
        allowed: query.Query | None = None,
        facets: Sequence[str] = (),
    ) -> Found:
        """The best matches of `wanted` among those of `allowed`, and counts of keywords over all of them."""
        budget = Budget(MAX_EXPANSIONS, monotonic() + TIME_LIMIT)
        total = 0
        numbers: list[Array] = []
        scores: list[Array] = []
        counts: dict[str, list[FacetCounts]] = {name: [] for name in facets}
        for leaf in self._leaves:
            matches = self._matches(leaf, wanted, allowed, budget, scored=True)
            total += len(matches)
            top = best(matches, limit)
            numbers.append(top.docs.astype(np.int64) + leaf.base)
            scores.append(np.zeros(len(top)) if top.scores is None else top.scores)
            for name in facets:
                counts[name].append(FacetCounts.of(leaf, name, matches))
        merged_counts = {name: FacetCounts.merge(parts) for name, parts in counts.items()}
        if not numbers:
            return Found(0, np.zeros(0, np.int64), np.zeros(0), merged_counts)
        top = best(Sparse(np.concatenate(numbers), np.concatenate(scores)), limit)
        return Found(total, top.docs, top.scores, merged_counts, frozenset(budget.limited))

    def matching(self, wanted: query.Query) -> Array:
        """The numbers of all documents that match, ascending."""
        budget = Budget(MAX_EXPANSIONS, monotonic() + TIME_LIMIT)
        found = [
            to_sparse(self._matches(leaf, wanted, None, budget, scored=False)).docs.astype(np.int64) + leaf.base
            for leaf in self._leaves
        ]
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def stored(self, number: int) -> dict[str, Any]:
        """All stored values of a document."""
        leaf = self._leaf_of(number)
        return leaf.segment.data.stored(number - leaf.base)

    def short_stored(self, number: int) -> dict[str, Any]:
        """The stored values of a document that are not long texts."""
        leaf = self._leaf_of(number)
        return leaf.segment.data.short_stored(number - leaf.base)

    def _leaf_of(self, number: int) -> Leaf:
        for leaf in self._leaves:
            if number < leaf.base + leaf.documents:
                return leaf
        raise IndexError(number)

    @staticmethod
    def _matches(
        leaf: Leaf, wanted: query.Query, allowed: query.Query | None, budget: Budget, *, scored: bool
    ) -> Matches:
        node = wanted if allowed is None else query.Require(wanted, allowed)
        matches = evaluate(node, leaf, budget, scored=scored)
        return matches if leaf.alive is None else matches.among(leaf.alive)

    def _searcher_of(self, number: int) -> Any:
        def searcher() -> Searcher:
            if self._whoosh is None:
                self._whoosh = self._index.searcher()
            found: Searcher = self._whoosh.leaf_searchers()[number][0]
            return found

        return searcher
