"""All terms of a field at once: which of them match a pattern, or lie within an edit distance. No loop over terms."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from service.index.arrays.fielddata import TermDictionary
from service.index.arrays.flatfile import Array
from service.index.arrays.postings import gather

_Test = Callable[[Array], Array]
_CLASS = re.compile(r"\[(?P<not>!?)(?P<inside>\]?[^\]]*)\]")


@dataclass(frozen=True)
class Characters:
    """The characters of some terms one after another; a term's are `codes[starts[i]:ends[i]]`."""

    codes: Array
    starts: Array
    ends: Array

    @classmethod
    def of(cls, terms: TermDictionary, first: int, last: int) -> "Characters":
        """The characters of the terms from one number up to another."""
        text = terms.raw_between(first, last).decode("utf-8", "replace")
        sizes = terms.characters(np.arange(first, last))
        ends = np.cumsum(sizes)
        return cls(np.frombuffer(text.encode("utf-32-le"), np.uint32), ends - sizes, ends)


def matching(pattern: str, terms: TermDictionary, first: int, last: int) -> Array:
    """The terms of a range that match a pattern of `*`, `?`, `[abc]` and `[!a-c]`, as `fnmatch` reads it."""
    pieces = _pieces(pattern)
    text = Characters.of(terms, first, last)
    sizes = text.ends - text.starts
    if len(pieces) == 1:
        fits = np.flatnonzero(sizes == len(pieces[0]))
        kept = fits[_stands_at(pieces[0], text.codes, text.starts[fits])]
        return kept + first
    least = sum(map(len, pieces))
    kept = np.flatnonzero(sizes >= least)
    kept = kept[_stands_at(pieces[0], text.codes, text.starts[kept])]
    kept = kept[_stands_at(pieces[-1], text.codes, text.ends[kept] - len(pieces[-1]))]
    at, end = text.starts[kept] + len(pieces[0]), text.ends[kept] - len(pieces[-1])
    for piece in pieces[1:-1]:
        # The leftmost place is as good as any other: it leaves the most room for what follows.
        places = np.flatnonzero(_everywhere(piece, text.codes))
        found = np.append(places, len(text.codes))[np.searchsorted(places, at)] + len(piece)
        inside = found <= end
        kept, at, end = kept[inside], found[inside], end[inside]
    return kept + first


def _pieces(pattern: str) -> list[list[_Test]]:
    """What stands between the stars: one test for each character."""
    pieces: list[list[_Test]] = [[]]
    at = 0
    while at < len(pattern):
        found = _CLASS.match(pattern, at)
        if pattern[at] == "*":
            pieces.append([])
        elif pattern[at] == "?":
            pieces[-1].append(partial(np.ones_like, dtype=bool))
        elif found is not None:
            pieces[-1].append(_class_test(found["inside"], is_negated=bool(found["not"])))
            at = found.end() - 1
        else:
            pieces[-1].append(partial(np.equal, np.uint32(ord(pattern[at]))))
        at += 1
    # Stars side by side are one.
    return [piece for number, piece in enumerate(pieces) if piece or number in {0, len(pieces) - 1}]


def _class_test(inside: str, *, is_negated: bool) -> _Test:
    expression = re.compile(r"(.)-(.)|(.)", re.DOTALL)
    ranges = [(found[1] or found[3], found[2] or found[3]) for found in expression.finditer(inside)]

    def test(codes: Array) -> Array:
        has = np.zeros(len(codes), bool)
        for low, high in ranges:
            has |= (codes >= ord(low)) & (codes <= ord(high))
        return ~has if is_negated else has

    return test


def _stands_at(piece: Sequence[_Test], codes: Array, places: Array) -> Array:
    """Whether a piece stands at each of some places, all of which have room for it."""
    has = np.ones(len(places), bool)
    for offset, test in enumerate(piece):
        has &= test(codes.take(places + offset, mode="clip"))
    return has


def _everywhere(piece: Sequence[_Test], codes: Array) -> Array:
    """Whether a piece begins at each place."""
    room = max(0, len(codes) - len(piece) + 1)
    has = np.ones(room, bool)
    for offset, test in enumerate(piece):
        has &= test(codes[offset : offset + room])
    return has


def within(word: str, most: int, terms: TermDictionary, first: int, last: int) -> tuple[Array, Array]:
    """The terms of a range within a Levenshtein distance, and how far each is.

    The table of the distance is filled for all terms at once, a diagonal band of it, as cells further from the diagonal
    than the distance cannot lead to a result (Ukkonen 1985).
    """
    text = Characters.of(terms, first, last)
    sizes = text.ends - text.starts
    kept = np.flatnonzero(abs(sizes - len(word)) <= most)
    longest = len(word) + most
    letters = np.zeros((longest, len(kept)), np.uint32)
    owner = np.repeat(np.arange(len(kept)), sizes[kept])
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(sizes[kept]) - sizes[kept], sizes[kept])
    letters[offset, owner] = text.codes[gather(text.starts[kept], sizes[kept])]
    far = np.uint8(most + 1)
    # row[j]: the distance of the first j letters of the word to the letters of the term so far.
    row = [np.full(len(kept), min(j, far), np.uint8) for j in range(len(word) + 1)]
    distances = row[len(word)].copy()
    for size in range(1, longest + 1):
        row = _next_row(row, word, letters[size - 1], size, far)
        distances = np.where(sizes[kept] == size, row[len(word)], distances)
    close = distances <= most
    return kept[close] + first, distances[close]


def _next_row(row: list[Array], word: str, letters: Array, size: int, far: np.uint8) -> list[Array]:
    beyond = np.full(len(letters), far, np.uint8)
    following = [np.full(len(letters), min(size, far), np.uint8)]
    for j, letter in enumerate(word, start=1):
        if abs(j - size) > far:
            following.append(beyond)
            continue
        best = row[j - 1] + (letters != ord(letter))
        np.minimum(best, row[j] + np.uint8(1), out=best)
        np.minimum(best, following[j - 1] + np.uint8(1), out=best)
        following.append(np.minimum(best, far))
    return following
