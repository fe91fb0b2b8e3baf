"""Completions of what has been typed, from the file that `suggestions` writes. Threads share it."""

import string
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from service.index.arrays.flatfile import Array, FlatFile
from service.index.folding import typed_words
from service.index.suggestions import KINDS, WORD_BYTES, cut

_AFTER = b"\xff"
"""Greater than every byte of UTF-8."""
_SHORTEST_WITH_TYPO = 4
_ENOUGH = 64
"""So many of the smallest are looked at first; an entry can be among them twice."""
_NONE: Array = np.zeros(0, np.uint32)


@dataclass(frozen=True)
class Completion:
    """An entry: what is shown, its kind, how many articles it stands for, and its slug or the id of its article."""

    text: str
    kind: str
    count: int
    target: str


class Completions:
    """The suggestions of a generation.

    Raises:
        IndexDamagedError: the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._file = file = FlatFile(path)
        self._by_key, self._first = file["by_key"], file["first"]
        self._kinds, self._counts = file["kind"], file["count"]
        self._words = file["word"].view(f"S{WORD_BYTES}")
        self._postings, self._posting_ends = file["posting"], file["posting_ends"]
        # Views of single items are several times as fast as arrays.
        self._views = {name: (file[name].data, file[f"{name}_ends"].data) for name in ("text", "target", "key")}

    def verify(self) -> None:
        """Compare the file with its checksums.

        Raises:
            IndexDamagedError: it differs.
        """
        self._file.verify()

    def sizes(self) -> dict[str, int]:
        """Bytes of each array of the file."""
        return self._file.sizes()

    def complete(self, q: str, limit: int) -> list[Completion]:
        """The best completions of what has been typed; without any word, what is offered before.

        The last word is the beginning of one, those before it are whole. Texts that begin so come first, then those
        with all the words in any order, then those where one edit of the last word makes it a beginning.
        """
        words = typed_words(q)
        if not words:
            return [self._completion(number) for number in self._first[:limit].tolist()]
        found = _smallest(self._beginning_with(" ".join(words).encode()), limit)
        if len(found) < limit:
            beside = self._having(words[:-1])
            for entries in self._looser(words[-1]):
                kept = entries if beside is None else entries[beside[entries]]
                # Those that are found already can be among the best of these.
                best = _smallest(kept, limit + len(found))
                found += [number for number in best if number not in found][: limit - len(found)]
                if len(found) == limit:
                    break
        return [self._completion(number) for number in found]

    def _beginning_with(self, key: bytes) -> Array:
        """Entries whose text begins so."""
        keys = range(len(self._by_key))
        low = bisect_left(keys, key, key=self._key)
        return self._by_key[low : bisect_left(keys, key + _AFTER, low, key=self._key)]

    def _key(self, place: int) -> bytes:
        return self._bytes("key", place)

    def _having(self, words: Sequence[str]) -> Array | None:
        """For each entry whether it has all these words; None if there are none."""
        mask: Array | None = None
        for word in words:
            it = np.zeros(len(self._kinds), np.bool_)
            place = int(np.searchsorted(self._words, _keys([cut(word)]))[0])
            if place < len(self._words) and self._words[place] == cut(word):
                it[self._entries_of(place, place + 1)] = True
            mask = it if mask is None else mask & it
        return mask

    def _looser(self, word: str) -> Iterator[Array]:
        """Entries with a word that begins so, then those with one that would but for an edit; some come twice."""
        beginning = cut(word)
        yield self._entries_of(*np.searchsorted(self._words, _keys([beginning, beginning + _AFTER])).tolist())
        beginnings = [it.encode() for it in _one_edit(word)]
        if beginnings:
            lows = np.searchsorted(self._words, _keys(beginnings))
            highs = np.searchsorted(self._words, _keys([it + _AFTER for it in beginnings]))
            yield np.concatenate([_NONE, *(self._entries_of(*span) for span in _united(lows, highs))])

    def _entries_of(self, low: int, high: int) -> Array:
        """Entries with one of these words."""
        ends = self._posting_ends
        return self._postings[int(ends[low - 1]) if low else 0 : int(ends[high - 1]) if high else 0]

    def _completion(self, number: int) -> Completion:
        return Completion(
            self._bytes("text", number).decode(),
            KINDS[self._kinds[number]],
            int(self._counts[number]),
            self._bytes("target", number).decode(),
        )

    def _bytes(self, name: str, number: int) -> bytes:
        raw, ends = self._views[name]
        return bytes(raw[ends[number - 1] if number else 0 : ends[number]])


def _keys(words: Sequence[bytes]) -> Array:
    return np.array(words, f"S{WORD_BYTES}")


def _smallest(numbers: Array, most: int) -> list[int]:
    """The smallest of some numbers, each once, ascending."""
    size = max(_ENOUGH, 2 * most)
    while size < len(numbers):
        distinct = np.unique(np.partition(numbers, size)[:size])
        if len(distinct) >= most:
            return list(distinct[:most].tolist())
        size *= 4
    return list(np.unique(numbers)[:most].tolist())


def _united(lows: Array, highs: Array) -> Iterator[tuple[int, int]]:
    """The ranges that are not empty, without those that lie in others: beginnings are nested or apart."""
    filled = np.flatnonzero(lows < highs)
    done = 0
    for low, high in sorted(zip(lows[filled].tolist(), highs[filled].tolist(), strict=True), key=_outer_first):
        if high > done:
            yield low, high
            done = high


def _outer_first(span: tuple[int, int]) -> tuple[int, int]:
    return span[0], -span[1]


def _one_edit(word: str) -> set[str]:
    """What a beginning can be meant for: a letter less or more, another one, two neighbours swapped.

    The first letter stays, as people get it right, and else *deic* would be completed to *reich*. So do digits.
    """
    if len(word) < _SHORTEST_WITH_TYPO or len(word.encode()) >= WORD_BYTES - 1:
        return set()
    found: set[str] = set()
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        found.update(before + letter + after for letter in string.ascii_lowercase)
        if after[:1].isalpha():
            found.add(before + after[1:])
            found.update(before + letter + after[1:] for letter in string.ascii_lowercase)
            if after[1:2].isalpha():
                found.add(before + after[1] + after[0] + after[2:])
    return found - {word}
