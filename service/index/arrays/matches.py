"""What a node of a query matches, as arrays, and the algebra of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.index.arrays.flatfile import Array


@dataclass(frozen=True, slots=True)
class Matches:
    """Documents in ascending order, and beside them their scores; None where nobody has asked for scores."""

    docs: Array
    scores: Array | None

    def __len__(self) -> int:
        """How many documents."""
        return len(self.docs)

    def boosted(self, boost: float) -> "Matches":
        """The same with all scores multiplied."""
        if self.scores is None or boost == 1.0:
            return self
        return Matches(self.docs, self.scores * boost)

    def only(self, kept: Array) -> "Matches":
        """Those that a mask or an array of indexes keeps."""
        return Matches(self.docs[kept], None if self.scores is None else self.scores[kept])


NO_DOCS: Array = np.zeros(0, np.uint32)


def nothing(*, scored: bool) -> Matches:
    """No documents."""
    return Matches(NO_DOCS, np.zeros(0) if scored else None)


def constant(docs: Array, score: float, *, scored: bool) -> Matches:
    """Documents that all score the same."""
    return Matches(docs, np.full(len(docs), score) if scored else None)


def locate(wanted: Array, docs: Array) -> tuple[Array, Array]:
    """For each wanted document whether it is among the ascending `docs`, and where."""
    if not len(docs):
        return np.zeros(len(wanted), bool), np.zeros(len(wanted), np.int64)
    at = np.searchsorted(docs, wanted)
    at[at == len(docs)] = 0
    return docs[at] == wanted, at


def intersect(parts: Sequence[Matches]) -> Matches:
    """Documents that all parts have; their scores add up."""
    ordered = sorted(parts, key=len)
    found = ordered[0]
    for part in ordered[1:]:
        kept, at = locate(found.docs, part.docs)
        scores = None
        if found.scores is not None and part.scores is not None:
            scores = found.scores[kept] + part.scores[at[kept]]
        found = Matches(found.docs[kept], scores)
    return found


def unite(parts: Sequence[Matches], documents: int) -> Matches:
    """Documents that any part has; their scores add up. `documents` is how many there are at all."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return Matches(NO_DOCS, np.zeros(0))
    if len(parts) == 1:
        return parts[0]
    if sum(map(len, parts)) * 16 < documents:
        return _unite_few(parts)
    has = np.zeros(documents, bool)
    for part in parts:
        has[part.docs] = True
    docs = np.flatnonzero(has).astype(np.uint32)
    if any(part.scores is None for part in parts):
        return Matches(docs, None)
    total = np.zeros(documents)
    for part in parts:
        total[part.docs] += part.scores
    return Matches(docs, total[docs])


def unite_best(parts: Sequence[Matches], documents: int) -> Matches:
    """Documents that any part has, each with the best of its scores."""
    parts = [part for part in parts if len(part)]
    docs = unite([Matches(part.docs, None) for part in parts], documents).docs
    best = np.full(documents, -np.inf)
    for part in parts:
        if part.scores is None:
            return Matches(docs, None)
        best[part.docs] = np.maximum(best[part.docs], part.scores)
    return Matches(docs, best[docs])


def subtract(matches: Matches, unwanted: Array, documents: int) -> Matches:
    """The matches that are not among some documents."""
    if len(matches) * 16 < len(unwanted):
        return matches.only(~locate(matches.docs, unwanted)[0])
    kept = np.ones(documents, bool)
    kept[unwanted] = False
    return matches.only(kept[matches.docs])


def distinct(docs: Array, documents: int) -> Array:
    """The documents of an array in any order and number, each once, ascending."""
    if len(docs) * 16 < documents:
        return np.unique(docs)
    has = np.zeros(documents, bool)
    has[docs] = True
    return np.flatnonzero(has).astype(np.uint32)


def _unite_few(parts: Sequence[Matches]) -> Matches:
    docs = np.concatenate([part.docs for part in parts])
    order = np.argsort(docs, kind="stable")
    docs = docs[order]
    first = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
    if any(part.scores is None for part in parts):
        return Matches(docs[first], None)
    scores = np.concatenate([part.scores for part in parts if part.scores is not None])
    return Matches(docs[first], np.add.reduceat(scores[order], first))


def best(matches: Matches, limit: int) -> Array:
    """Indexes of the best `limit` matches, best first; of equal ones the lower document."""
    scores = matches.scores
    if scores is None:
        return np.arange(min(limit, len(matches)))
    if limit <= 0:
        return np.zeros(0, np.int64)
    if len(scores) > limit:
        threshold = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        candidates = np.flatnonzero(scores >= threshold)
    else:
        candidates = np.arange(len(scores))
    order = np.lexsort((matches.docs[candidates], -scores[candidates]))
    return candidates[order[:limit]]
