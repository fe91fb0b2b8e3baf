"""Where German compounds are put together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from service.german.lexicon import CLASS, HEAD_SHIFT, MODIFIER_SHIFT, NOUN, WHOLE, Lexicon, spellings

_SHORTEST: Final = 5
_LONGEST: Final = 60
"""Longer words are left alone: the time that a word takes stays bounded."""
_MOST_PARTS: Final = 4
_UNSEEN: Final = 1
"""The class of a word that no known compound has as this part."""
_PART_COST: Final = 6
"""In classes, that is in bits: what every part after the second must be worth."""
_CLOSE: Final = 6
"""In bits: how much worse than the best a reading may be for `parts`."""
_SHORTEST_OF_THREE: Final = 12
_SHORTEST_KNOWN_OF_THREE: Final = 20
"""The fewest letters of a word in more than two parts, and of one that the lexicon has as a whole."""
_USUAL: Final = 5
"""The class that each of more than two parts must have, the last two on average: some compound has it for certain."""
_ENDINGS: Final = ("e", "s", "n", "en", "es", "er", "em", "ern", "st", "ste", "sten", "esten")
_NAMES: Final = ("mann", "meier", "maier", "meyer", "mayer", "müller", "mueller", "schmidt")
"""Ends of surnames: a word that the lexicon does not know is one, *Brückmann*, and has nothing to do with bridges."""
_TAKE_S: Final = ("ung", "heit", "keit", "schaft", "ion", "tät", "ling", "tum", "sal", "en")
_CACHED_PARTS: Final = 8192
"""Most compounds are made of a few thousand words."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a compound: `form[start:end]` with its linking element, and the dictionary word that it is."""

    start: int
    end: int
    lemma: str


_Reading = tuple[int, tuple[int, ...]]
"""One way to split: a score in bits, higher is better, and the places between the parts."""


class Splitter:
    """Splits compounds into attested words. Safe to share between threads.

    A split is worth as much as its parts are usual: the lexicon knows how many compounds have a word as modifier, in
    this form with its linking element, and how many as head. The fewest parts win, so `klimaschutzgesetz` is
    `klimaschutz|gesetz`; `parts` goes on into the parts.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._lemma = lru_cache(_CACHED_PARTS)(self._lemma_of)
        self._inner_cuts = lru_cache(_CACHED_PARTS)(self._cuts_of)

    def split(self, form: str) -> tuple[Part, ...]:
        """The parts of the best reading; they cover the form. Empty where the word stays whole."""
        spelling, readings = self._spelled_readings(form)
        if not readings:
            return ()
        return self._parts_of(form, spelling, readings[0][1])

    def head_and_parts(self, form: str) -> tuple[int, tuple[Part, ...]]:
        """Where the last part that `split` gives begins, 0 if there is none, and what `parts` gives."""
        spelling, readings = self._spelled_readings(form)
        if not readings:
            return 0, ()
        return places(form, spelling)[readings[0][1][-1]], self._found_by(form, spelling, readings)

    def readings(self, form: str) -> tuple[tuple[Part, ...], ...]:
        """All readings that are nearly as good as the best, which stands first: wach|stube, wachs|tube."""
        spelling, readings = self._spelled_readings(form)
        return tuple(self._parts_of(form, spelling, reading[1]) for reading in _close(readings))

    def parts(self, form: str) -> tuple[Part, ...]:
        """What the word may be found by: the parts of all good readings and the parts of these, each once."""
        return self.head_and_parts(form)[1]

    def _found_by(self, form: str, spelling: str, readings: list[_Reading]) -> tuple[Part, ...]:
        spans: dict[tuple[int, int], None] = {}
        for reading in _close(readings):
            self._collect(spelling, (0, *reading[1], len(spelling)), spans)
        place = places(form, spelling)
        return tuple([Part(place[start], place[end], self._lemma(spelling[start:end])) for start, end in spans])

    def _collect(self, spelling: str, cuts: tuple[int, ...], spans: dict[tuple[int, int], None]) -> None:
        last = len(cuts) - 2
        for number, (start, end) in enumerate(pairwise(cuts)):
            if (start, end) in spans:
                continue
            spans[start, end] = None
            inner = self._inner_cuts(spelling[start:end], number < last or end < len(spelling))
            if inner:
                places = (start, *(start + cut for cut in inner), end)
                self._collect(spelling, places, spans)

    def _cuts_of(self, piece: str, is_modifier: bool) -> tuple[int, ...]:  # noqa: FBT001 - the cache wants it
        """Where a part is cut again, if it is a compound."""
        readings = self._readings(piece, is_modifier=is_modifier)
        return readings[0][1] if readings else ()

    def _parts_of(self, form: str, spelling: str, cuts: tuple[int, ...]) -> tuple[Part, ...]:
        place = places(form, spelling)
        edges = (0, *cuts, len(spelling))
        return tuple(Part(place[start], place[end], self._lemma(spelling[start:end])) for start, end in pairwise(edges))

    def _lemma_of(self, part: str) -> str:
        """The dictionary word of a part; a linking element that the lexicon does not list with the word is cut off."""
        row = self._lexicon.row(part)
        return self._lexicon.dictionary_form(part if row else part[:-1])

    def _spelled_readings(self, form: str) -> tuple[str, list[_Reading]]:
        """The readings of a form, or where it has none those of it with umlauts and ß, and the spelling read."""
        if not _SHORTEST <= len(form) <= _LONGEST:
            return form, []
        is_word = self._lexicon.beginnings(form).get(len(form), 0) & CLASS
        if not is_word and form.endswith(_NAMES):
            return form, []
        readings = self._readings(form)
        if readings or is_word:
            return form, readings
        for spelling in spellings(form):
            readings = self._readings(spelling)
            if readings:
                return spelling, readings
        return form, []

    def _readings(self, word: str, *, is_modifier: bool = False) -> list[_Reading]:
        """All readings in two parts, best first; those in more only if there is none."""
        rows = self._lexicon.beginnings(word)
        row = rows.get(len(word), 0)
        if row & WHOLE:
            return []
        modifiers = _modifiers(word, rows)
        readings = self._in_two(word, modifiers, is_modifier=is_modifier)
        if readings and not row & CLASS:
            readings = [reading for reading in readings if not self._is_inflected(word, rows, reading[1][-1])]
        elif not readings and len(word) >= (_SHORTEST_KNOWN_OF_THREE if row & CLASS else _SHORTEST_OF_THREE):
            readings = list(self._longer(word, modifiers, _MOST_PARTS - 2))
        if len(readings) > 1:
            readings.sort(key=lambda reading: (-reading[0], reading[1]))
        return readings

    def _is_inflected(self, word: str, rows: Mapping[int, int], cut: int) -> bool:
        """Whether a word that is not in the lexicon is a form of one that is, which does not end in a word there."""
        for ending in _ENDINGS:
            if word.endswith(ending):
                end = len(word) - len(ending)
                row = rows.get(end, 0)
                if row & CLASS and (row & WHOLE or not self._lexicon.row(word[cut:end]) >> HEAD_SHIFT & CLASS):
                    return True
        return False

    def _in_two(self, word: str, modifiers: Mapping[int, int], *, is_modifier: bool = False) -> list[_Reading]:
        row = self._lexicon.row
        readings: list[_Reading] = []
        for end, worth in modifiers.items():
            of_head = row(word[end:])
            head = of_head >> HEAD_SHIFT & CLASS or (is_modifier and of_head >> MODIFIER_SHIFT & CLASS)
            if head:
                readings.append((worth + head, (end,)))
        return readings

    def _longer(self, word: str, modifiers: Mapping[int, int], more: int) -> Iterator[_Reading]:
        """Readings in three and more parts, all of which are usual ones."""
        for end, worth in modifiers.items():
            if worth < _USUAL:
                continue
            rest = word[end:]
            inner = _modifiers(rest, self._lexicon.beginnings(rest))
            found = [one for one in self._in_two(rest, inner) if one[0] >= 2 * _USUAL]
            if not found and more > 1:
                found = list(self._longer(rest, inner, more - 1))
            for reading in found:
                cuts = (end, *(end + cut for cut in reading[1]))
                yield (worth + reading[0] - _PART_COST, cuts)


def _modifiers(word: str, rows: Mapping[int, int]) -> Mapping[int, int]:
    """Beginnings of a word that may be modifiers: their class by where they end."""
    found: dict[int, int] = {}
    for end, row in rows.items():
        worth = row >> MODIFIER_SHIFT & CLASS
        if not worth or end == len(word):
            continue
        found[end] = worth
        if row & NOUN:
            linking = word[end]
            if linking == "s":
                if word.endswith(_TAKE_S, 0, end):
                    found[end + 1] = _UNSEEN
            elif linking == "n" and word[end - 1] == "e":
                found[end + 1] = _UNSEEN
    return found


def _close(readings: list[_Reading]) -> list[_Reading]:
    return [reading for reading in readings if reading[0] >= readings[0][0] - _CLOSE]


def places(form: str, spelling: str) -> range | list[int]:
    """Where each letter of the spelling stands in a form that writes ae for some ä, and where it ends."""
    if len(form) == len(spelling):
        return range(len(form) + 1)
    found, place = [], 0
    for letter in spelling:
        found.append(place)
        place += 1 if form[place] == letter else 2
    return [*found, len(form)]
