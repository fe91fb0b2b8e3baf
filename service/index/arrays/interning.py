"""Numbering the pieces of texts by arrays: what a dictionary of strings does, some twenty times as fast.

A piece is what stands between two ASCII blanks; characters that separate, such as the end of a line, can be pieces of
their own. Texts are worked on as UTF-8, many at once: blanks are found by comparing bytes, and each piece is hashed
eight bytes at a time, all pieces together. A table of hashes gives the numbers of those that are known.

Two pieces are taken for one if their 64-bit hashes are equal: with a million different pieces the chance of that is one
in forty million. The hash begins with a random number, so that nobody can make a text in which it happens.
"""

import secrets
from collections.abc import Iterable, Sequence

import numpy as np

from service.index.arrays.flatfile import Array
from service.index.arrays.postings import offsets

_BLANK = 0x20
_LANE = 8
_FACTOR = np.uint64(0x9E37_79B9_7F4A_7C15)
_HALF = np.uint64(32)
_LANE_MASKS: Array = np.array([(1 << (8 * size)) - 1 for size in range(_LANE + 1)], np.uint64)
_LEAST_TABLE = 1 << 12
_LOAD = 4
"""The table has at least so many places for each piece."""


class Pieces:
    """The pieces of texts, numbered in the order in which they are first seen."""

    def __init__(self, separators: Iterable[str] = ()) -> None:
        self._class_of = np.ones(256, np.uint8)
        self._class_of[: _BLANK + 1] = 0
        self._separators = np.array([ord(separator) for separator in separators], np.uint8)
        self._class_of[self._separators] = 2
        self._seed = np.uint64(secrets.randbits(64))
        self._pieces: list[str] = []
        self._hashes = np.zeros(0, np.uint64)
        self._table_hashes = np.zeros(_LEAST_TABLE, np.uint64)
        self._table_numbers = np.zeros(_LEAST_TABLE, np.uint32)

    @property
    def pieces(self) -> Sequence[str]:
        """All pieces by their numbers."""
        return self._pieces

    def add(self, texts: Sequence[str]) -> tuple[Array, Array]:
        """The numbers of the pieces of some texts one after another, and how many each text has."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = offsets(np.fromiter(map(len, encoded), np.int64, len(encoded)) + 1)
        # Blanks behind the end, so that the last piece ends and whole lanes can be read.
        raw = np.frombuffer(b" ".join(encoded) + b" " * (3 * _LANE), np.uint8)
        raw = raw[: len(raw) // _LANE * _LANE]
        starts, sizes = self._cut(raw)
        hashes = self._hash(raw, starts, sizes)
        numbers = self._look_up(hashes)
        unknown = np.flatnonzero(numbers == 0)
        if len(unknown):
            distinct, first = np.unique(hashes[unknown], return_index=True)
            # Numbered as they come in the texts, not as their hashes sort, which differ from run to run.
            order = np.argsort(first, kind="stable")
            seen = unknown[first[order]]
            data = raw.tobytes()
            for start, size in zip(starts[seen].tolist(), sizes[seen].tolist(), strict=True):
                self._pieces.append(data[start : start + size].decode("utf-8", "surrogatepass"))
            self._insert(distinct[order])
            numbers[unknown] = self._look_up(hashes[unknown])
        return numbers - np.uint32(1), np.diff(np.searchsorted(starts, ends))

    def _cut(self, raw: Array) -> tuple[Array, Array]:
        """Where pieces begin, and how long they are."""
        classes = self._class_of.take(raw) if len(self._separators) else (raw > _BLANK).view(np.uint8)
        before = np.zeros_like(classes)
        before[1:] = classes[:-1]
        begins = ((classes != before) | (classes == 2)) & (classes > 0)  # noqa: PLR2004 - the class of separators
        ends = ((classes != before) | (before == 2)) & (before > 0)  # noqa: PLR2004
        starts = begins.nonzero()[0]
        return starts, ends.nonzero()[0] - starts

    def _hash(self, raw: Array, starts: Array, sizes: Array) -> Array:
        words = raw.view(np.uint64)
        hashes = self._seed ^ (sizes.astype(np.uint64) * _FACTOR)
        active, at, left = np.arange(len(starts)), starts, sizes
        while len(active):
            lanes = _lanes(words, at) & _LANE_MASKS.take(np.minimum(left, _LANE))
            mixed: Array = (hashes.take(active) ^ lanes) * _FACTOR
            hashes[active] = mixed ^ (mixed >> _HALF)
            going_on = (left > _LANE).nonzero()[0]
            active, at, left = active.take(going_on), at.take(going_on) + _LANE, left.take(going_on) - _LANE
        return np.asarray(np.maximum(hashes * _FACTOR, np.uint64(1)))  # 0 is an empty place of the table

    def _look_up(self, hashes: Array) -> Array:
        """One more than the number of each piece, 0 for those that are not known."""
        size = np.uint64(len(self._table_hashes) - 1)
        numbers = np.zeros(len(hashes), np.uint32)
        open_, places = np.arange(len(hashes)), (hashes >> _HALF) & size
        while len(open_):
            stands = self._table_hashes.take(places.astype(np.intp))
            hit = (stands == hashes.take(open_)).nonzero()[0]
            numbers[open_.take(hit)] = self._table_numbers.take(places.take(hit).astype(np.intp))
            other = ((stands != hashes.take(open_)) & (stands != 0)).nonzero()[0]
            open_, places = open_.take(other), (places.take(other) + np.uint64(1)) & size
        return numbers

    def _insert(self, hashes: Array) -> None:
        """Give the next numbers to pieces that are not known."""
        self._hashes = np.concatenate((self._hashes, hashes))
        if len(self._hashes) * _LOAD > len(self._table_hashes):
            size = 1 << (len(self._hashes) * 2 * _LOAD).bit_length()
            self._table_hashes, self._table_numbers = np.zeros(size, np.uint64), np.zeros(size, np.uint32)
            self._place(self._hashes, 0)
        else:
            self._place(hashes, len(self._hashes) - len(hashes))

    def _place(self, hashes: Array, first: int) -> None:
        size = np.uint64(len(self._table_hashes) - 1)
        numbers = np.arange(first + 1, first + 1 + len(hashes), dtype=np.uint32)
        places = (hashes >> _HALF) & size
        while len(hashes):
            slots = places.astype(np.intp)
            free = (self._table_hashes.take(slots) == 0).nonzero()[0]
            self._table_hashes[slots.take(free)] = hashes.take(free)
            # Of several that wanted one place, one has got it.
            placed = self._table_hashes.take(slots) == hashes
            self._table_numbers[slots[placed]] = numbers[placed]
            left = (~placed).nonzero()[0]
            hashes, numbers = hashes.take(left), numbers.take(left)
            places = (places.take(left) + np.uint64(1)) & size


def _lanes(words: Array, at: Array) -> Array:
    """The eight bytes from each of some places on; a word of eight bytes may begin anywhere."""
    word, shift = at >> 3, ((at & 7) << 3).astype(np.uint64)
    following = words.take(word + 1) << (np.uint64(63) - shift) << np.uint64(1)
    return np.asarray((words.take(word) >> shift) | following)
