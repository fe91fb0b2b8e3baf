"""How far one spelling is from another: an edit distance that knows the German keyboard and German sounds.

Weighted optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, where no letter is
edited twice (Damerau 1964; weights as in the noisy channel of Kernighan, Church and Gale 1990). An edit costs 1, one
of the first letter more. What people confuse costs less: neighbours on the QWERTZ keyboard, letters of like sound, a
doubled letter, a silent h. Both letters of a pair are confused at once.
"""

import math
import re
from functools import lru_cache
from itertools import accumulate, pairwise

from rapidfuzz.distance import OSA

from service.german.variants import variant_key

_SWAP = 0.75
_UMLAUT = _ALIKE = 0.8
_DOUBLED = _SILENT = 0.85
_NEAR = _VOWEL = 0.9
"""What single edits cost: swapped letters; a for ä; d for t; nn for n; a silent h or e; a key beside it; e for i."""
_TWICE = 0.1
"""What it costs more to confuse both letters of a pair: `nunner`."""
_FIRST = 0.5
"""What an edit of the first letter costs more: people get it right."""
_SOUND, _SOUND_SHARE = 0.4, 0.25
"""What another spelling of the same sounds costs, and which part of the distance of the letters is added to it."""
_VARIANT = 0.3
"""What another spelling of the same word costs: `koennte`, `daß`."""
_JUMBLED = 1.2
"""What it costs at most to write all letters but the first in the wrong order."""

_VOWELS = frozenset("aeiouyäöü")
_SONORANTS = frozenset("lmnr")
"""An e before them is hardly heard: `gehn`."""
_ROWS = ("qwertzuiopü", "asdfghjklöä", "yxcvbnm")
_ALIKES = "dt bp gk fv vw sz ßs ck cz kq iy üy äe éeè jy ij"
_UMLAUTS = "aä oö uü"


def _pairs(groups: str, cost: float) -> dict[str, float]:
    return {one + other: cost for group in groups.split() for one in group for other in group if one != other}


def _neighbours() -> str:
    """The keys side by side in a row, and those above each other: a row stands half a key to the right of the upper."""
    sides = [row[at : at + 2] for row in _ROWS for at in range(len(row) - 1)]
    above = [
        upper + lower for high, low in pairwise(_ROWS) for at, lower in enumerate(low) for upper in high[at : at + 2]
    ]
    return " ".join(sides + above)


_SUBSTITUTIONS = (
    _pairs("".join(sorted(_VOWELS)), _VOWEL)
    | _pairs(_neighbours(), _NEAR)
    | _pairs(_ALIKES, _ALIKE)
    | _pairs(_UMLAUTS, _UMLAUT)
)

_SOUNDS = {
    **dict.fromkeys(("tzsch", "tsch", "dsch", "tch"), "č"),
    **dict.fromkeys(("sch", "sh"), "š"),
    **dict.fromkeys(("chs", "cks", "ks", "x"), "ks"),
    "cce": "kse",
    "cci": "ksi",
    **dict.fromkeys(("ck", "kk", "cc", "c", "k"), "k"),
    **dict.fromkeys(("ce", "ze", "tze"), "ze"),
    **dict.fromkeys(("ci", "zi", "tzi"), "zi"),
    **dict.fromkeys(("tz", "zz", "z"), "z"),
    **dict.fromkeys(("ph", "v"), "f"),
    **dict.fromkeys(("th", "dt"), "t"),
    **dict.fromkeys(("ei", "ai", "ey", "ay"), "ai"),
    **dict.fromkeys(("eu", "äu", "oi", "oy", "aeu"), "oi"),
    **dict.fromkeys(("ß", "ss"), "s"),
    **dict.fromkeys(("ä", "ae", "é", "è", "ê"), "e"),
    **dict.fromkeys(("ieh", "ih", "ie", "y"), "i"),
    "oe": "ö",
    "ue": "ü",
    "rh": "r",
    "qu": "kw",
    "chr": "kr",
    "ch": "ch",  # no c is heard in it
}
_SOUND_PATTERN = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_HARDENED = {"d": "t", "b": "p", "g": "k"}
_LENGTH = re.compile(r"(?<=[aeouäöü])h(?![aeiouäöü])|(.)(?=\1)")
"""An h that lengthens a vowel, and all but the last of equal letters."""


def distance(word: str, form: str) -> float:
    """How far two words in lower case are from each other: by their letters, their sounds, or as spelling variants."""
    if word == form:
        return 0.0
    key, form_key = variant_key(word), variant_key(form)
    if key == form_key:
        return _VARIANT
    found = by_letters = letters(word, form)
    least = _SOUND + _SOUND_SHARE * by_letters
    spoken, form_spoken = sound(word), sound(form)
    if spoken == form_spoken:
        found = min(by_letters, least)
    elif least + _SWAP < by_letters:  # no edit is cheaper than a swap
        found = min(by_letters, least + letters(spoken, form_spoken))
    if found > _JUMBLED and key[:1] == form_key[:1] and sorted(key) == sorted(form_key):
        return _JUMBLED
    return found


@lru_cache(maxsize=1024)
def sound(word: str) -> str:
    """A spelling that words of like sound share: one sign for a sound, no doubled letters, no silent h."""
    spoken = _SOUND_PATTERN.sub(lambda found: _SOUNDS[found[0]], word)
    spoken = _LENGTH.sub("", spoken)
    return spoken[:-1] + _HARDENED.get(spoken[-1], spoken[-1]) if spoken else spoken


def letters(word: str, form: str) -> float:
    """The weighted optimal string alignment of two words."""
    start = 0
    for one, other in zip(word, form, strict=False):
        if one != other:
            break
        start += 1
    end, form_end = len(word), len(form)
    while end > start and form_end > start and word[end - 1] == form[form_end - 1]:
        end, form_end = end - 1, form_end - 1
    away = _away(word[start:end], form[start:form_end], 0 if start else _FIRST)
    inserted = [_loss(form, j) for j in range(start, form_end)]
    above: list[float] = []
    row = [0.0, *accumulate(inserted)]
    for i in range(start, end):
        deleted = _loss(word, i)
        following = [math.inf] * len(row)
        following[0] = row[0] + deleted
        for j in range(max(start, i - away), min(form_end, i + away + 1)):
            at = j - start
            best = min(row[at] + _change(word, i, form, j), row[at + 1] + deleted, following[at] + inserted[at])
            if i > start and j > start and (word[i] == form[j - 1] or word[i] == word[i - 1]):
                best = min(best, above[at - 1] + _change_of_two(word, i, form, j))
            following[at + 1] = best
        above, row = row, following
    return row[-1]


def _away(word: str, form: str, extra: float) -> int:
    """How far apart two letters can be at most that the best alignment puts side by side.

    It costs no more than the edits of an unweighted one, and each place of distance costs an insertion or a deletion.
    """
    most = OSA.distance(word, form) * (1.0 + extra)
    return (int(most / min(_DOUBLED, _SILENT)) + abs(len(word) - len(form))) // 2


def _change(word: str, i: int, form: str, j: int) -> float:
    """What it costs to write one letter for the other."""
    one, other = word[i], form[j]
    if one == other:
        return 0.0
    cost = _SUBSTITUTIONS.get(one + other, 1.0)
    return cost if i and j else cost + _FIRST


def _change_of_two(word: str, i: int, form: str, j: int) -> float:
    """What it costs to swap two letters, or to confuse a doubled letter with another one; for others infinite."""
    before, one = word[i - 1], word[i]
    form_before, other = form[j - 1], form[j]
    if one == form_before and before == other:
        return _SWAP + (_FIRST / 2 if i == 1 or j == 1 else 0)
    if before == one and form_before == other and one + other in _SUBSTITUTIONS:
        return _SUBSTITUTIONS[one + other] + _TWICE + (0 if i > 1 and j > 1 else _FIRST)
    return math.inf


def _loss(word: str, at: int) -> float:
    """What it costs to leave a letter out, or to write it in excess."""
    if at == 0:
        return 1.0 + _FIRST
    letter, before = word[at], word[at - 1]
    if letter == before:
        return _DOUBLED
    if letter in "he" and before in _VOWELS:
        return _SILENT
    if letter == "e" and word[at + 1 : at + 2] in _SONORANTS:
        return _SILENT
    return 1.0
