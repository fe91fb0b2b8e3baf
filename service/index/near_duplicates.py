"""Which of many texts are versions of one, by their signatures (`minhash`).

Texts that agree in two neighbouring slots are candidates (locality-sensitive hashing: Indyk and Motwani 1998); of those
that agree in the same two, each is compared with the next one. So no text is compared more often than there are slots,
and time is linear. Two are versions of one if three tenths or more of the shorter one are in the longer one, as far as
signatures tell. Versions of versions are versions too, as long as most of a story are versions of most of it: else a
roundup of the day would make one story of all that it is made of.

What stands in many texts says nothing of them: a run that is the first in some order of more than `MOST_VERSIONS` texts
is boilerplate, and what it gives a signature is taken away. So a notice that is in the archive more often, word for
word, is no story at all, and each of these articles stands for itself.
"""

import numpy as np

from service.index.arrays.flatfile import Array
from service.index.minhash import EMPTY, SLOTS

MOST_VERSIONS = 64
"""Texts of one story. Versions that would make it larger are left to themselves."""
LEAST_CONTAINMENT = 0.3
"""How much of the shorter text must be in the longer one, boilerplate aside."""
LEAST_RESEMBLANCE = 0.1
"""Below, containment is a guess."""
_LEAST_SLOTS = 32
"""With fewer that both texts have, nothing is said."""
_ASKED = 5
"""Texts of a story that speak for it, its first ones."""
_VALUES = 1 << 16
_BY_CHANCE = 2.0
"""So many times as many texts as share a number by chance are no sign of boilerplate yet."""
_CHUNK = 1 << 13


def stories(signatures: Array, sizes: Array) -> Array:
    """For each text the index of the first text of its story, which is its own if it is alone.

    Args:
        signatures: a row of `SLOTS` numbers for each text, uint16, all EMPTY where it is not to be compared; what is
            boilerplate is emptied in place.
        sizes: the number of runs of each text.
    """
    if not len(signatures):
        return np.zeros(0, np.int64)
    _empty_boilerplate(signatures)
    texts = _Texts(signatures, _without_boilerplate(signatures, sizes))
    sets = _Sets(texts)
    for slot in range(SLOTS):
        one, other = _candidates(signatures, slot)
        is_new = sets.first[one] != sets.first[other]
        one, other = one[is_new], other[is_new]
        alike = texts.are_alike(one, other)
        for pair in zip(one[alike].tolist(), other[alike].tolist(), strict=True):
            sets.join(*pair)
    return sets.first


class _Texts:
    """Signatures, and how large the texts are."""

    def __init__(self, signatures: Array, sizes: Array) -> None:
        self._signatures = signatures
        self._sizes = sizes

    def are_alike(self, one: Array, other: Array) -> Array:
        """Which pairs of texts are versions of one, as a mask."""
        starts = range(0, len(one), _CHUNK)
        parts = [self._are_alike(one[start : start + _CHUNK], other[start : start + _CHUNK]) for start in starts]
        return np.concatenate([np.zeros(0, bool), *parts])

    def __len__(self) -> int:
        """How many texts."""
        return len(self._sizes)

    def _are_alike(self, one: Array, other: Array) -> Array:
        ours, theirs = self._signatures[one], self._signatures[other]
        filled = (ours != EMPTY) & (theirs != EMPTY)
        compared = np.count_nonzero(filled, axis=1)
        alike = np.count_nonzero((ours == theirs) & filled, axis=1) / np.maximum(compared, 1)
        one_size, other_size = self._sizes[one], self._sizes[other]
        shared = alike / (1 + alike) * (one_size + other_size)
        is_contained = shared >= LEAST_CONTAINMENT * np.minimum(one_size, other_size)
        return np.asarray((compared >= _LEAST_SLOTS) & (alike >= LEAST_RESEMBLANCE) & is_contained)


class _Sets:
    """Sets of texts, at first one for each. `first` has for each text the first one of its set."""

    def __init__(self, texts: _Texts) -> None:
        self._texts = texts
        self.first = np.arange(len(texts))
        self._members: dict[int, list[int]] = {}
        self._apart: set[tuple[int, int, int, int]] = set()

    def join(self, one: int, other: int) -> None:
        """Make one set of those of two texts that are versions of one, if the sets are and it is not too large."""
        low, high = sorted((int(self.first[one]), int(self.first[other])))
        ours, theirs = self._members.get(low, [low]), self._members.get(high, [high])
        tried = low, high, len(ours), len(theirs)
        if low == high or len(ours) + len(theirs) > MOST_VERSIONS or tried in self._apart:
            return
        if self._are_alike(ours[:_ASKED], theirs[:_ASKED]):
            self._members.pop(high, None)
            self._members[low] = ours + theirs
            self.first[theirs] = low
        else:
            self._apart.add(tried)

    def _are_alike(self, ours: list[int], theirs: list[int]) -> bool:
        """Whether more than half of the pairs across two sets are versions of one text."""
        if len(ours) == len(theirs) == 1:
            return True
        alike = self._texts.are_alike(np.repeat(ours, len(theirs)), np.tile(theirs, len(ours)))
        return int(np.count_nonzero(alike)) * 2 > len(alike)


def _empty_boilerplate(signatures: Array) -> None:
    most = MOST_VERSIONS + _BY_CHANCE * len(signatures) / _VALUES
    for slot in range(SLOTS):
        column = signatures[:, slot]
        is_frequent = np.bincount(column, minlength=_VALUES) > most
        column[is_frequent.take(column)] = EMPTY


def _without_boilerplate(signatures: Array, sizes: Array) -> Array:
    """About how many runs of each text are no boilerplate."""
    filled = [
        np.count_nonzero(signatures[start : start + _CHUNK], axis=1) for start in range(0, len(signatures), _CHUNK)
    ]
    return sizes * (np.concatenate(filled) / np.float32(SLOTS))


def _candidates(signatures: Array, slot: int) -> tuple[Array, Array]:
    """Pairs of texts that agree in a slot and the one behind it, of more than two texts each with the next."""
    one, other = signatures[:, slot], signatures[:, (slot + 1) % SLOTS]
    texts = np.flatnonzero((one != EMPTY) & (other != EMPTY)).astype(np.uint64)
    at = texts.astype(np.intp)
    keys = (one[at].astype(np.uint64) << np.uint64(16) | other[at]) << np.uint64(32)
    ordered = np.sort(keys | texts)
    keys, texts = ordered >> np.uint64(32), (ordered & np.uint64(0xFFFF_FFFF)).astype(np.intp)
    agree = keys[1:] == keys[:-1]
    return texts[:-1][agree], texts[1:][agree]
