"""Searching an index: exact totals, the best hits, orders by column, facet counts; no loop over documents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import numpy as np
from whoosh import query
from whoosh.searching import Searcher

from service.index.arrays.flatfile import Array
from service.index.arrays.index import ArrayIndex
from service.index.arrays.leaf import Budget, Leaf, Statistics, leaves
from service.index.arrays.matches import Matches, best
from service.index.arrays.nodes import evaluate

MAX_EXPANSIONS = 1024
"""Terms that a fuzzy term may stand for."""
TIME_LIMIT = 2.0
"""Seconds after which Whoosh's own matcher and open expansions stop."""


@dataclass(frozen=True)
class Found:
    """The best hits of a search. `numbers` count through the index; `limited` names what was cut short."""

    total: int
    numbers: Array
    scores: Array | None
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    limited: frozenset[str] = frozenset()


class Evaluator:
    """Answers queries on an open index. It holds what is derived from it; threads may share it."""

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        segments = tuple(index.segments)
        self._statistics = Statistics(segments)
        self._whoosh: Searcher | None = None
        self._leaves = [
            Leaf(segment, base, index.schema, self._statistics, self._searcher_of(number))
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
        counts: dict[str, dict[str, int]] = {name: {} for name in facets}
        for leaf in self._leaves:
            matches = self._matches(leaf, wanted, allowed, budget, scored=True)
            total += len(matches)
            top = matches.only(best(matches, limit))
            numbers.append(top.docs.astype(np.int64) + leaf.base)
            scores.append(np.zeros(len(top)) if top.scores is None else top.scores)
            for name in facets:
                _count(leaf, name, matches.docs, counts[name])
        if not numbers:
            return Found(0, np.zeros(0, np.int64), np.zeros(0), counts)
        merged = Matches(np.concatenate(numbers), np.concatenate(scores))
        top = merged.only(best(merged, limit))
        return Found(total, top.docs, top.scores, counts, frozenset(budget.limited))

    def matching(self, wanted: query.Query) -> Array:
        """The numbers of all documents that match, ascending."""
        budget = Budget(MAX_EXPANSIONS, monotonic() + TIME_LIMIT)
        found = [
            self._matches(leaf, wanted, None, budget, scored=False).docs.astype(np.int64) + leaf.base
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
    def _matches(leaf: Leaf, wanted: query.Query, allowed: query.Query | None, budget: Budget, *, scored: bool) -> Matches:
        node = wanted if allowed is None else query.Require(wanted, allowed)
        matches = evaluate(node, leaf, budget, scored=scored)
        return matches if leaf.alive is None else matches.only(leaf.alive[matches.docs])

    def _searcher_of(self, number: int) -> Any:
        def searcher() -> Searcher:
            if self._whoosh is None:
                self._whoosh = self._index.searcher()
            return self._whoosh.leaf_searchers()[number][0]

        return searcher


def _count(leaf: Leaf, name: str, docs: Array, counts: dict[str, int]) -> None:
    """Add to the counts how many of the documents have each term of a field."""
    data = leaf.field(name)
    if data is None or not len(docs):
        return
    chosen = np.zeros(leaf.documents, bool)
    chosen[docs] = True
    hits = np.add.reduceat(chosen[data.docs].astype(np.int64), data.starts[:-1].astype(np.int64))
    made = leaf.schema[name]
    for number in np.flatnonzero(hits).tolist():
        term = made.from_bytes(data.terms[number])
        counts[term] = counts.get(term, 0) + int(hits[number])
