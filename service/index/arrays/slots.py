"""The text of a field as one array of term codes in reading order, and positions that cost one byte for it.

Every document has a run of *slots*, one for each position, with an empty slot behind it. A slot holds the *code* of the
term that stands there: two bytes, of which the most frequent terms (the *head*) have one each, and all others (the
*tail*, some occurrences each) share one. So a phrase is found by looking beside each occurrence of its rarest term, and
what the other terms are like does not matter: no posting list of theirs is read.

Of a head term's position only the low byte is kept beside its posting: the slots tell which of the places with that low
byte it is. A tail term keeps its positions whole.
"""

from dataclasses import dataclass

import numpy as np

from service.index.arrays.flatfile import Array, FlatFile
from service.index.arrays.postings import Postings, gather, offsets, small

EMPTY = 0
HEAD_TERMS = 65_534
"""So many terms can have a code of their own."""
LOW = 256
"""So many positions can be told apart by their low byte."""
_LOW_BITS = np.uint32(8)
_SPARSENESS = 4
"""A field whose positions have more gaps than this keeps plain positions."""


@dataclass(frozen=True)
class Slots:
    """The slots of a field: `codes[bases[doc] + position]`. `code_of` has one code a term; `tail` is the shared one."""

    codes: Array
    bases: Array
    code_of: Array
    tail: int

    def is_tail(self, number: int) -> bool:
        """Whether the term of this number keeps its positions whole."""
        return int(self.code_of[number]) == self.tail


def make_slots(postings: Postings, documents: int) -> Slots | None:
    """The slots of a field; None where two terms stand at one position, or there are too many gaps."""
    if postings.positions is None or not len(postings.positions):
        return None
    spans = np.zeros(documents, np.int64)
    ends = offsets(postings.frequencies)[1:]
    np.maximum.at(spans, postings.docs, postings.positions[ends - 1].astype(np.int64) + 1)
    bases = offsets(spans + 1) + 1
    total = int(bases[-1])
    if total > _SPARSENESS * len(postings.positions) + 2 * documents + LOW or total >= 1 << 32:
        return None
    code_of, tail = _codes(postings)
    codes = np.zeros(total, np.uint16)
    places = bases[np.repeat(postings.docs, postings.frequencies)] + postings.positions
    codes[places] = np.repeat(code_of, postings.occurrences)
    if np.count_nonzero(codes) < len(places):
        return None
    return Slots(codes, bases.astype(np.uint32), code_of, tail)


def _codes(postings: Postings) -> tuple[Array, int]:
    """One code a term, and the code of the tail: the more frequent a term, the lower its code."""
    count = len(postings.terms)
    tail = min(count, HEAD_TERMS) + 1
    code_of = np.full(count, tail, np.uint16)
    frequent_first = np.argsort(-postings.occurrences, kind="stable")[:HEAD_TERMS]
    code_of[frequent_first] = np.arange(1, len(frequent_first) + 1)
    return code_of, tail


def pack_positions(name: str, postings: Postings, slots: Slots | None) -> dict[str, Array]:
    """The arrays of a field's positions for the disk."""
    if postings.positions is None:
        return {}
    counts = postings.occurrences
    if slots is None:
        return {f"{name}/positions": small(postings.positions), f"{name}/position_starts": small(offsets(counts))}
    in_tail = slots.code_of == slots.tail
    of_tail = np.repeat(in_tail, counts)
    return {
        f"{name}/slots": slots.codes,
        f"{name}/slot_bases": slots.bases,
        f"{name}/slot_codes": slots.code_of,
        f"{name}/positions": (postings.positions[~of_tail] & (LOW - 1)).astype(np.uint8),
        f"{name}/tail_positions": small(postings.positions[of_tail]),
        # A term's occurrences stand in one of the two arrays; this is where, in its own one.
        f"{name}/position_starts": small(
            np.where(in_tail, offsets(np.where(in_tail, counts, 0))[:-1], offsets(np.where(in_tail, 0, counts))[:-1])
        ),
    }


class PositionData:
    """The positions of an open field, with slots or plain."""

    def __init__(self, name: str, arrays: FlatFile) -> None:
        self._positions = arrays[f"{name}/positions"]
        self._starts = arrays[f"{name}/position_starts"]
        self._tail_positions = self._positions[:0]
        self.slots: Slots | None = None
        if f"{name}/slots" in arrays:
            code_of = arrays[f"{name}/slot_codes"]
            self._tail_positions = arrays[f"{name}/tail_positions"]
            tail = int(code_of.max()) if len(self._tail_positions) else len(code_of) + 1
            self.slots = Slots(arrays[f"{name}/slots"], arrays[f"{name}/slot_bases"], code_of, tail)

    def places_of(self, number: int, docs: Array, frequencies: Array) -> Array:
        """All places of a term of a field with slots, ascending, exact: `bases[doc] + position`."""
        slots = self.with_slots()
        bases = slots.bases.astype(np.int64)
        start, count = int(self._starts[number]), int(frequencies.sum())
        begins = np.repeat(bases[docs], frequencies)
        if slots.is_tail(number):
            return begins + self._tail_positions[start : start + count]
        lows = self._positions[start : start + count]
        code = slots.code_of[number]
        found = []
        place, end = begins + lows, np.repeat(bases[docs + 1], frequencies)
        while len(place):
            found.append(place[slots.codes[place] == code])
            inside = place + LOW < end
            place, end = place[inside] + LOW, end[inside]
        return np.unique(np.concatenate(found)) if found else begins

    def candidates_of(self, number: int, docs: Array, frequencies: Array, kept: Array | None = None) -> Array:
        """Places where a term may stand, its own among them.

        A head term's position is known but for its high byte: all places in its document with the same low byte are
        candidates. A place behind the end of its document is one in the next.

        Args:
            number: the term's.
            docs: its documents.
            frequencies: beside them.
            kept: indexes of those to look at; None for all.
        """
        slots = self.with_slots()
        start, count = int(self._starts[number]), int(frequencies.sum())
        chosen: Array | slice = slice(start, start + count)
        if kept is not None:
            begun = offsets(frequencies)[:-1].take(kept) + start
            docs, frequencies = docs.take(kept), frequencies.take(kept)
            chosen = gather(begun, frequencies)
            count = len(chosen)
        begins = slots.bases.take(docs)
        more = (slots.bases.take(docs + np.uint32(1)) - begins - np.uint32(1)) >> _LOW_BITS
        if len(docs) < count:
            begins, more = np.repeat(begins, frequencies), np.repeat(more, frequencies)
        if slots.is_tail(number):
            return np.asarray(begins + self._tail_positions[chosen].astype(np.uint32))
        places: Array = begins + self._positions[chosen]
        long = more.nonzero()[0]
        if not len(long):
            return places
        more = more.take(long).astype(np.int64)
        turns = np.arange(1, int(more.sum()) + 1, dtype=np.uint32) - np.repeat(offsets(more)[:-1], more).astype(
            np.uint32
        )
        return np.concatenate((places, np.repeat(places.take(long), more) + (turns << _LOW_BITS)))

    def slots_of(self, docs: Array) -> Array:
        """All places of some documents."""
        bases = self.with_slots().bases
        begins = bases.take(docs).astype(np.int64)
        return gather(begins, bases.take(docs + 1) - begins)

    def positions_in(self, number: int, document: int) -> Array | None:
        """Positions of a term in one document; None where the slots do not tell."""
        slots = self.with_slots()
        if slots.is_tail(number):
            return None
        start, end = int(slots.bases[document]), int(slots.bases[document + 1])
        return np.flatnonzero(slots.codes[start:end] == slots.code_of[number])

    def positions_of(self, number: int, docs: Array, frequencies: Array, chosen: Array) -> tuple[Array, Array]:
        """Positions in some of a term's documents, and how many each of them has.

        Args:
            number: the term's.
            docs: all documents of the term.
            frequencies: beside them.
            chosen: indexes into these two, ascending.
        """
        wanted = frequencies[chosen]
        begins = offsets(frequencies)[:-1] + int(self._starts[number])
        if self.slots is None or self.slots.is_tail(number):
            source = self._positions if self.slots is None else self._tail_positions
            return source[gather(begins[chosen], wanted)].astype(np.int64), wanted
        places = self.slots_of(docs[chosen])
        places = places[self.slots.codes.take(places) == self.slots.code_of[number]]
        return places - np.repeat(self.slots.bases.take(docs[chosen]).astype(np.int64), wanted), wanted

    def all_positions(self, postings: Postings) -> Array:
        """The positions of all postings one after another, for merging."""
        if self.slots is None:
            return self._positions.astype(np.uint32)
        counts = postings.occurrences
        of_tail = np.repeat(self.slots.code_of == self.slots.tail, counts)
        term_of = np.zeros(self.slots.tail + 1, np.uint64)
        term_of[self.slots.code_of] = np.arange(len(counts))
        places = np.flatnonzero((self.slots.codes != EMPTY) & (self.slots.codes != self.slots.tail))
        keys = (term_of[self.slots.codes[places]] << np.uint64(32)) | places.astype(np.uint64)
        keys.sort()
        made = np.empty(len(of_tail), np.uint32)
        docs = np.repeat(postings.docs, postings.frequencies)[~of_tail]
        made[~of_tail] = (keys & np.uint64(0xFFFF_FFFF)) - self.slots.bases[docs]
        made[of_tail] = self._tail_positions
        return made

    def with_slots(self) -> Slots:
        """The slots.

        Raises:
            ValueError: the field has none.
        """
        if self.slots is None:
            raise ValueError("The field has no slots.")
        return self.slots
