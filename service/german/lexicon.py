"""German words with their frequency, their lemma and what the compound splitter asks about them.

One file, mapped into memory and shared by all processes; `tools/lexicon.py` makes it, and `data/README.md` names its
sources. A MARISA trie numbers the keys. Behind it stand, little-endian: a number of 16 bits for each key that says
which row of the table is its own; the table of 32 bits a row (frequency class, class as modifier, class as head, flags,
lemma rule); the lemma rules as lines of text, with a second rule where a word has another lemma inside compounds; and a
footer with the places of all three. Nothing is unpickled.
"""

import mmap
import re
import struct
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Final

import marisa_trie

PATH: Final = Path(__file__).with_name("data") / "german.lexicon"
FOOTER: Final = struct.Struct("<8sIIIII")
"""The mark, then in bytes or pieces: start of the numbers, keys, rows, start of the rules, their length."""
MARK: Final = b"DE-LEX-1"
MODIFIER_SHIFT, HEAD_SHIFT, FLAG_SHIFT, RULE_SHIFT = 4, 8, 12, 16
CLASS: Final = 15
"""The mask of a class, and the highest one."""
WHOLE: Final = 1 << FLAG_SHIFT
"""A word that must not be split, though parts of it are words as well."""
REDUCED: Final = 2 << FLAG_SHIFT
"""A form whose lemma a stemmer that only cuts endings off does not find."""
NOUN: Final = 4 << FLAG_SHIFT

_SPELLED_OUT = re.compile(r"ae|oe|(?<![aeq])ue|ss")
_LETTER = {"ae": "ä", "oe": "ö", "ue": "ü", "ss": "ß"}
_MOST_SPELLED_OUT = 3
_UMLAUT = {"ä": "a", "ö": "o", "ü": "u"}
_LAST_UMLAUT = re.compile("[äöü](?=[^äöü]*$)")
_CACHED_SPELLINGS = 4096
_CACHED_BEGINNINGS = 64
"""Few, as all that is asked about a word is asked in succession."""

Rule = tuple[int, bool, str]
"""How a lemma is made of a form: letters cut off the end, whether its last umlaut goes, letters put to the end."""


class Lexicon:
    """A read-only word list. Forms are asked for in lower case and NFC. Safe to share between threads.

    Words written with ae, oe, ue and ss are found as those with ä, ö, ü and ß, unless they are words themselves.
    """

    __slots__ = ("_find", "_numbers", "_rules", "_table", "_trie", "beginnings")

    def __init__(self, path: Path) -> None:
        """Map a lexicon file into memory.

        Raises:
            OSError: there is no such file, or it cannot be read.
            ValueError: it is no lexicon of this format.
        """
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if len(data) < FOOTER.size or sys.byteorder != "little":
            raise ValueError(f"{path.name} cannot be read as a lexicon")
        mark, start, keys, rows, rules, length = FOOTER.unpack(data[-FOOTER.size :])
        if mark != MARK or rules + length + FOOTER.size != len(data) or start + 2 * keys + 4 * rows > rules:
            raise ValueError(f"{path.name} is no lexicon of this format")
        self._numbers = data[start : start + 2 * keys].cast("H")
        self._table = data[rules - 4 * rows : rules].cast("I")
        self._rules = [_read_rules(line) for line in bytes(data[rules : rules + length]).decode().split("\n")]
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(path))
        self._find: Callable[[str], int | None] = self._trie.get
        self.beginnings: Callable[[str], Mapping[int, int]] = lru_cache(_CACHED_BEGINNINGS)(self._beginnings)
        """The rows of the keys that a form begins with, itself among them, by their lengths."""

    @classmethod
    def load(cls) -> "Lexicon":
        """The lexicon that the service ships.

        Raises:
            OSError: the file is missing.
            ValueError: the file is damaged.
        """
        return cls(PATH)

    def frequency(self, form: str) -> int:
        """How frequent a form is in German texts: 0 unknown, 1 rare, then one more for every factor of about three."""
        return self.row(self.spelling(form)) & CLASS

    def is_known(self, form: str) -> bool:
        """Whether the lexicon has a form as a word of its own.

        It has no forms that stand in compounds only (`verteidigungs`), and leaves out rare compounds of usual words.
        """
        return self.frequency(form) > 0

    def lemma(self, form: str) -> str:
        """The lemma of an irregular form (`häuser`, `ging`), else the form itself as the lexicon spells it."""
        return self.lemma_by_row(form, self.row(form))

    def lemma_by_row(self, form: str, row: int) -> str:
        """`lemma` of a form whose row is known."""
        if row & REDUCED:
            return apply_rule(self._rules[row >> RULE_SHIFT][0], form)
        if row:
            return form
        found = self.spelling(form)
        return form if found == form else self.lemma(found)

    def dictionary_form(self, key: str) -> str:
        """The dictionary word of a part of a compound: `verteidigung` of `verteidigungs`, `sprache` of `sprach`."""
        rule = self.row(key) >> RULE_SHIFT
        if not rule:
            return key
        return apply_rule(self._rules[rule][1], key)

    def row(self, key: str) -> int:
        """All that the file says of a key, as 32 bits; 0 if it has no such key."""
        number = self._find(key)
        return 0 if number is None else self._table[self._numbers[number]]

    def _beginnings(self, form: str) -> Mapping[int, int]:
        table, numbers = self._table, self._numbers
        return {len(key): table[numbers[number]] for key, number in self._trie.iter_prefixes_with_ids(form)}

    def spelling(self, form: str) -> str:
        """The form as the lexicon spells it (`waerme`: `wärme`), or itself if it knows neither."""
        if _SPELLED_OUT.search(form) is None or form in self._trie:
            return form
        return next((other for other in spellings(form) if other in self._trie), form)


@lru_cache(_CACHED_SPELLINGS)
def spellings(form: str) -> tuple[str, ...]:
    """Other spellings of a form in which ae, oe, ue and ss stand for one letter, those with most umlauts first."""
    places = [found.span() for found in _SPELLED_OUT.finditer(form)][:_MOST_SPELLED_OUT]
    if not places:
        return ()
    others = []
    for chosen in product((True, False), repeat=len(places)):
        other = form
        for (start, end), is_replaced in zip(reversed(places), reversed(chosen), strict=True):
            if is_replaced:
                other = other[:start] + _LETTER[other[start:end]] + other[end:]
        others.append(other)
    return tuple(others[:-1])


def apply_rule(rule: Rule, form: str) -> str:
    """A form after a lemma rule: (2, True, "") makes `haus` of `häuser`."""
    cut, is_folded, ending = rule
    kept = form[: len(form) - cut]
    if is_folded:
        kept = _LAST_UMLAUT.sub(lambda found: _UMLAUT[found[0]], kept)
    return kept + ending


def _read_rules(line: str) -> tuple[Rule, Rule]:
    """The rule for a word of its own and the one for it as part of a compound."""
    alone, _, inside = line.partition(";")
    return _read_rule(alone), _read_rule(inside or alone)


def _read_rule(line: str) -> Rule:
    cut, is_folded, ending = line.split("|")
    return int(cut), is_folded == "1", ending
