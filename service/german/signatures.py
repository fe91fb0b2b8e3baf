"""What can be said of all forms of a vocabulary by arrays over their UTF-8 bytes: length, signature, sound."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_CHUNK = 1 << 16
_CONTINUATION_MASK, _CONTINUATION = 0b1100_0000, 0b1000_0000
_LATIN_1 = 0xC3
"""The first byte of ä, ö, ü, ß and their like in UTF-8."""
_LETTERS = "enirstahdulgcmobfkwzvpüäöß"
"""Those that have bits of their own, the most frequent ones first."""
_OTHER = 1 << len(_LETTERS)
_BIT_OF_LETTER = {letter: 1 << number for number, letter in enumerate(_LETTERS)}
_PRESENT = 2 * _OTHER - 1
_REPEATED = len(_LETTERS) + 1
"""From this bit on the most frequent letters have another one."""
_HALF, _LOWER = 32, 0xFFFF_FFFF


def _bits() -> tuple[Array, Array]:
    """The bit of each byte that is a character or begins one, and of each that follows the byte of Latin-1."""
    first = np.zeros(256, np.uint32)
    first[:0x80] = _OTHER
    first[0xC2:] = _OTHER
    first[_LATIN_1] = 0
    second = np.full(256, _OTHER, np.uint32)
    for letter, bit in _BIT_OF_LETTER.items():
        encoded = letter.encode()
        (first if len(encoded) == 1 else second)[encoded[-1]] = bit
    return first, second


_FIRST_BITS, _SECOND_BITS = _bits()

_VOWEL, _SILENT = 1, 0
_VELAR, _SIBILANT, _LABIAL, _BILABIAL = 5, 9, 4, 2
"""Classes of Kölner Phonetik, one higher each, as 0 is no sound here."""
_CLASSES = {
    **dict.fromkeys("aeiouyj", _VOWEL),
    **dict.fromkeys("bp", _BILABIAL),
    **dict.fromkeys("dt", 3),
    **dict.fromkeys("fvw", _LABIAL),
    **dict.fromkeys("cgkq", _VELAR),
    "l": 6,
    **dict.fromkeys("mn", 7),
    "r": 8,
    **dict.fromkeys("szx", _SIBILANT),
}


def _classes() -> Array:
    table = np.full(256, _SILENT, np.uint8)
    for letter, number in _CLASSES.items():
        table[ord(letter)] = number
    table[_LATIN_1] = _VOWEL
    return table


_CLASS_OF_BYTE = _classes()
_SHARP_S = 0x9F
"""The second byte of ß."""
_SOFTENS = np.isin(np.arange(256), list(b"eiy"))
"""Before these c is z."""
_PLACES = 255
_BASE = 2_654_435_761
"""Knuth's multiplier: odd, so that no power of it modulo 2^32 loses a digit."""
_POWERS = np.array([pow(_BASE, place + 1, 1 << 32) for place in range(_PLACES + 1)], np.uint32)


@dataclass(frozen=True, eq=False)
class Forms:
    """Forms in UTF-8 one after another, none of them empty: `raw[starts[i]:starts[i + 1]]`, of type uint8."""

    raw: Array
    starts: Array

    @classmethod
    def of(cls, forms: Iterable[str]) -> "Forms":
        """Raises a ValueError if one of the forms is empty."""
        encoded = [form.encode("utf-8", "surrogatepass") for form in forms]
        if not all(encoded):
            raise ValueError("A form of a vocabulary is empty.")
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=starts[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts)

    def __len__(self) -> int:
        """The number of forms."""
        return len(self.starts) - 1

    def some(self, numbers: Array) -> list[str]:
        """The forms of these numbers."""
        raw, at = memoryview(self.raw.data), numbers.astype(np.int64)
        spans = zip(self.starts[at].tolist(), self.starts[at + 1].tolist(), strict=True)
        return [str(raw[start:end], "utf-8", "surrogatepass") for start, end in spans]

    def chunks(self) -> Iterator[tuple[slice, Array, Array]]:
        """Some thousand forms at a time: their numbers, their bytes, and where each begins among these."""
        for first in range(0, len(self), _CHUNK):
            last = min(first + _CHUNK, len(self))
            low, high = int(self.starts[first]), int(self.starts[last])
            yield slice(first, last), self.raw[low:high], np.asarray(self.starts[first:last], np.int64) - low


def lengths(forms: Forms) -> Array:
    """The number of characters of each form, 255 for longer ones."""
    found = np.zeros(len(forms), np.uint8)
    for numbers, raw, starts in forms.chunks():
        is_character = (raw & _CONTINUATION_MASK) != _CONTINUATION
        found[numbers] = np.minimum(np.add.reduceat(is_character, starts, dtype=np.int64), 255)
    return found


def signatures(forms: Forms) -> Array:
    """Eight bytes a form, four for either half: a bit for each letter that it has.

    Each of the most frequent letters has another bit if there is an even number of it, so that one letter more or less
    always changes one bit. The character in the middle of a form of odd length belongs to the second half.
    """
    found = np.zeros((len(forms), 2), np.uint32)
    for numbers, raw, starts in forms.chunks():
        bits = _FIRST_BITS[raw]
        marks = np.flatnonzero(raw == _LATIN_1)
        bits[marks] = _SECOND_BITS[raw[marks + 1]]
        is_early = _is_early(raw, starts)
        for half, own in enumerate((bits * is_early, bits * ~is_early)):
            present = np.bitwise_or.reduceat(own, starts)
            found[numbers, half] = present | (present ^ np.bitwise_xor.reduceat(own, starts)) << _REPEATED
    return found.view(np.uint64)[:, 0]


def _is_early(raw: Array, starts: Array) -> Array:
    """Whether each byte belongs to a character in the first half of its form."""
    is_character = (raw & _CONTINUATION_MASK) != _CONTINUATION
    passed = np.cumsum(is_character, dtype=np.int32)
    sizes = np.add.reduceat(is_character, starts, dtype=np.int32)
    middles: Array = passed[starts] - 1 + sizes // 2
    found: Array = passed <= np.repeat(middles, np.diff(np.append(starts, len(raw))))
    return found


def within(found: Array, word: str, size: int, most: int) -> Array:
    """The places of the signatures, all of them of forms of one length, that some edits of a word may lead to.

    The halves of the form are compared with as many letters from the beginning and from the end of the word. An edit
    changes at most two bits of them both, as it lies in one half or shifts a letter over one end. Only a swap of the
    two letters in the middle changes four. Of the letters that the whole form has, an insertion or a deletion changes
    one, a substitution two.
    """
    wanted = _signature(word, size)
    different = np.bitwise_count(found ^ wanted)
    if size != len(word):
        at = np.flatnonzero(different <= 2 * most)
    else:
        at = np.flatnonzero(different <= 2 * most + 2)
        middle = size // 2
        swapped = word[: middle - 1] + word[middle - 1 : middle + 1][::-1] + word[middle + 1 :]
        by_swap = np.bitwise_count(found[at] ^ _signature(swapped, size)) <= 2 * (most - 1)
        at = at[(different[at] <= 2 * most) | by_swap]
    bits = 2 * most - abs(size - len(word))
    passed: Array = at[np.bitwise_count(_whole(found[at]) ^ _mask(word) & _PRESENT) <= bits]
    return passed


def same_letters(found: Array, word: str) -> Array:
    """The places of the signatures of forms that have the letters of a word, however often."""
    places: Array = np.flatnonzero(_whole(found) == _mask(word) & _PRESENT)
    return places


def _signature(word: str, size: int) -> int:
    """The signature of a form that begins and ends as a word does, and has another length."""
    middle = size // 2
    return _mask(word[:middle]) | _mask(word[middle - size :]) << _HALF


def _mask(letters: str) -> int:
    """The bits of a half that has these letters."""
    present = odd = 0
    for letter in letters:
        bit = _BIT_OF_LETTER.get(letter, _OTHER)
        present |= bit
        odd ^= bit
    return present | (present ^ odd) << _REPEATED & _LOWER


def _whole(found: Array) -> Array:
    """The bits of the letters that are in either half of each form."""
    both: Array = (found | found >> _HALF) & _PRESENT
    return both


def sound_keys(forms: Forms) -> Array:
    """Four bytes a form, equal for forms of like sound: a digest of its consonants in the classes of Kölner Phonetik.

    Neighbours of one class count once, k and g before a sibilant not at all (x, ks, chs), ph is f. Vowels count only
    at the beginning (after Postel 1969).
    """
    found = np.zeros(len(forms), np.uint32)
    for numbers, raw, starts in forms.chunks():
        found[numbers] = _digests(_heard(raw, starts), starts)
    return found


def _heard(raw: Array, starts: Array) -> Array:
    """The class of each byte that counts, 0 for the others."""
    is_first, is_last = np.zeros(len(raw), bool), np.ones(len(raw), bool)
    is_first[starts] = True
    is_last[:-1] = is_first[1:]
    heard, following = _CLASS_OF_BYTE[raw], _followers(raw, is_last)
    heard[(raw == _LATIN_1) & (following == _SHARP_S)] = _SIBILANT
    heard[(raw == ord("p")) & (following == ord("h"))] = _LABIAL
    heard[(raw == ord("c")) & _SOFTENS[following]] = _SIBILANT
    heard_next = _followers(heard, is_last)
    before_sibilant = heard_next == _SIBILANT
    before_sibilant |= (following == ord("h")) & _followers(before_sibilant, is_last)
    counts = (heard > _VOWEL) & (heard != heard_next) & ~((heard == _VELAR) & before_sibilant)
    return np.where(counts | (is_first & (heard == _VOWEL)), heard, 0)


def _followers(values: Array, is_last: Array) -> Array:
    """What follows each byte in its form, 0 behind the last."""
    found = np.zeros_like(values)
    found[:-1] = values[1:]
    found[is_last] = 0
    return found


def _digests(heard: Array, starts: Array) -> Array:
    """One number for what is not 0 in each form."""
    counts = heard > 0
    rank = np.cumsum(counts)
    before: Array = rank[starts] - counts[starts]
    place: Array = rank - np.repeat(before, np.diff(np.append(starts, len(heard))))
    return np.add.reduceat(heard * _POWERS[place & _PLACES], starts, dtype=np.uint32)
