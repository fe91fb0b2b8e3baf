"""Frequent phrases: runs of one to three capitalised words of titles, leads and headings, counted by articles.

German capitalises nouns and names, so such runs are what people search for: *Klimaschutz*, *Europäische Union*,
*Anna Öztürk*; a few function words may join two (*Frankfurt am Main*). The table of counts is bounded: when it
is full, the rarest are dropped, and counted anew should they come again (lossy counting: Manku and Motwani 2002). So
counts are exact until then, and from then on too low by no more than the counts that were dropped.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.german.function_words import FUNCTION_WORDS
from service.german.words import fold

LONGEST = 3
"""Words of a phrase."""
_LEAST = 2
"""Articles that a phrase must stand in."""
_SHARE = 10
"""One in so many of them must have it by itself, and one must have it elsewhere than at the start of a sentence."""
_TABLE = 500_000
"""Runs that are counted at once, in 110 MB."""
_JOINTS = frozenset("am an auf bei der des für im in und vom von zu zum zur".split())
"""Function words that stand inside of names."""
_CACHED_PIECES = 100_000
_ALONE, _INNER = 1, 2
_PUNCTUATION = ".,;:!?…\"'„“”‚‘’»«›‹()[]–—-‐‑/*+&"
_HYPHENS = "-‐‑"
_QUOTES = "\"'„“”‚‘’»«›‹"
_SENTENCE_END = re.compile("[.!?:…]")
_CAPITALISED = re.compile(r"[^\W_]+(?:[-‐‑'’.&][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two blanks. A run neither reaches over what `opens` nor over what `closes`."""

    word: str
    is_capitalised: bool
    joins: bool
    opens: bool
    closes: bool
    begins_sentence: bool
    ends_sentence: bool


@dataclass(slots=True)
class Use:
    """How often a phrase is used: articles with it, those with it by itself, those with it inside a sentence."""

    articles: int = 0
    alone: int = 0
    inner: int = 0
    newest: int = 0

    @property
    def is_inside_sentences(self) -> bool:
        """Whether it is capitalised for more reasons than that a sentence begins with it."""
        return self.inner * _SHARE >= self.articles


class PhraseCounts:
    """Counts phrases, article by article; the order of the articles matters once the table has been full."""

    def __init__(self, most: int = _TABLE) -> None:
        self._most = most
        self._uses: dict[str, Use] = {}

    def add(self, lines: Iterable[str], moment: int) -> None:
        """Count the phrases in the lines of an article, each once."""
        found: dict[str, int] = {}
        for line in lines:
            for phrase, how in _phrases(line):
                found[phrase] = found.get(phrase, 0) | how
        for phrase, how in found.items():
            use = self._uses.get(phrase)
            if use is None:
                use = self._uses[phrase] = Use(newest=moment)
            use.articles += 1
            use.alone += how & _ALONE
            use.inner += how >> 1
            use.newest = max(use.newest, moment)
        if len(self._uses) > self._most:
            self._drop_rarest()

    def best(self, most: int) -> list[tuple[str, Use]]:
        """The most used phrases that stand by themselves often enough, at most so many."""
        kept = [(text, use) for text, use in self._uses.items() if self._is_phrase(text, use)]
        return sorted(kept, key=lambda row: (-row[1].articles, -row[1].newest, row[0]))[:most]

    def _is_phrase(self, text: str, use: Use) -> bool:
        if use.articles < _LEAST or use.alone * _SHARE < use.articles:
            return False
        if use.is_inside_sentences:
            return True
        first, _, rest = text.partition(" ")
        begun = self._uses.get(first) if rest else None
        return begun is not None and begun.is_inside_sentences

    def _drop_rarest(self) -> None:
        rarest = 0
        while len(self._uses) > self._most // 2:
            rarest += 1
            self._uses = {text: use for text, use in self._uses.items() if use.articles > rarest}


def _phrases(line: str) -> Iterator[tuple[str, int]]:
    """The phrases of a line, and how each stands in it: by itself, inside of a sentence."""
    for run, is_initial, joined in _runs(line):
        size = len(run)
        for start in range(size):
            how = 0 if start == 0 and is_initial else _INNER
            for stop in range(start + 1, min(start + LONGEST, size) + 1):
                yield " ".join(run[start:stop]), how | (size == stop - start)
        if joined:
            yield joined


def _runs(line: str) -> Iterator[tuple[list[str], bool, tuple[str, int] | None]]:
    """Each run of capitalised words, whether a sentence begins with it, and what a function word joins it to."""
    run: list[str] = []
    is_initial = False
    joint: tuple[list[str], bool, str] | None = None  # the run before, and the function word between
    begins = True
    for piece in [*map(_piece, unicodedata.normalize("NFC", line).split()), _END]:
        if run and (piece.opens or not piece.is_capitalised):
            yield run, is_initial, _joined(joint, run)
            joint = (run, is_initial, piece.word) if piece.joins else None
            run = []
        elif not piece.is_capitalised or piece.opens:
            joint = None
        if piece.is_capitalised:
            if not run:
                is_initial = begins or piece.begins_sentence
            run.append(piece.word)
            if piece.closes:
                yield run, is_initial, _joined(joint, run)
                run, joint = [], None
        begins = piece.ends_sentence


def _joined(joint: tuple[list[str], bool, str] | None, run: Sequence[str]) -> tuple[str, int] | None:
    """*Frankfurt am Main*: the last word of a run, a function word, and the first of the next."""
    if joint is None:
        return None
    before, is_initial, word = joint
    how = _ALONE if len(before) == len(run) == 1 else 0
    return f"{before[-1]} {word} {run[0]}", how | (0 if is_initial and len(before) == 1 else _INNER)


@lru_cache(maxsize=_CACHED_PIECES)
def _piece(piece: str) -> _Piece:
    word = piece.strip(_PUNCTUATION)
    at = piece.find(word) if word else len(piece)
    before, after = piece[:at], piece[at + len(word) :]
    is_capitalised = (
        len(word) > 1
        and word[0].isupper()
        and fold(word) not in FUNCTION_WORDS
        and not before.endswith(tuple(_HYPHENS))
        and not after.startswith(tuple(_HYPHENS))
        and _CAPITALISED.fullmatch(word) is not None
    )
    return _Piece(
        word,
        is_capitalised,
        joins=piece in _JOINTS,
        opens=bool(before),
        closes=bool(after),
        begins_sentence=any(char in _QUOTES for char in before),
        ends_sentence=_SENTENCE_END.search(after if word else piece) is not None,
    )


_END = _Piece("", is_capitalised=False, joins=False, opens=True, closes=True, begins_sentence=False, ends_sentence=True)
