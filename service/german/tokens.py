"""Words of a text, with their place in it, their form and their stem."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from service.german.function_words import FUNCTION_WORDS

BLOCK_GAP = 16
"""Positions left free between two lines, so that no phrase reaches from one paragraph into the next."""

_IGNORABLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LETTER = rf"[^\W_][\u0300-\u036f{_IGNORABLE}]*"
WORD = re.compile(rf"\d+(?:[.,]\d+)+|(?:{_LETTER})+(?:['’](?:{_LETTER})+)*|\n")
"""A word, or the end of a line."""
LINE_END = "\n"
_DROPPED = dict.fromkeys(map(ord, _IGNORABLE), None) | {ord("’"): "'"}
_CACHED_FORMS = 200_000
_FUNCTION = "_"
"""Stands behind the stem of a function word, and in no other: Snowball gives `sich` for Sicherheit as well."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word where it stands: `text[start:end]` in code points; `position` counts words, with gaps between lines."""

    form: str
    stem: str
    position: int
    start: int
    end: int


class Chain:
    """Cuts text into tokens and stems them (Snowball German). Safe to share between threads.

    A form is the word in NFC and lower case, without soft hyphens and zero-width characters. Each form is stemmed
    once and remembered. Function words share stems with each other only: `Seite` is no form of `seit`.
    """

    def __init__(self) -> None:
        stemmer = Stemmer.Stemmer("german", 0)
        lock = threading.Lock()

        @lru_cache(maxsize=_CACHED_FORMS)
        def stem(form: str) -> str:
            with lock:  # a Snowball stemmer has one buffer
                found = str(stemmer.stemWord(form))
            return found + _FUNCTION if form in FUNCTION_WORDS else found

        self._stem = stem
        self._stem_of_surface = lru_cache(maxsize=_CACHED_FORMS)(lambda surface: stem(fold(surface)))

    def tokens(self, text: str) -> Iterator[Token]:
        """The tokens of a text, in order."""
        position = -1
        for found in WORD.finditer(text):
            surface = found[0]
            if surface == LINE_END:
                position += BLOCK_GAP
                continue
            position += 1
            form = fold(surface)
            yield Token(form, self._stem(form), position, found.start(), found.end())

    def stems(self, line: str) -> list[str]:
        """The stems of the words of a line, in order."""
        return [self._stem_of_surface(surface) for surface in WORD.findall(line)]


def fold(surface: str) -> str:
    """The form of a word: lower case, NFC, nothing invisible."""
    if surface.isascii():
        return surface.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", surface.translate(_DROPPED)).lower())
