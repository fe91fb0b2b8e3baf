"""What a node of a query matches, as arrays, and the algebra of it.

Few matches are a list of documents with their scores (`Sparse`); many are a mask over all documents and a row of scores
(`Dense`), as adding two rows of a hundred thousand numbers takes less than finding a tenth of them in each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.index.arrays.flatfile import Array
from service.index.arrays.postings import run_starts

DENSE_SHARE = 16
"""Matches in more than one of this many documents are dense."""
_BLOCK = 64
"""Documents whose best score stands for all of them while the best are looked for."""
_STRETCH = 8192
"""Documents that are looked through at once for the first of many equals."""
_FEW = 16
"""One list is much shorter than another if it is so many times shorter."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """Documents in ascending order, and beside them their scores; None where nobody has asked for scores."""

    docs: Array
    scores: Array | None

    def __len__(self) -> int:
        """How many documents."""
        return len(self.docs)

    def boosted(self, boost: float) -> "Sparse":
        """The same with all scores multiplied."""
        return self if self.scores is None or boost == 1.0 else Sparse(self.docs, self.scores * np.float32(boost))

    def keep(self, kept: Array) -> "Sparse":
        """Those that a mask over these matches, or an array of their indexes, keeps."""
        indexes = kept.nonzero()[0] if kept.dtype == np.bool_ else kept
        return Sparse(self.docs.take(indexes), None if self.scores is None else self.scores.take(indexes))

    def among(self, mask: Array) -> "Sparse":
        """Those that a mask over all documents has."""
        return self.keep(mask.take(self.docs))

    def at(self, docs: Array) -> tuple[Array, Array | None]:
        """For each of some documents whether it is here, and its score, 0 where it is not."""
        has, at = locate(docs, self.docs)
        if self.scores is None:
            return has, None
        scores = np.zeros(len(docs), np.float32)
        hits = has.nonzero()[0]
        if len(hits):
            scores[hits] = self.scores.take(at.take(hits))
        return has, scores


@dataclass(frozen=True, slots=True)
class Dense:
    """A mask over all documents, and a row of their scores, 0 where the mask is false; None if nobody has asked."""

    mask: Array
    row: Array | None

    def __len__(self) -> int:
        """How many documents."""
        return int(np.count_nonzero(self.mask))

    @property
    def docs(self) -> Array:
        """The documents in ascending order."""
        return self.mask.nonzero()[0].astype(np.uint32)

    def boosted(self, boost: float) -> "Dense":
        """The same with all scores multiplied."""
        return self if self.row is None or boost == 1.0 else Dense(self.mask, self.row * np.float32(boost))

    def among(self, mask: Array) -> "Dense":
        """Those that a mask over all documents has."""
        both = self.mask & mask
        return Dense(both, None if self.row is None else self.row * both)

    def at(self, docs: Array) -> tuple[Array, Array | None]:
        """For each of some documents whether it is here, and its score, 0 where it is not."""
        return self.mask.take(docs), None if self.row is None else self.row.take(docs)


Matches = Sparse | Dense

NO_DOCS: Array = np.zeros(0, np.uint32)


def nothing(*, scored: bool) -> Sparse:
    """No documents."""
    return Sparse(NO_DOCS, np.zeros(0, np.float32) if scored else None)


def constant(found: Matches, score: float, *, scored: bool) -> Matches:
    """The same documents, all with one score."""
    if isinstance(found, Dense):
        row = None
        if scored:
            row = found.mask.astype(np.float32)
            row *= np.float32(score)
        return Dense(found.mask, row)
    return Sparse(found.docs, np.full(len(found), score, np.float32) if scored else None)


def locate(wanted: Array, docs: Array) -> tuple[Array, Array]:
    """For each wanted document whether it is among the ascending `docs`, and if so, where; both hold each only once."""
    if not len(docs):
        return np.zeros(len(wanted), bool), np.zeros(len(wanted), np.int64)
    if len(docs) * _FEW < len(wanted):
        # Looking up the few among the many is quicker than the other way round.
        found, where = locate(docs, wanted)
        has, at = np.zeros(len(wanted), bool), np.zeros(len(wanted), np.int64)
        has[where[found]] = True
        at[where[found]] = found.nonzero()[0]
        return has, at
    at = docs.searchsorted(wanted)
    # Behind the end stands the last document, which is none of those that are behind it.
    return docs.take(at, mode="clip") == wanted, at


def to_dense(found: Matches, documents: int) -> Dense:
    """The matches as a mask and a row."""
    if isinstance(found, Dense):
        return found
    mask = np.zeros(documents, bool)
    mask[found.docs] = True
    row = None
    if found.scores is not None:
        row = np.zeros(documents, np.float32)
        row[found.docs] = found.scores
    return Dense(mask, row)


def to_sparse(found: Matches) -> Sparse:
    """The matches as a list."""
    if isinstance(found, Sparse):
        return found
    docs = found.docs
    return Sparse(docs, None if found.row is None else found.row[docs])


def intersect(parts: Sequence[Matches]) -> Matches:
    """Documents that all parts have; their scores add up."""
    sparse = sorted((part for part in parts if isinstance(part, Sparse)), key=len)
    dense = [part for part in parts if isinstance(part, Dense)]
    if not sparse:
        return _intersect_dense(dense)
    found = sparse[0]
    for part in sparse[1:]:
        kept, at = locate(found.docs, part.docs)
        scores = None
        if found.scores is not None and part.scores is not None:
            scores = found.scores[kept] + part.scores[at[kept]]
        found = Sparse(found.docs[kept], scores)
    for other in dense:
        found = found.among(other.mask)
        if found.scores is not None and other.row is not None:
            found = Sparse(found.docs, found.scores + other.row[found.docs])
    return found


def _intersect_dense(parts: Sequence[Dense]) -> Dense:
    mask = parts[0].mask
    for part in parts[1:]:
        mask = mask & part.mask
    rows = [part.row for part in parts if part.row is not None]
    if len(rows) < len(parts):
        return Dense(mask, None)
    row = rows[0]
    for other in rows[1:]:
        row = row + other
    return Dense(mask, row if len(rows) == 1 else row * mask)


def unite(parts: Sequence[Matches], documents: int) -> Matches:
    """Documents that any part has; their scores add up. `documents` is how many there are at all."""
    parts = [part for part in parts if not isinstance(part, Sparse) or len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else nothing(scored=True)
    sparse = [part for part in parts if isinstance(part, Sparse)]
    if len(sparse) == len(parts) and sum(map(len, sparse)) * DENSE_SHARE < documents:
        return _unite_few(sparse)
    dense = [part for part in parts if isinstance(part, Dense)]
    mask = dense[0].mask.copy() if dense else np.zeros(documents, bool)
    for part in dense[1:]:
        mask |= part.mask
    places = [few.docs.astype(np.intp) for few in sparse]
    for place in places:
        mask[place] = True
    rows = [part.row for part in dense if part.row is not None]
    scores = [few.scores for few in sparse if few.scores is not None]
    if len(rows) < len(dense) or len(scores) < len(sparse):
        return Dense(mask, None)
    row = rows[0].copy() if rows else np.zeros(documents, np.float32)
    for other in rows[1:]:
        row += other
    for place, some in zip(places, scores, strict=True):
        row[place] += some
    return Dense(mask, row)


def unite_best(parts: Sequence[Matches], documents: int) -> Matches:
    """Documents that any part has, each with the best of its scores."""
    made = [to_dense(part, documents) for part in parts]
    mask = made[0].mask.copy()
    row = None if made[0].row is None else np.where(mask, made[0].row, -np.inf).astype(np.float32)
    for part in made[1:]:
        mask |= part.mask
        if row is not None and part.row is not None:
            np.maximum(row, np.where(part.mask, part.row, -np.inf).astype(np.float32), out=row)
    return Dense(mask, None if row is None else np.where(mask, row, 0).astype(np.float32))


def subtract(found: Matches, unwanted: Matches, documents: int) -> Matches:
    """The matches that are not among some others."""
    if isinstance(found, Sparse) and isinstance(unwanted, Sparse):
        return found.keep(~locate(found.docs, unwanted.docs)[0])
    return found.among(~to_dense(unwanted, documents).mask)


def require(found: Matches, required: Matches, documents: int) -> Matches:
    """The matches that are among some others too, with their own scores."""
    if isinstance(required, Dense):
        return found.among(required.mask)
    if isinstance(found, Dense):
        docs = required.docs[found.mask[required.docs]]
        return Sparse(docs, None if found.row is None else found.row[docs])
    if len(found) > len(required) * DENSE_SHARE:
        has, at = locate(required.docs, found.docs)
        return found.keep(at[has])
    if len(required) > len(found) * DENSE_SHARE:
        return found.keep(locate(found.docs, required.docs)[0])
    return found.among(to_dense(Sparse(required.docs, None), documents).mask)


def distinct(docs: Array, documents: int, *, is_ascending: bool = False) -> Matches:
    """The documents of an array in any order and number, or in ascending order and each once."""
    if len(docs) * DENSE_SHARE < documents:
        if is_ascending or not len(docs):
            return Sparse(docs, None)
        ordered = np.sort(docs)
        return Sparse(ordered[run_starts(ordered)], None)
    mask = np.zeros(documents, bool)
    mask[docs.astype(np.intp)] = True
    return Dense(mask, None)


def best(found: Matches, limit: int, tie: Array | None = None) -> Sparse:
    """The best `limit` matches, best first.

    Of equal scores the document with the lower value in `tie` (one a document) is first, then the lower document.
    """
    if limit <= 0:
        return nothing(scored=True)
    candidates = _candidates(found, limit, is_tie_free=tie is None)
    if len(candidates) > limit and candidates.scores is not None:
        candidates = _without_late_ties(candidates, limit, tie)
    keys = [candidates.docs]
    if tie is not None:
        keys.append(tie.take(candidates.docs))
    if candidates.scores is not None:
        keys.append(-candidates.scores)
    return candidates.keep(np.lexsort(keys)[:limit])


def _without_late_ties(candidates: Sparse, limit: int, tie: Array | None) -> Sparse:
    """Of the many that share the last score that counts only those that come first."""
    assert candidates.scores is not None  # noqa: S101 - ties are ties of scores
    last = np.partition(candidates.scores, len(candidates) - limit)[len(candidates) - limit]
    above = np.flatnonzero(candidates.scores > last)
    equal = np.flatnonzero(candidates.scores == last)
    wanted = limit - len(above)
    if len(equal) > wanted:
        if tie is None:
            equal = equal[:wanted]
        else:
            values = tie.take(candidates.docs[equal])
            equal = equal[values <= np.partition(values, wanted - 1)[wanted - 1]]
    return candidates.keep(np.concatenate((above, equal)))


def _candidates(found: Matches, limit: int, *, is_tie_free: bool) -> Sparse:
    """Few matches, the best `limit` and all that equal the last of them among them."""
    if isinstance(found, Sparse) or found.row is None:
        return to_sparse(found)
    row = found.row
    if len(row) > _BLOCK * limit * 2:
        # Each column of a table of 64 rows has a best; the `limit`-th of these cannot be above the `limit`-th of all.
        whole = len(row) // _BLOCK * _BLOCK
        peaks = row[:whole].reshape(_BLOCK, -1).max(axis=0)
        threshold = np.partition(peaks, len(peaks) - limit)[len(peaks) - limit]
        if threshold > 0:
            docs = _at_least(row, threshold, limit) if is_tie_free else np.flatnonzero(row >= threshold)
            return Sparse(docs.astype(np.uint32), row.take(docs))
    return to_sparse(found)


def _at_least(row: Array, threshold: Any, limit: int) -> Array:
    """Documents with a score above a threshold, and enough of the first that are at it to make up the limit."""
    docs = np.flatnonzero(row > threshold)
    start = 0
    equal: list[Array] = []
    missing = limit - len(docs)
    while missing > 0 and start < len(row):
        equal.append(np.flatnonzero(row[start : start + _STRETCH] == threshold)[:missing] + start)
        missing -= len(equal[-1])
        start += _STRETCH
    return np.sort(np.concatenate((docs, *equal)))


def _unite_few(parts: Sequence[Sparse]) -> Sparse:
    docs = np.concatenate([part.docs for part in parts])
    order = np.argsort(docs, kind="stable")
    docs = docs.take(order)
    first = run_starts(docs).nonzero()[0]
    if any(part.scores is None for part in parts):
        return Sparse(docs[first], None)
    scores = np.concatenate([part.scores for part in parts if part.scores is not None])
    return Sparse(docs.take(first), np.add.reduceat(scores.take(order), first))
