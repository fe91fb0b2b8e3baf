"""Correction: the words of a vocabulary that a word unknown to it is most likely meant for.

Three sieves, each finer and slower. A signature of eight bytes a form says which letters either half of it has; all
forms of like length are compared with that at once. The few hundred that pass are compared by optimal string
alignment, and those within reach are put in order by a weighted distance and their frequency.
Words of like sound are found further away (after Kölner Phonetik, Postel 1969).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from service.german.edits import distance, sound
from service.german.signatures import Forms, lengths, same_letters, signatures, sound_keys, within

Array = NDArray[Any]
_NONE: Array = np.zeros(0, np.uint32)
_SHORTEST, _MIDDLING, _LONGEST = 3, 5, 64
"""Characters of a word from which on it is corrected, from which on by two edits, and up to which."""
_NEAR, _FURTHER, _FURTHEST, _JUMBLED = 1, 2, 4, 3
"""Edits that short words and longer ones may have, words of like sound, and words of the same letters."""
_RANKED = 24
"""How many of the nearest forms are looked at closely."""
_FREQUENCY = 0.35
"""What a form loses of its distance for being ten times as frequent."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A form of the vocabulary.

    `edits` counts insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), `distance`
    weighs them (`service.german.edits`), and `frequency` is that of the form in the vocabulary.
    """

    form: str
    distance: float
    edits: int
    frequency: int


class Speller:
    """Finds corrections in a vocabulary of distinct forms in lower case. Safe to share between threads.

    It keeps 16 bytes a form beyond the forms and their frequencies.
    """

    def __init__(self, forms: Forms | Sequence[str], frequencies: Sequence[int] | Array) -> None:
        self._forms = forms if isinstance(forms, Forms) else Forms.of(forms)
        self._frequencies = np.asarray(frequencies)
        sizes = lengths(self._forms)
        self._order = np.argsort(sizes, kind="stable").astype(np.uint32)
        self._bounds = np.searchsorted(sizes[self._order], np.arange(257)).tolist()
        self._signatures = signatures(self._forms)[self._order]
        self._sounds = sound_keys(self._forms)[self._order]

    def corrections(self, word: str, limit: int = 3, max_edits: int | None = None) -> list[Correction]:
        """The forms that a word in lower case is most likely meant for, best first, never the word itself.

        None for words of fewer than three letters and for those of more than 64 characters. Forms may be one edit away
        from words of three and four characters, two from longer ones, and three if only the order of letters differs.
        From five characters on they may be half as many edits away as the word has characters, at most four, if they
        differ in no more than one sound. `max_edits` replaces all of this but the order of letters. ß and ss are the
        same in this, as are umlauts and ae, oe, ue. Digits stay.
        """
        if sum(map(str.isalpha, word)) < _SHORTEST or len(word) > _LONGEST or limit <= 0:
            return []
        found = [
            Correction(form, distance(word, form), edits, frequency)
            for form, edits, frequency in self._nearest(word, self._candidates(word, max_edits), max(limit, _RANKED))
        ]
        return sorted(found, key=_rank)[:limit]

    def _nearest(self, word: str, numbers: Array, most: int) -> list[tuple[str, int, int]]:
        """The few forms that are worth a closer look, with their edits and frequencies."""
        forms = self._forms.some(numbers)
        edits = _edits(word, forms)
        frequencies = self._frequencies[numbers]
        order = np.argsort(edits - 2 * _FREQUENCY * np.log10(1.0 + frequencies), kind="stable")
        digits = _digits(word)
        rows = ((forms[at], int(edits[at]), int(frequencies[at])) for at in order.tolist())
        return list(islice((row for row in rows if row[0] != word and _digits(row[0]) == digits), most))

    def _candidates(self, word: str, max_edits: int | None) -> Array:
        """The numbers of all forms within reach, ascending."""
        found = []
        for spelled in _spellings(word):
            most = _reach(len(spelled)) if max_edits is None else max_edits
            found += [self._of_size(len(spelled) + more, spelled, most) for more in range(-most, most + 1)]
            found.append(self._jumbled(spelled))
        if max_edits is None and len(word) >= _MIDDLING:
            found.append(self._of_like_sound(word))
        return np.unique(np.concatenate(found))

    def _of_size(self, size: int, word: str, most: int) -> Array:
        """The numbers of the forms of a length within some edits of a word."""
        if not 0 < size < len(self._bounds) - 1:
            return _NONE
        low, high = self._bounds[size], self._bounds[size + 1]
        numbers = self._order[low + within(self._signatures[low:high], word, size, most)]
        found: Array = numbers[_edits(word, self._forms.some(numbers), most) <= most]
        return found

    def _jumbled(self, word: str) -> Array:
        """The numbers of the forms that have the letters of a word, and all but the first perhaps in other order."""
        low, high = self._bounds[len(word)], self._bounds[len(word) + 1]
        numbers = self._order[low + same_letters(self._signatures[low:high], word)]
        letters = sorted(word)
        forms = self._forms.some(numbers)
        is_jumbled = np.array([form[0] == word[0] and sorted(form) == letters for form in forms], bool)
        found: Array = numbers[is_jumbled & (_edits(word, forms, _JUMBLED) <= _JUMBLED)]
        return found

    def _of_like_sound(self, word: str) -> Array:
        """The numbers of the forms whose sounds are within an edit of a word's, though their letters are further."""
        most = min((len(word) + 1) // 2, _FURTHEST)
        low, high = self._bounds[len(word) - most], self._bounds[len(word) + most + 1]
        numbers = self._order[low + np.flatnonzero(self._sounds[low:high] == sound_keys(Forms.of([word])))]
        forms = self._forms.some(numbers)
        near = np.flatnonzero(_edits(word, forms, most) <= most)
        spoken = [sound(forms[at]) for at in near.tolist()]
        found: Array = numbers[near[_edits(sound(word), spoken, 1) <= 1]]
        return found


def _rank(correction: Correction) -> tuple[float, int, str]:
    """Less is better: far and rare words come last, and equals stand in a fixed order."""
    score = correction.distance - _FREQUENCY * math.log10(1 + correction.frequency)
    return score, correction.edits, correction.form


def _edits(word: str, forms: list[str], most: int | None = None) -> Array:
    """The optimal string alignment of a word with each form; what is above `most` is one more than that."""
    if not forms:
        return np.zeros(0, np.int32)
    table: Array = process.cdist([word], forms, scorer=OSA.distance, score_cutoff=most, dtype=np.int32)
    return table.ravel()


def _reach(letters: int) -> int:
    return _NEAR if letters < _MIDDLING else _FURTHER


def _spellings(word: str) -> set[str]:
    """A word as it is, and with ß for ss and umlauts for their substitutes."""
    umlauts = word.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")
    return {word, word.replace("ss", "ß"), word.replace("ß", "ss"), umlauts}


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))
