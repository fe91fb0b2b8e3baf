"""Phrases and words near each other, from positions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import KnownTerm, Leaf
from service.index.arrays.matches import Matches, Sparse, locate, nothing
from service.index.arrays.slots import LOW, PositionData, Slots

PAIR = 2
_FEW_SLOTS = 2048
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
    if data.positions is None or data.slots is None:
        return near(leaf, name, terms, Nearness(1), scored=scored)
    pairs = _pairs(data, numbers)
    if pairs is not None and (len(terms) == PAIR or not len(pairs)):
        return _with_scores(leaf, terms, pairs, scored=scored)
    sizes = [term.frequencies[leaf.index] for term in terms]
    order = sorted(range(len(terms)), key=sizes.__getitem__)
    found = _around(data, data.positions, [numbers[index] for index in order], order, pairs)
    # Of the type of `bases`, so that numpy need not convert all of them.
    matched = np.unique(data.slots.bases.searchsorted(found.astype(np.uint32), side="right") - 1).astype(np.uint32)
    return _with_scores(leaf, terms, matched, scored=scored)


def _pairs(data: FieldData, numbers: Sequence[int]) -> Array | None:
    """The documents that have each two neighbours of a phrase side by side; None if not all terms have rows."""
    rows = [row for number in numbers if (row := data.row_index(number)) is not None]
    if data.pairs is None or len(rows) < max(len(numbers), PAIR) or not data.pairs.has(numbers, data.slots):
        return None
    lists = sorted((data.pairs.docs_of(*pair) for pair in set(pairwise(rows))), key=len)
    docs = lists[0]
    for other in lists[1:]:
        docs = docs[locate(docs, other)[0]]
    return docs


def _around(
    data: FieldData, positions: PositionData, numbers: Sequence[int], order: Sequence[int], docs: Array | None
) -> Array:
    """The places of the first of some terms, the rarest, around which the others stand.

    Args:
        data: the field.
        positions: its positions, with slots.
        numbers: the terms, the rarest first.
        order: where each of them stands in the phrase.
        docs: the documents to look in; None for all that have the rarest term.
    """
    slots = positions.with_slots()
    rarest, offset_of = numbers[0], {at - order[0]: number for at, number in zip(order[1:], numbers[1:], strict=True)}
    having = data.docs_of(rarest)
    if docs is None and len(having) * len(slots.codes) < _FEW_SLOTS * (len(slots.bases) - 1):
        # In so few documents every slot is looked at.
        found = _beside(slots, positions.slots_of(having), {0: rarest, **offset_of})
    else:
        kept = None if docs is None else locate(docs, having)[1]
        places, more = positions.candidates_of(rarest, having, data.frequencies_of(rarest), kept)
        found = _beside(slots, places, offset_of)
        if more is not None:
            found = _beside(slots, found, {0: rarest})
            found = np.concatenate((found, *_further(slots, places, more, {**offset_of, 0: rarest})))
    for at, number in zip(order[1:], numbers[1:], strict=True):
        if slots.is_tail(number) and len(found):
            found = _exactly_beside(data, positions, number, found, at - order[0])
    return found


def _further(slots: Slots, places: Array, more: Array, offset_of: Mapping[int, int]) -> Iterator[Array]:
    """The other places that a low byte can stand for, each 256 behind the other, that have all the terms around them.

    A place behind the end of its document is one in the next, and as good: all terms are looked for there.
    """
    for turn in range(1, int(more.max(initial=0)) + 1):
        yield _beside(slots, places.take((more >= turn).nonzero()[0]) + np.uint32(turn * LOW), offset_of)


def _beside(slots: Slots, places: Array, offsets_of: Mapping[int, int]) -> Array:
    """The places around which the slots have the codes of the terms; the rarest terms are asked for first."""
    for offset, number in offsets_of.items():
        if not len(places):
            break
        # A place before the first is one far behind the last, where nothing stands.
        beside = places + np.uint32(offset) if offset >= 0 else places - np.uint32(-offset)
        places = places.take((slots.codes.take(beside, mode="clip") == slots.code_of[number]).nonzero()[0])
    return places


def _exactly_beside(data: FieldData, positions: PositionData, number: int, places: Array, offset: int) -> Array:
    """The places beside which a term of the tail stands: its code alone could be another's."""
    own = positions.places_of(number, data.docs_of(number), data.frequencies_of(number))
    return places[np.isin(places.astype(np.int64) + offset, own)]


def _with_scores(leaf: Leaf, terms: Sequence[KnownTerm], docs: Array, *, scored: bool) -> Sparse:
    if not scored or not len(docs):
        return Sparse(docs, np.zeros(0, np.float32) if scored else None)
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
