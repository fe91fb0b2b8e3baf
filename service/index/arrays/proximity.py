"""Phrases and words near each other, from positions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.matches import NO_DOCS, Matches, Sparse, locate
from service.index.arrays.slots import PositionData, Slots
from service.index.arrays.statistics import KnownTerm

PAIR = 2
_FEW_SLOTS = 2048
"""If the documents of the rarest word have fewer slots in the mean, all of these are looked at."""
_STRETCH = 4096
"""Documents that are looked through at once for words near each other."""
_DOC_SHIFT = 32
"""A place is one number: the document above this many bits, the position below."""


@dataclass(frozen=True)
class Nearness:
    """How each term stands to the one before: `least` to `most` positions away, and behind it if `ordered`."""

    most: int
    least: int = 1
    ordered: bool = True


def phrase(leaf: Leaf, terms: Sequence[KnownTerm], budget: Budget, *, scored: bool) -> Matches:
    """Documents in which the terms stand side by side in this order, found from the places of the rarest of them.

    The scores of the terms add up, as in Whoosh.
    """
    data = leaf.segment.data.fields[terms[0].field]
    numbers = [term.numbers[leaf.index] for term in terms]
    if data.positions is None or data.slots is None:
        return near(leaf, terms, Nearness(1), budget, scored=scored)
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
    if data.pairs is None or data.slots is None or len(rows) < max(len(numbers), PAIR):
        return None
    if any(data.slots.is_tail(number) for number in numbers):
        return None  # pairs are made of codes, of which the tail has only one
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
    is_few = len(having) * len(slots.codes) < _FEW_SLOTS * (len(slots.bases) - 1)
    if docs is None and is_few and not slots.is_tail(rarest):
        # Few documents, of which most do not have the next word at all; in those that do every slot is looked at.
        for number in numbers[1:2]:
            row = data.row_of(number)
            has = locate(having, data.docs_of(number))[0] if row is None else row.take(having)
            having = having.take(has.nonzero()[0])
        found = _beside(slots, positions.slots_of(having), {0: rarest, **offset_of}) if len(having) else having
    else:
        kept = None if docs is None else locate(docs, having)[1]
        places = positions.candidates_of(rarest, having, data.frequencies_of(rarest), kept)
        # The other terms decide more than whether it is the rarest itself that stands there.
        found = _beside(slots, places, {**offset_of, 0: rarest})
    for at, number in zip(order[1:], numbers[1:], strict=True):
        if slots.is_tail(number) and len(found):
            found = _exactly_beside(data, positions, number, found, at - order[0])
    return found


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
        leaf.add_scores(term, docs, scores)
    return Sparse(docs, scores)


def near(  # noqa: PLR0913 - as all that is evaluated, and the documents to look in
    leaf: Leaf,
    terms: Sequence[KnownTerm],
    nearness: Nearness,
    budget: Budget,
    among: Array | None = None,
    *,
    scored: bool,
) -> Matches:
    """Documents in which each term stands near the one before; without an order there are two terms.

    With `among`, ascending, only these are looked at. The scores of the terms add up, as in Whoosh. It looks through a
    stretch of documents at a time, for as long as the budget lasts.
    """
    data = leaf.segment.data.fields[terms[0].field]
    numbers = [term.numbers[leaf.index] for term in terms]
    docs = _common(data, numbers)
    if among is not None:
        docs = docs[locate(docs, among.astype(docs.dtype))[0]]
    found = [NO_DOCS]
    for start in range(0, len(docs), _STRETCH):
        if budget.has_begun and budget.is_over("Phrase"):
            break
        budget.has_begun = True
        found.append(_places_near(_Stretch(data, docs[start : start + _STRETCH]), numbers, nearness))
    return _with_scores(leaf, terms, np.concatenate(found), scored=scored)


class _Stretch:
    """Some documents, and the places of terms in them: the document above `_DOC_SHIFT` bits, the position below."""

    def __init__(self, data: FieldData, docs: Array) -> None:
        self._data = data
        self._docs = docs
        self._codes: Array | None = None
        self._places: Array | None = None

    def places(self, number: int) -> Array:
        """The places of a term, ascending."""
        slots = self._data.slots
        if slots is None or self._data.positions is None or slots.is_tail(number):
            _, at = locate(self._docs, self._data.docs_of(number))
            positions, counts = self._data.positions_of(number, at)
            return self._begin(self._docs.repeat(counts)) + positions
        if self._codes is None or self._places is None:
            own = self._data.positions.slots_of(self._docs)
            spans = slots.bases.take(self._docs + np.uint32(1)) - slots.bases.take(self._docs)
            first = self._begin(self._docs) - slots.bases.take(self._docs)
            self._codes, self._places = slots.codes.take(own), own + np.repeat(first, spans)
        return np.asarray(self._places[self._codes == slots.code_of[number]])

    @staticmethod
    def _begin(docs: Array) -> Array:
        # Positions begin far enough from 0 that a slop does not reach into the document before.
        return np.asarray((docs.astype(np.int64) << _DOC_SHIFT) + (1 << (_DOC_SHIFT - 2)))


def _common(data: FieldData, numbers: Sequence[int]) -> Array:
    """Documents that have all the terms, the rarest first."""
    lists = sorted((data.docs_of(number) for number in set(numbers)), key=len)
    docs = lists[0]
    for other in lists[1:]:
        docs = docs[locate(docs, other)[0]]
    return docs


def _places_near(stretch: _Stretch, numbers: Sequence[int], nearness: Nearness) -> Array:
    reached = stretch.places(numbers[0])
    for number in numbers[1:]:
        places = stretch.places(number)
        kept = _any_between(reached, places - nearness.most, places - nearness.least)
        if not nearness.ordered:
            kept |= _any_between(reached, places + nearness.least, places + nearness.most)
        reached = places[kept]
        if not len(reached):
            break
    return np.unique(reached >> _DOC_SHIFT).astype(np.uint32)


def _any_between(places: Array, lowest: Array, highest: Array) -> Array:
    """For each pair of bounds whether one of the ascending places lies between them, both inclusive."""
    if not len(places):
        return np.zeros(len(lowest), bool)
    at = np.searchsorted(places, lowest)
    inside = at < len(places)
    at[~inside] = 0
    return inside & (places[at] <= highest)
