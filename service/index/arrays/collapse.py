"""Of matches that belong together only the first: what is left of a search if each group is shown once.

A group is a number that documents share; those of group 0 belong to none. Only documents of a group cost anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Leaf, Order
from service.index.arrays.matches import Dense, Matches, Sparse, subtract


@dataclass(frozen=True)
class _Grouped:
    """The matches of a segment that are in a group, ascending, with the group and the score of each."""

    leaf: Leaf
    docs: Array
    groups: Array
    scores: Array


def collapsed(
    found: Sequence[tuple[Leaf, Matches]], groups: Array, order: Order | None, *, scored: bool
) -> list[tuple[Leaf, Matches]]:
    """The matches of all segments without those of a group that come after another one of it.

    Args:
        found: the matches of each segment.
        groups: the group of each document of the index, or 0.
        order: the order of the matches, or, if they are scored, of those with equal scores; in the end the lower
            document is first.
        scored: whether higher scores come first.
    """
    if not found:
        return []
    parts = [_grouped(leaf, matches, groups[leaf.base : leaf.base + leaf.documents]) for leaf, matches in found]
    group = np.concatenate([part.groups for part in parts]).astype(np.intp)
    keys = [-np.concatenate([part.scores for part in parts])] if scored else []
    if order is not None:
        keys.append(_order_keys(parts, group, order))
    is_later = np.ones(len(group), bool)
    is_later[_firsts(group, keys)] = False
    later = np.split(is_later, np.cumsum([len(part.docs) for part in parts[:-1]], dtype=np.intp))
    return [
        (leaf, subtract(matches, Sparse(part.docs[mask], None), leaf.documents) if mask.any() else matches)
        for (leaf, matches), part, mask in zip(found, parts, later, strict=True)
    ]


def _grouped(leaf: Leaf, matches: Matches, groups: Array) -> _Grouped:
    if isinstance(matches, Dense):
        docs = np.flatnonzero(matches.mask & (groups > 0))
        scores = None if matches.row is None else matches.row.take(docs)
    else:
        at = np.flatnonzero(groups.take(matches.docs))
        docs = matches.docs.take(at)
        scores = None if matches.scores is None else matches.scores.take(at)
    return _Grouped(leaf, docs, groups.take(docs), np.zeros(len(docs), np.float32) if scores is None else scores)


def _order_keys(parts: Sequence[_Grouped], group: Array, order: Order) -> Array:
    """Numbers that sort as the order does all documents of a group."""
    if len(parts) == 1 or parts[0].leaf.column(order.column).is_numeric:
        return np.concatenate([part.leaf.sort_keys(order).take(part.docs) for part in parts])
    # Strings of several segments have no numbers in common, and reading them takes long.
    is_asked = np.bincount(group).take(group) > 1
    asked = np.split(is_asked, np.cumsum([len(part.docs) for part in parts[:-1]], dtype=np.intp))
    values = [
        value
        for part, mask in zip(parts, asked, strict=True)
        for value in part.leaf.sort_values(order, part.docs[mask])
    ]
    place = {value: number for number, value in enumerate(sorted(set(values)))}
    keys = np.zeros(len(group), np.int64)
    keys[is_asked] = [place[value] for value in values]
    return keys


def _firsts(group: Array, keys: Sequence[Array]) -> Array:
    """The index of the first of each group: with the least of the first key, of those the least of the next, and so on.

    Of those that are equal in all keys it is the lowest index.
    """
    left = np.arange(len(group))
    size = int(group.max(initial=0)) + 1
    for key in keys:
        least = np.full(size, np.inf if key.dtype.kind == "f" else np.iinfo(key.dtype).max, key.dtype)
        np.minimum.at(least, group[left], key[left])
        left = left[key[left] == least[group[left]]]
    first = np.full(size, -1)
    first[group[left[::-1]]] = left[::-1]  # what is assigned last stays
    return first[first >= 0]
