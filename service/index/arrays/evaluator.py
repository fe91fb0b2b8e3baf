"""Searching an index: exact totals, the best hits, orders by column, facet counts; no loop over documents."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Any

import numpy as np
from whoosh import query
from whoosh.searching import Searcher

from service.index.arrays.cache import ByteCache
from service.index.arrays.collapse import collapsed
from service.index.arrays.contributions import contributions
from service.index.arrays.decay import Decay, decayed
from service.index.arrays.facets import FacetCounts, FacetTerms
from service.index.arrays.flatfile import Array
from service.index.arrays.index import ArrayIndex
from service.index.arrays.leaf import Budget, Leaf, Order, Place, Shared, leaves
from service.index.arrays.matches import Matches, Sparse, best, to_sparse
from service.index.arrays.nodes import evaluate, probe
from service.index.arrays.statistics import Idf, Statistics, whoosh_idf

MAX_EXPANSIONS = 1024
"""Terms that a fuzzy term may stand for."""
CACHE_BYTES = 48_000_000
"""What an evaluator keeps of scores and masks that it has derived."""
TIME_LIMIT = 0.06
"""Seconds after which what is left of expansions, words near each other and Whoosh's own matcher is not looked at."""


@dataclass(frozen=True)
class Found:
    """The first hits of a search. `numbers` count through the index; `limited` names what was cut short."""

    total: int
    numbers: Array
    scores: Array | None
    facets: dict[str, FacetCounts] = field(default_factory=dict)
    limited: frozenset[str] = frozenset()

    def part(self, start: int, stop: int) -> "Found":
        """The same with some of the hits."""
        scores = None if self.scores is None else self.scores[start:stop]
        return replace(self, numbers=self.numbers[start:stop], scores=scores)


class Evaluator:
    """Answers queries on an open index. It holds what is derived from it; threads may share it.

    `length_weights` gives fields a `B` of their own in BM25F, as the `<field>_B` of Whoosh's; `idf` says what terms
    weigh.
    """

    def __init__(
        self, index: ArrayIndex, length_weights: Mapping[str, float] | None = None, idf: Idf = whoosh_idf
    ) -> None:
        self._index = index
        segments = tuple(index.segments)
        self._whoosh: Searcher | None = None
        self._keywords: dict[str, FacetTerms] = {}
        self._statistics = Statistics(segments, index.schema, idf)
        shared = Shared(index.schema, self._statistics, ByteCache(CACHE_BYTES), length_weights or {})
        self._leaves = [
            Leaf(segment, number, base, shared, self._searcher_of(number))
            for number, (segment, base) in enumerate(leaves(segments))
        ]

    @property
    def documents(self) -> int:
        """How many documents there are, deleted ones among them."""
        return self._statistics.documents

    def search(  # noqa: PLR0913, PLR0917 - what can be asked of a search
        self,
        wanted: query.Query,
        limit: int = 10,
        allowed: query.Query | None = None,
        facets: Sequence[str] = (),
        tie: Order | None = None,
        after: Place | None = None,
        decay: Decay | None = None,
        groups: Array | None = None,
    ) -> Found:
        """The best matches of `wanted` among those of `allowed`, and counts of keywords over all of them.

        Of equal scores the first in the order `tie` is first, which must be one of numbers, then the lower document.
        With `after`, the best behind that place; the total and the counts are of all matches all the same. With
        `decay`, scores are those of new documents more than of old ones.
        With `groups`, one number a document, only the best of each group but 0, and the total counts these; the counts
        of keywords are of all matches all the same.
        """
        budget = _budget()
        total = 0
        tops: list[tuple[Leaf, Sparse]] = []
        found = [(leaf, self._matches(leaf, wanted, allowed, budget, scored=True)) for leaf in self._leaves]
        if decay is not None:
            found = [(leaf, decayed(matches, leaf, decay)) for leaf, matches in found]
        for leaf, matches in found if groups is None else collapsed(found, groups, tie, scored=True):
            total += len(matches)
            keys = None if tie is None else leaf.sort_keys(tie)
            rest = matches if after is None else _behind(to_sparse(matches), leaf, keys, after)
            tops.append((leaf, best(rest, limit, keys)))
        counts = {name: self.keywords(name).count(found) for name in facets}
        return Found(total, *_best_of_all(tops, limit, tie), counts, frozenset(budget.limited))

    def ordered(  # noqa: PLR0913, PLR0917 - what can be asked of a search
        self,
        wanted: query.Query,
        order: Order,
        limit: int,
        allowed: query.Query | None = None,
        after: Place | None = None,
        groups: Array | None = None,
    ) -> Found:
        """The first matches in the order of a column, unscored; of equal values the lower document is first.

        With `after`, the first behind that place. With `groups`, only the first of each group, as in `search`.
        """
        budget = _budget()
        total = 0
        found: list[tuple[Any, int]] = []
        matched = [(leaf, self._matches(leaf, wanted, allowed, budget, scored=False)) for leaf in self._leaves]
        for leaf, matches in matched if groups is None else collapsed(matched, groups, order, scored=False):
            docs = to_sparse(matches).docs
            total += len(docs)
            if after is not None:
                docs = docs[leaf.behind(order, docs, after)]
            keys = leaf.sort_keys(order)[docs]
            first = docs[np.lexsort((docs, keys))[:limit]].astype(np.int64)
            values = leaf.sort_values(order, first)
            found.extend(zip(values, (first + leaf.base).tolist(), strict=True))
        if len(self._leaves) > 1:
            found.sort()
        numbers = np.array([number for _, number in found[:limit]], np.int64)
        return Found(total, numbers, None, limited=frozenset(budget.limited))

    def place(self, number: int, order: Order | None = None, score: float | None = None) -> Place:
        """Where a document stands in an order by a column, or, where a score is given, among scores tied by it."""
        leaf = self._leaf_of(number)
        docs = np.array([number - leaf.base])
        value = leaf.sort_values(order, docs)[0] if order is not None else 0
        return Place(value, number) if score is None else Place(score, number, value)

    def matching(self, wanted: query.Query) -> Array:
        """The numbers of all documents that match, ascending."""
        return self.all_matches(wanted).numbers

    def contributions(self, wanted: query.Query, numbers: Array) -> list[list[tuple[query.Query, float]]]:
        """For each of some documents what the nodes of a query without children add to its score, in their order.

        However long it takes, so that it adds up to the scores of any search that was not cut short.
        """
        found: dict[int, list[tuple[query.Query, float]]] = {number: [] for number in numbers.tolist()}
        for leaf in self._leaves:
            own = np.sort(numbers[(numbers >= leaf.base) & (numbers < leaf.base + leaf.documents)])
            docs = (own - leaf.base).astype(np.uint32)
            for node, scores in contributions(wanted, leaf, Budget(MAX_EXPANSIONS, inf), docs)[1] if len(own) else ():
                for at in np.flatnonzero(scores).tolist():
                    found[int(own[at])].append((node, float(scores[at])))
        return [found[number] for number in numbers.tolist()]

    def all_matches(self, wanted: query.Query, allowed: query.Query | None = None, facets: Sequence[str] = ()) -> Found:
        """All matches of `wanted` among those of `allowed`, ascending, unscored, and counts of keywords over them."""
        budget = _budget()
        found = [(leaf, self._matches(leaf, wanted, allowed, budget, scored=False)) for leaf in self._leaves]
        numbers = [to_sparse(matches).docs.astype(np.int64) + leaf.base for leaf, matches in found]
        joined = np.concatenate(numbers) if numbers else np.zeros(0, np.int64)
        counts = {name: self.keywords(name).count(found) for name in facets}
        return Found(len(joined), joined, None, counts, frozenset(budget.limited))

    def document_frequency(self, name: str, text: Any) -> int:
        """How many documents have a term, deleted ones among them."""
        return sum(self._statistics.frequencies(name, text))

    def idf(self, name: str, text: Any) -> float:
        """What a term weighs by the documents that have it; 0 where none does."""
        known = self._statistics.term(name, text)
        return 0.0 if known is None or not any(known.frequencies) else known.idf

    def scores(self, wanted: Sequence[query.Query], number: int) -> list[float]:
        """What each query scores in one document, 0 where it does not match."""
        leaf, budget = self._leaf_of(number), _budget()
        docs = np.array([number - leaf.base], np.uint32)
        found = [probe(node, leaf, budget, docs, scored=True)[1] for node in wanted]
        return [0.0 if score is None else float(score[0]) for score in found]

    def terms(self, name: str, beginning: str) -> tuple[list[bytes], list[int]]:
        """The terms of a field that begin so, ascending, and how many documents have each, deleted ones among them."""
        counts: Counter[bytes] = Counter()
        for leaf in self._leaves:
            data = leaf.field(name)
            if data is not None:
                numbers = range(*data.terms.prefix_range(beginning.encode()))
                counts.update({data.terms[number]: data.document_frequency(number) for number in numbers})
        ordered = sorted(counts)
        return ordered, [counts[term] for term in ordered]

    def keywords(self, name: str) -> FacetTerms:
        """The keywords of a field."""
        if name not in self._keywords:
            self._keywords[name] = FacetTerms(self._leaves, name)
        return self._keywords[name]

    def column(self, name: str, numbers: Array | None = None) -> Array:
        """The values of some documents, ascending, or of all, deleted ones too, in a column of numbers."""
        if numbers is None:
            columns = [leaf.numbers(name) for leaf in self._leaves]
            return np.concatenate(columns) if columns else np.zeros(0, np.int64)
        parts = []
        for leaf in self._leaves:
            first, last = np.searchsorted(numbers, (leaf.base, leaf.base + leaf.documents))
            parts.append(leaf.numbers(name)[numbers[first:last] - leaf.base])
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def only_terms(self, name: str, numbers: Array) -> list[bytes]:
        """The term of each of some documents, ascending; see `FieldData.term_of_each`."""
        found: list[bytes] = []
        for leaf in self._leaves:
            first, last = np.searchsorted(numbers, (leaf.base, leaf.base + leaf.documents))
            data = leaf.field(name)
            if data is not None and first < last:
                terms = data.term_of_each(leaf.documents)[numbers[first:last] - leaf.base]
                found.extend(data.terms[number] for number in terms.tolist())
        return found

    def stored(self, number: int, names: Sequence[str] | None = None) -> dict[str, Any]:
        """The stored values of a document, all of them or some."""
        leaf = self._leaf_of(number)
        return leaf.segment.data.stored.values(number - leaf.base, names)

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


def _budget() -> Budget:
    return Budget(MAX_EXPANSIONS, monotonic() + TIME_LIMIT)


def _behind(found: Sparse, leaf: Leaf, keys: Array | None, place: Place) -> Sparse:
    """The matches that stand behind a place in the order of their scores."""
    scores = _scores(found)
    ties = np.zeros(len(found), np.int64) if keys is None else keys[found.docs]
    later = (ties > place.tie) | ((ties == place.tie) & (found.docs + leaf.base > place.number))
    score = np.float32(place.value)
    return found.keep((scores < score) | ((scores == score) & later))


def _best_of_all(tops: Sequence[tuple[Leaf, Sparse]], limit: int, tie: Order | None) -> tuple[Array, Array]:
    """Numbers and scores of the best of all segments, each of which has brought its own in order."""
    numbers = [top.docs.astype(np.int64) + leaf.base for leaf, top in tops]
    scores = [_scores(top) for _, top in tops]
    if len(tops) == 1:
        return numbers[0], scores[0]
    keys = [np.zeros(len(top), np.int64) if tie is None else leaf.sort_keys(tie)[top.docs] for leaf, top in tops]
    if not tops:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    joined, joined_scores = np.concatenate(numbers), np.concatenate(scores)
    order = np.lexsort((joined, np.concatenate(keys), -joined_scores))[:limit]
    return joined[order], joined_scores[order]


def _scores(found: Sparse) -> Array:
    return np.zeros(len(found), np.float32) if found.scores is None else found.scores
