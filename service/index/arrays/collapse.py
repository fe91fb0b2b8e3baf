"""Of matches that belong together only the first: what is left of a search if each group is shown once.

A group is a number that documents share; those of group 0 belong to none. Only documents of a group cost anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Leaf, Order
from service.index.arrays.matches import Dense, Matches, Sparse, subtract
from service.index.arrays.postings import run_starts

Found = Sequence[tuple[Leaf, Matches]]


@dataclass(frozen=True)
class _Grouped:
    """The matches of a segment that are in a group, ascending, with the group of each and what they are ordered by."""

    leaf: Leaf
    docs: Array
    groups: Array
    scores: Array | None

    def keep(self, indexes: Array) -> "_Grouped":
        """Some of them."""
        scores = None if self.scores is None else self.scores[indexes]
        return _Grouped(self.leaf, self.docs[indexes], self.groups[indexes], scores)

    def keys(self, order: Order | None) -> list[Array]:
        """What they are ordered by within their segment, what counts most first, less before more."""
        keys = [] if self.scores is None else [-self.scores]
        return keys if order is None else [*keys, self.leaf.sort_keys(order)[self.docs]]


def collapsed(found: Found, groups: Array, order: Order | None, *, scored: bool) -> list[tuple[Leaf, Matches]]:
    """The matches of all segments without those of a group that come after another one of it.

    Args:
        found: the matches of each segment.
        groups: the group of each document of the index, or 0.
        order: the order of the matches, or, if they are scored, of those with equal scores; in the end the lower
            document is first. Where they are scored it must be one of numbers.
        scored: whether higher scores come first.
    """
    grouped = [
        _grouped(leaf, matches, groups[leaf.base : leaf.base + leaf.documents], scored) for leaf, matches in found
    ]
    kept = [part.keep(_firsts(part.groups, part.keys(order))) for part in grouped]
    if len(kept) > 1:
        kept = _across(kept, order)
    return [
        (leaf, _without(matches, part.docs, first.docs, leaf.documents))
        for (leaf, matches), part, first in zip(found, grouped, kept, strict=True)
    ]


def _grouped(leaf: Leaf, matches: Matches, groups: Array, scored: bool) -> _Grouped:  # noqa: FBT001 - within this module
    if isinstance(matches, Dense):
        docs = np.flatnonzero(matches.mask & (groups > 0))
        scores = None if matches.row is None else matches.row.take(docs)
    else:
        at = np.flatnonzero(groups.take(matches.docs))
        docs = matches.docs.take(at)
        scores = None if matches.scores is None else matches.scores.take(at)
    return _Grouped(leaf, docs, groups.take(docs), scores if scored else None)


def _firsts(groups: Array, keys: Sequence[Array]) -> Array:
    """The indexes of the first of each group, ascending; of those that are equal in all keys, the lowest index."""
    left = np.argsort(groups, kind="stable")
    for key in keys:
        values, begins = key.take(left), run_starts(groups.take(left))
        least = np.minimum.reduceat(values, np.flatnonzero(begins)) if len(left) else values
        left = left[values == least.take(np.cumsum(begins) - 1)]
    return np.sort(left[run_starts(groups.take(left))])


def _across(parts: Sequence[_Grouped], order: Order | None) -> list[_Grouped]:
    """The same without those of a group that come after one of another segment; each segment brings one of a group."""
    groups = np.concatenate([part.groups for part in parts])
    names, counts = np.unique(groups, return_counts=True)
    several = names[counts > 1]
    shared = [part.keep(np.flatnonzero(np.isin(part.groups, several))) for part in parts]
    keys = []
    if all(part.scores is not None for part in shared):
        keys.append(np.concatenate([-part.scores for part in shared if part.scores is not None]))
    if order is not None:
        values = [value for part in shared for value in part.leaf.sort_values(order, part.docs)]
        keys.append(_ranks(values))
    firsts = _firsts(np.concatenate([part.groups for part in shared]), keys)
    kept = []
    start = 0
    for part, own in zip(parts, shared, strict=True):
        inside = firsts[(firsts >= start) & (firsts < start + len(own.docs))] - start
        is_later = np.ones(len(own.docs), bool)
        is_later[inside] = False
        kept.append(part.keep(np.flatnonzero(~np.isin(part.docs, own.docs[is_later]))))
        start += len(own.docs)
    return kept


def _ranks(values: Sequence[object]) -> Array:
    """Numbers that are ordered as the values are."""
    place = {value: number for number, value in enumerate(sorted(set(values)))}  # type: ignore[type-var]  # of one type
    return np.fromiter(map(place.__getitem__, values), np.int64, len(values))


def _without(matches: Matches, docs: Array, kept: Array, documents: int) -> Matches:
    """The matches without those of some that are not kept."""
    later = docs[~np.isin(docs, kept, assume_unique=True)]
    return subtract(matches, Sparse(later, None), documents) if len(later) else matches
