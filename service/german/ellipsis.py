"""Compounds that share a part: *Ein- und Ausfuhr*, *Vor-, Zwischen- und Nachsaison*, *Herstellung und -vertrieb*."""

import re
from collections.abc import Iterator, Sequence

from service.german.compounds import Splitter
from service.german.lexicon import Lexicon

_BLANK = "[ \u00a0]"
_AND = r"(?i:und|oder|bzw\.?|beziehungsweise|sowie|wie|noch|u\.|&)"
_LETTERS = r"[^\W\d_]+"
# At most 16 firsts: a long run of them would be read again from each on.
_LEFT = (
    rf"(?<![\w-])(?P<firsts>{_LETTERS}-(?:,{_BLANK}{_LETTERS}-){{0,15}}+)"
    rf",?{_BLANK}{_AND}{_BLANK}(?P<last>{_LETTERS})(?![\w-])"
)
_RIGHT = rf"(?<![\w-])(?P<whole>{_LETTERS}){_BLANK}{_AND}{_BLANK}-(?P<rest>{_LETTERS})(?![\w-])"
_ELLIPSIS = re.compile(f"{_LEFT}|{_RIGHT}")
_MARKS = ("- ", "-, ", " -")
"""One of these is in every text with such a compound, and in few others."""
_FIRST = re.compile(_LETTERS)
_LEAST_SHARED = 3
"""Letters of the part that is shared."""


def glue(text: str) -> str:
    """The text with hard blanks inside such compounds, so that they are one piece; nothing moves."""
    if not any(mark in text for mark in _MARKS):
        return text
    return _ELLIPSIS.sub(lambda found: found[0].replace(" ", "\u00a0"), text)


class SharedParts:
    """Finds the whole words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._splitter = Splitter(lexicon)

    def wholes(self, piece: str) -> Iterator[tuple[int, str, int]]:
        """For each word of a glued piece that lacks a part: its place, the whole word, and its own place in that.

        Whole words are in lower case.
        """
        if "-\u00a0" not in piece and "-,\u00a0" not in piece and "\u00a0-" not in piece:
            return
        for found in _ELLIPSIS.finditer(piece):
            if found["last"] is not None:
                begun = list(_FIRST.finditer(piece, *found.span("firsts")))
                shared = self._shared_end([word[0].lower() for word in begun], found["last"].lower())
                if shared:
                    yield from ((word.start(), word[0].lower() + shared, 0) for word in begun)
            else:
                shared = self._shared_beginning(found["whole"].lower(), found["rest"].lower())
                if shared:
                    yield found.start("rest"), shared + found["rest"].lower(), len(shared)

    def _shared_end(self, firsts: Sequence[str], last: str) -> str:
        """The end of the last word that the others lack: the one with which most of them are words; else its head."""
        split = self._splitter.split(last)
        head = split[-1].start if split else 0
        if head and self._fit(firsts, last[head:], is_head=True)[0] > len(firsts):
            return last[head:]
        places = range(1, len(last) - _LEAST_SHARED + 1)
        best = max(places, key=lambda place: self._fit(firsts, last[place:], is_head=place == head), default=0)
        return last[best:] if best and self._fit(firsts, last[best:], is_head=best == head) > (0, 0) else ""

    def _fit(self, firsts: Sequence[str], shared: str, *, is_head: bool) -> tuple[int, int]:
        found = [self._lexicon.frequency(first + shared) for first in firsts]
        return sum(map(bool, found)) + is_head, sum(found)

    def _shared_beginning(self, whole: str, rest: str) -> str:
        """The beginning of the first word that the second lacks."""
        split = self._splitter.split(whole)
        if split:
            return whole[: split[-1].start]
        places = range(_LEAST_SHARED, len(whole) - 1)
        best = max(places, key=lambda place: self._lexicon.frequency(whole[:place] + rest), default=0)
        return whole[:best] if best and self._lexicon.frequency(whole[:best] + rest) else ""
