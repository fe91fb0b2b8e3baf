"""Frequent phrases: runs of one to three capitalised words of titles, leads and headings, counted by articles.

German capitalises nouns and names, so such runs are what people search for: *Klimaschutz*, *Europäische Union*,
*Anna Öztürk*; a few function words may join two words (*Frankfurt am Main*). The table of counts is bounded: when it is
full, the rarest are dropped, and counted anew should they come again (lossy counting: Manku and Motwani 2002). So
counts are exact until then, and from then on too low by no more than the counts that were dropped.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from service.german.function_words import FUNCTION_WORDS
from service.index.arrays.flatfile import Array

LONGEST = 3
"""Words of a phrase."""
_LEAST = 2
"""Articles that a phrase must stand in."""
_SHARE = 10
"""One in so many of them must have it by itself, and one must have it elsewhere than at the start of a sentence."""
_TABLE = 500_000
"""Runs that are counted at once, in 110 MB."""
_BATCH = 100_000
"""Occurrences that are added up at once: a dictionary of numbers is all that is touched before."""
_ALONE, _INNER = 1, 2

_JOINTS = frozenset(
    f" {word} "
    for word in ("am", "an", "auf", "bei", "der", "des", "für", "im", "in", "und", "vom", "von", "zu", "zum", "zur")
)
"""Function words that stand inside of names, as they stand between two words."""
_CAPITALISED_FUNCTION_WORDS = frozenset(it for word in FUNCTION_WORDS for it in (word.capitalize(), word.upper()))
_LAST_CAPITAL = 0x052F
"""Behind the Latin, Greek and Cyrillic letters."""
_CAPITALS = "".join(chr(code) for code in range(_LAST_CAPITAL + 1) if chr(code).isupper())
_REST = r"(?:[-‐‑&'’]?[^\W_])+(?![-‐‑\w])"
_RUN = re.compile(rf"[{_CAPITALS}](?<![-‐‑&@.\w].){_REST}(?: [{_CAPITALS}]{_REST})*")
"""A word with a hyphen at its end, as in *Ein- und Ausfuhr*, lacks a part. Searching goes from capital to capital."""
_QUOTES = frozenset("\"'„“”‚‘’»«›‹")
_CLOSING = _QUOTES | frozenset(")]")
_SENTENCE_ENDS = frozenset(".!?:…–—•")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, how many articles have it, and the moment of the newest."""

    text: str
    articles: int
    newest: int


class PhraseCounts:
    """Counts phrases, article by article; the order of the articles matters once the table has been full."""

    def __init__(self, most: int = _TABLE) -> None:
        self._most = most
        self._numbers: dict[str, int] = {}
        self._articles: Array = np.zeros(0, np.uint32)
        self._alone, self._inner = self._articles, self._articles
        self._newest: Array = np.zeros(0, np.int64)
        self._forget_batch()

    def add(self, lines: Iterable[str], moment: int) -> None:
        """Count the phrases in the lines of an article, each once."""
        found: dict[str, int] = {}
        for line in lines:
            for phrase, how in _phrases(line if line.isascii() else unicodedata.normalize("NFC", line)):
                found[phrase] = found.get(phrase, 0) | how
        numbers = self._numbers
        self._seen.extend([numbers.setdefault(phrase, len(numbers)) for phrase in found])
        self._hows.extend(found.values())
        self._sizes.append(len(found))
        self._moments.append(moment)
        if len(self._seen) >= _BATCH or len(numbers) > self._most:
            self._add_up()
            if len(numbers) > self._most:
                self._drop_rarest()

    def best(self, most: int) -> list[Phrase]:
        """The most used phrases that stand by themselves often enough, at most so many."""
        self._add_up()
        inside = self._inner * _SHARE >= self._articles
        frequent = (self._articles >= _LEAST) & (self._alone * _SHARE >= self._articles)
        found = [
            Phrase(text, int(self._articles[number]), int(self._newest[number]))
            for text, number in self._numbers.items()
            if frequent[number] and (inside[number] or self._begins_inside(text, inside))
        ]
        return sorted(found, key=lambda it: (-it.articles, -it.newest, it.text))[:most]

    def _begins_inside(self, text: str, inside: Array) -> bool:
        """Whether a phrase that only begins sentences begins with a word that is capitalised elsewhere too."""
        first, _, rest = text.partition(" ")
        number = self._numbers.get(first) if rest else None
        return number is not None and bool(inside[number])

    def _add_up(self) -> None:
        size = len(self._numbers)
        seen, hows = np.asarray(self._seen), np.frombuffer(self._hows, np.uint8)
        more = size - len(self._articles)
        self._articles = _longer(self._articles, more) + _counts(seen, size)
        self._alone = _longer(self._alone, more) + _counts(seen[hows & _ALONE > 0], size)
        self._inner = _longer(self._inner, more) + _counts(seen[hows & _INNER > 0], size)
        self._newest = np.concatenate([self._newest, np.full(more, np.iinfo(np.int64).min)])
        np.maximum.at(self._newest, seen, np.repeat(np.asarray(self._moments), np.asarray(self._sizes)))
        self._forget_batch()

    def _forget_batch(self) -> None:
        self._seen, self._sizes, self._moments = array("I"), array("I"), array("q")
        self._hows = bytearray()

    def _drop_rarest(self) -> None:
        """Halve the table."""
        counts = np.sort(self._articles)[::-1]
        kept = self._articles > counts[self._most // 2]
        self._articles, self._newest = self._articles[kept], self._newest[kept]
        self._alone, self._inner = self._alone[kept], self._inner[kept]
        texts = [text for text, number in self._numbers.items() if kept[number]]
        self._numbers = {text: number for number, text in enumerate(texts)}


def _longer(counts: Array, more: int) -> Array:
    return np.concatenate([counts, np.zeros(more, np.uint32)])


def _counts(numbers: Array, size: int) -> Array:
    return np.bincount(numbers, minlength=size).astype(np.uint32)


def _phrases(line: str) -> Iterator[tuple[str, int]]:
    """The phrases of a line, and how each stands in it: by itself, inside of a sentence."""
    before: list[str] = []
    inner = end = 0
    for found in _RUN.finditer(line):
        start = found.start()
        joint = line[end:start] if before else ""
        last, last_inner = before, inner
        inner = 0 if _begins_sentence(line, start) else _INNER
        before = [found[0]] if " " not in found[0] else found[0].split(" ")
        end = found.end()
        if len(before) > 1:
            for run, how in _segments(before, inner):
                yield from _parts_of(run, how)
        elif found[0] not in _CAPITALISED_FUNCTION_WORDS:
            yield found[0], inner | _ALONE
        if joint in _JOINTS and not _CAPITALISED_FUNCTION_WORDS & {last[-1], before[0]}:
            alone = _ALONE if len(last) == len(before) == 1 else 0
            yield f"{last[-1]}{joint}{before[0]}", alone | (last_inner if len(last) == 1 else _INNER)


def _segments(words: list[str], inner: int) -> Iterator[tuple[list[str], int]]:
    """The runs that function words cut a run into, and whether each stands inside of the sentence."""
    start = 0
    for at, word in enumerate(words):
        if word in _CAPITALISED_FUNCTION_WORDS:
            if start < at:
                yield words[start:at], inner if start == 0 else _INNER
            start = at + 1
    if start < len(words):
        yield words[start:], inner if start == 0 else _INNER


def _parts_of(run: list[str], inner: int) -> Iterator[tuple[str, int]]:
    """The phrases of a run."""
    size = len(run)
    for start in range(size):
        how = inner if start == 0 else _INNER
        for stop in range(start + 1, min(start + LONGEST, size) + 1):
            yield " ".join(run[start:stop]), how | (size == stop - start)


def _begins_sentence(line: str, start: int) -> bool:
    """Whether a sentence, or what is quoted, begins there."""
    at = start - 1
    if at < 0 or line[at] in _QUOTES:
        return True
    while at >= 0 and line[at] == " ":
        at -= 1
    while at >= 0 and line[at] in _CLOSING:
        at -= 1
    return at < 0 or (line[at] in _SENTENCE_ENDS and at < start - 1)
