"""Phrases and words near each other, from positions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Leaf
from service.index.arrays.matches import Matches, Sparse, locate, nothing

_DOC_SHIFT = 32
"""A place is one number: the document above this many bits, the position below."""


@dataclass(frozen=True)
class Nearness:
    """How each term stands to the one before: `least` to `most` positions away, and behind it if `ordered`."""

    most: int
    least: int = 1
    ordered: bool = True


def near(leaf: Leaf, name: str, terms: Sequence[bytes], nearness: Nearness, *, scored: bool) -> Matches:
    """Documents in which each term stands near the one before; without an order there are two terms.

    The scores of the terms add up, as in Whoosh.
    """
    data = leaf.field(name)
    numbers = [] if data is None else [data.terms.number_of(term) for term in terms]
    if data is None or any(number is None for number in numbers):
        return nothing(scored=scored)
    known = [number for number in numbers if number is not None]
    docs = _common(data, known)
    if len(docs):
        docs = _places_near(data, known, docs, nearness)
    if not scored:
        return Sparse(docs, None)
    scores = np.zeros(len(docs), np.float32)
    for number, term in zip(known, terms, strict=True):
        part = data.slice_at(number)
        _, at = locate(docs, data.docs[part])
        scores += leaf.scores(data, part, term)[at]
    return Sparse(docs, scores)


def _common(data: FieldData, numbers: Sequence[int]) -> Array:
    """Documents that have all the terms, the rarest first."""
    lists = sorted((data.docs[data.slice_at(number)] for number in set(numbers)), key=len)
    docs = lists[0]
    for other in lists[1:]:
        docs = docs[locate(docs, other)[0]]
    return docs


def _places_near(data: FieldData, numbers: Sequence[int], docs: Array, nearness: Nearness) -> Array:
    reached = _places(data, numbers[0], docs)
    for number in numbers[1:]:
        places = _places(data, number, docs)
        kept = _any_between(reached, places - nearness.most, places - nearness.least)
        if not nearness.ordered:
            kept |= _any_between(reached, places + nearness.least, places + nearness.most)
        reached = places[kept]
        if not len(reached):
            break
    return np.unique(reached >> _DOC_SHIFT).astype(np.uint32)


def _places(data: FieldData, number: int, docs: Array) -> Array:
    """The places of a term in some documents, ascending."""
    part = data.slice_at(number)
    _, at = locate(docs, data.docs[part])
    positions, counts = data.positions_of(number, at)
    # Positions begin far enough from 0 that a slop does not reach into the document before.
    return (np.repeat(docs.astype(np.int64), counts) << _DOC_SHIFT) + positions + (1 << (_DOC_SHIFT - 2))


def _any_between(places: Array, lowest: Array, highest: Array) -> Array:
    """For each pair of bounds whether one of the ascending places lies between them, both inclusive."""
    if not len(places):
        return np.zeros(len(lowest), bool)
    at = np.searchsorted(places, lowest)
    inside = at < len(places)
    at[~inside] = 0
    return inside & (places[at] <= highest)
