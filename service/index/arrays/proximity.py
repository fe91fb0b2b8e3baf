"""Phrases and words near each other, from positions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import KnownTerm, Leaf
from service.index.arrays.matches import Matches, Sparse, locate, nothing
from service.index.arrays.slots import Slots

_LOW = 256
_DOC_SHIFT = 32
"""A place is one number: the document above this many bits, the position below."""


@dataclass(frozen=True)
class Nearness:
    """How each term stands to the one before: `least` to `most` positions away, and behind it if `ordered`."""

    most: int
    least: int = 1
    ordered: bool = True


def phrase(leaf: Leaf, name: str, terms: Sequence[KnownTerm], *, scored: bool) -> Matches:
    """Documents in which the terms stand side by side in this order, found from the places of the rarest of them.

    The scores of the terms add up, as in Whoosh.
    """
    data = leaf.field(name)
    if data is None:
        return nothing(scored=scored)
    numbers = [term.numbers[leaf.index] for term in terms]
    if data.slots is None or data.positions is None:
        return near(leaf, name, terms, Nearness(1), scored=scored)
    sizes = [data.document_frequency(number) for number in numbers]
    order = sorted(range(len(terms)), key=sizes.__getitem__)
    rarest = numbers[order[0]]
    docs, frequencies = data.docs_of(rarest), data.frequencies_of(rarest)
    places, left, is_exact = data.positions.candidates_of(rarest, docs, frequencies)
    offsets_of = {index - order[0]: numbers[index] for index in order[1:]}
    slots = data.slots
    found = _beside(slots, places.astype(np.int64), offsets_of)
    if not is_exact:
        # The place is known but for its high byte: every place with this low byte is a candidate.
        own = {0: rarest, **offsets_of}
        several = [found[slots.codes.take(found) == slots.code_of[rarest]]]
        rest = np.flatnonzero(left > _LOW)
        step = _LOW
        while len(rest):
            several.append(_beside(slots, places[rest].astype(np.int64) + step, own))
            step += _LOW
            rest = rest[left[rest] > step]
        found = np.concatenate(several)
    for index in order[1:]:
        if slots.is_tail(numbers[index]) and len(found):
            found = _exactly_beside(data, numbers[index], found, index - order[0])
    # Of the type of `bases`, so that numpy need not convert all of them.
    matched = np.unique(slots.bases.searchsorted(found.astype(np.uint32), side="right") - 1).astype(np.uint32)
    return _with_scores(leaf, terms, matched, scored=scored)


def _beside(slots: Slots, places: Array, offsets_of: Mapping[int, int]) -> Array:
    """The places around which the slots have the codes of the terms; the rarest terms are asked for first."""
    for offset, number in offsets_of.items():
        places = places[slots.codes.take(places + offset, mode="clip") == slots.code_of[number]]
    return places


def _exactly_beside(data: FieldData, number: int, places: Array, offset: int) -> Array:
    """The places beside which a term of the tail stands: its code alone could be another's."""
    assert data.positions is not None  # noqa: S101 - the caller has looked
    own = data.positions.places_of(number, data.docs_of(number), data.frequencies_of(number))
    return places[np.isin(places + offset, own)]


def _with_scores(leaf: Leaf, terms: Sequence[KnownTerm], docs: Array, *, scored: bool) -> Sparse:
    if not scored:
        return Sparse(docs, None)
    scores = np.zeros(len(docs), np.float32)
    for term in terms:
        _, own = leaf.probe(term, docs, scored=True)
        if own is not None:
            scores += own
    return Sparse(docs, scores)


def near(leaf: Leaf, name: str, terms: Sequence[KnownTerm], nearness: Nearness, *, scored: bool) -> Matches:
    """Documents in which each term stands near the one before; without an order there are two terms.

    The scores of the terms add up, as in Whoosh.
    """
    data = leaf.field(name)
    if data is None:
        return nothing(scored=scored)
    known = [term.numbers[leaf.index] for term in terms]
    docs = _common(data, known)
    if len(docs):
        docs = _places_near(data, known, docs, nearness)
    return _with_scores(leaf, terms, docs, scored=scored)


def _common(data: FieldData, numbers: Sequence[int]) -> Array:
    """Documents that have all the terms, the rarest first."""
    lists = sorted((data.docs_of(number) for number in set(numbers)), key=len)
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
    _, at = locate(docs, data.docs_of(number))
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
