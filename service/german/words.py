"""What is known of a word: its form, what its spelling variants share, what its inflections share, and its parts."""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

import Stemmer

from service.german import compounds
from service.german.function_words import FUNCTION_WORDS
from service.german.irregular import LEMMA_OF
from service.german.lexicon import NOUN, Lexicon
from service.german.variants import variant_key

IGNORABLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphens and characters without width: they stand in words and mean nothing."""
GENDER_SIGNS = "*:_/"
_REPLACED = dict.fromkeys(map(ord, IGNORABLE), None) | {
    ord("’"): "'",
    ord("ſ"): "s",
    **dict(zip(range(0xFB00, 0xFB07), ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
}
_FUNCTION = "_"
"""Stands behind the stem of a function word, and in no other: Snowball gives `sich` for Sicherheit as well."""
_GENDER = re.compile(rf"(?P<base>.*[^\W\d_])(?:[{GENDER_SIGNS}]-?|\()(?P<ending>innen|in|[rnes])\)?", re.IGNORECASE)
_INNER_CAPITAL = re.compile(r"(?P<base>.*[a-zäöüß])(?P<ending>Innen)")
_FUNCTION_KEYS = frozenset(map(variant_key, FUNCTION_WORDS))
_DERIVED = re.compile(r"(.{2,}(?:ung|heit|keit))(?:en|s)?$")
"""Nouns that Snowball gives the stem of the verb or adjective that they are made of, which are no inflections of it."""
_MAY_BE_PARTICIPLE = re.compile(
    r"(?:.{0,6}ge.+|(?:be|ver|er|ent|zer|miß|miss|über|unter|wider).+)(?:te?|ene?)$|.+ende?$"
)
_NO_UMLAUTS = str.maketrans("äöü", "aou")
_LONGEST_LINKING = 3
_PARTICIPLE = re.compile(r"(.{2,}ier)t(?:e[mnrs]?)?$")
"""Participles and past tenses of verbs in -ieren: Snowball leaves the t of *evakuiert*, not that of *evakuierte*."""
_ENDINGS = {"n": ("n", "en"), "e": ("e",), "s": ("es", "s"), "m": ("em",), "r": ("er",)}
"""Endings by their last letters."""
_LEAST_LEFT = 4
"""Letters of an irregular form that an ending is added to: *gegangenen*, *häusern*."""
_CACHED_PARTS = 50_000
_COMMON = 4
"""The class of frequency in the lexicon from which on a word is not taken for a misspelled one."""
_DIGRAPHS = re.compile(r"ae|oe|(?<![aeiouyq])ue")


@dataclass(frozen=True, slots=True)
class Part:
    """A word inside a word: `form[start:end]`, and the stem of the word that it is.

    The linking element stands behind the parts of a `Word`; it belongs to those that `GermanWords.split` gives.
    """

    start: int
    end: int
    stem: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Another word that stands for the same thing, such as the feminine of a gender form: its variant and stem.

    It stands for this word and those after it, `words` in all: *Corona-Pandemie* is two words, and can be one.
    """

    variant: str
    stem: str
    words: int = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is indexed.

    `form` is what is written, in NFC and lower case without invisible characters. All spelling variants share
    `variant`, all inflections `stem`. `parts` are those of a compound, `readings` other words that find it. `variants`
    are those of the word and its readings, `stems` those of its parts too, its own first.
    """

    form: str
    variant: str
    stem: str
    parts: tuple[Part, ...] = ()
    readings: tuple[Reading, ...] = ()

    variants: tuple[str, ...] = field(init=False, compare=False)
    stems: tuple[str, ...] = field(init=False, compare=False)

    @property
    def is_function_word(self) -> bool:
        """Whether it says nothing of what a text is about."""
        return is_function_stem(self.stem)

    def __post_init__(self) -> None:
        """Derive what is asked for again and again."""
        variants: tuple[str, ...] = (self.variant,)
        stems: tuple[str, ...] = (self.stem,)
        if self.readings:
            variants = _each_once([self.variant, *[reading.variant for reading in self.readings]])
        if self.readings or self.parts:
            others = [*[reading.stem for reading in self.readings], *[part.stem for part in self.parts]]
            stems = _each_once([self.stem, *others])
        object.__setattr__(self, "variants", variants)
        object.__setattr__(self, "stems", stems)


def _each_once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def is_function_stem(stem: str) -> bool:
    """Whether a stem is that of function words."""
    return stem.endswith(_FUNCTION)


def fold(surface: str) -> str:
    """The form of a word: lower case, NFC, nothing invisible, no ligatures."""
    if surface.isascii():
        return surface.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", surface.translate(_REPLACED)).lower())


def snowball(language: str) -> Callable[[str], str]:
    """Snowball's stemmer of a language, which threads may share.

    Raises:
        KeyError: Snowball has no such language.
    """
    stemmer = Stemmer.Stemmer(language, 0)
    lock = threading.Lock()

    def stem(form: str) -> str:
        with lock:  # a Snowball stemmer has one buffer
            return str(stemmer.stemWord(form))

    return stem


class GermanWords:
    """Analyses German words.

    Stems are those of Snowball, with three corrections: of an irregular form the lemma is stemmed (the lexicon knows
    it), of a compound its last part; and umlauts stay, as *Uber* is not *über*, which Snowball drops after it has used
    them. Function words share stems with each other only: `Seite` is no form of `seit`.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._splitter = compounds.Splitter(lexicon)
        self._snowball = snowball("german")
        self._stem_of_part = lru_cache(maxsize=_CACHED_PARTS)(self.stem)
        self._stem_of_head = lru_cache(maxsize=_CACHED_PARTS)(self._stem_of_whole)

    def analyse(self, surface: str) -> Word:
        """A word as it is written, with its gender endings (`Bürger:innen`) if it has any."""
        form = fold(surface)
        found = _INNER_CAPITAL.fullmatch(surface) or (None if form.isalnum() else _GENDER.fullmatch(surface))
        return self.of_form(form) if found is None else self._of_gender_form(form, fold(found["base"]), found["ending"])

    def of_form(self, form: str) -> Word:
        """A word in lower case."""
        variant = variant_key(form)
        if variant in _FUNCTION_KEYS:
            return Word(form, variant, self._function_stem(variant))
        spelled = self._lexicon.spelling(form)
        if spelled != form:
            word, place = self.of_form(spelled), compounds.places(form, spelled)
            parts_here = (Part(place[part.start], place[part.end], part.stem) for part in word.parts)
            return Word(form, variant, word.stem, tuple(parts_here))
        head, parts = self._splitter.head_and_parts(form)
        found = [Part(it.start, _end_of_lemma(form, it), self._stem_of_part(it.lemma)) for it in parts]
        return Word(form, variant, self._stem(form, variant, head), tuple(found))

    def stem(self, form: str) -> str:
        """What the inflections of a word share, and all their spelling variants."""
        key = variant_key(form)
        if key in _FUNCTION_KEYS:
            return self._function_stem(key)
        spelled = self._lexicon.spelling(form)
        if spelled != form:
            return self.stem(spelled)
        return self._stem(form, key, self._splitter.head_and_parts(form)[0])

    def _function_stem(self, key: str) -> str:
        return self._cut(key) + _FUNCTION

    def _stem(self, form: str, key: str, head: int) -> str:
        lemma = self._lemma(form, key)
        if lemma != form or not head:
            return self._cut(key if lemma == form else variant_key(lemma))
        # What two parts have at their seam is a variant too: Schifffahrt, Schiffahrt.
        return variant_key(form[:head] + self._stem_of_head(form[head:]))

    def _stem_of_whole(self, form: str) -> str:
        return self._cut(variant_key(self._lemma(form, variant_key(form))))

    def _lemma(self, form: str, key: str) -> str:
        """The lemma of a form, or of what is left of a longer one: `häuser` and so *Haus* for `häusern`."""
        rows = self._lexicon.beginnings(form)
        lemma = LEMMA_OF.get(key) or self._lexicon.lemma_by_row(form, rows.get(len(form), 0))
        if lemma != form:
            return lemma
        for ending in _ENDINGS.get(form[-1:], ()):
            left = len(form) - len(ending)
            if left >= _LEAST_LEFT and form.endswith(ending):
                shorter = form[:left]
                found = LEMMA_OF.get(key[: -len(ending)]) or self._lexicon.lemma_by_row(shorter, rows.get(left, 0))
                if found != shorter and (not self._lexicon.is_known(form) or self._may_be_inflected(shorter, found)):
                    return found
        return form

    def _may_be_inflected(self, form: str, lemma: str) -> bool:
        """Whether a word with an ending behind this form is likely one of its inflections: *Hilfe* is none of *hilf*.

        Participles have endings, and nouns that have an umlaut in the plural and end otherwise.
        """
        if _MAY_BE_PARTICIPLE.match(form) is not None:
            return True
        return (
            bool(self._lexicon.row(lemma) & NOUN) and form.translate(_NO_UMLAUTS).startswith(lemma) and form[-1] in "er"
        )

    def reading(self, form: str, words: int = 1) -> Reading:
        """A word that stands for another, or for several."""
        return Reading(variant_key(form), self.stem(form), words)

    def is_common(self, form: str) -> bool:
        """Whether the lexicon knows a form that is not rare."""
        return self._lexicon.frequency(form) >= _COMMON

    def may_be_noun(self, form: str) -> bool:
        """Whether the lexicon has a form as a noun, or not at all."""
        return bool(self._lexicon.row(form) & NOUN) or not self._lexicon.is_known(form)

    def part_words(self, form: str) -> tuple[str, ...]:
        """The words that a compound is made of; none of a word that is no compound."""
        return tuple(part.lemma for part in self._splitter.split(form))

    def split(self, form: str) -> tuple[Part, ...]:
        """The parts that a compound is cut into, one after another; none of a word that is no compound."""
        return self._stemmed(self._splitter.split(form))

    def splits(self, form: str) -> tuple[tuple[str, ...], ...]:
        """The stems of the words that could stand for a compound: cut in two at each place, and cut most finely."""
        parts = self._splitter.split(form)
        cut = [(form[: left.start] + left.lemma, form[right.start :]) for left, right in pairwise(parts)]
        stems = [tuple(map(self.stem, words)) for words in (*cut, tuple(self._finest(parts)))]
        return tuple(dict.fromkeys(found for found in stems if found and not any(map(is_function_stem, found))))

    def _finest(self, parts: Sequence[compounds.Part]) -> Iterator[str]:
        """The words that are parts of parts."""
        for part in parts:
            inner = self._splitter.split(part.lemma)
            yield from self._finest(inner) if inner else (part.lemma,)

    def _cut(self, key: str) -> str:
        verb = _PARTICIPLE.match(key)
        if verb is not None:
            key = verb[1] + "en"
        noun = _DERIVED.match(key)
        return noun[1] if noun is not None else _with_umlauts(self._snowball(key), key)

    def _stemmed(self, parts: Sequence[compounds.Part]) -> tuple[Part, ...]:
        return tuple(Part(it.start, it.end, self._stem_of_part(it.lemma)) for it in parts)

    def _of_gender_form(self, form: str, base: str, ending: str) -> Word:
        """A form for all genders: its stem is that of the masculine, the feminine finds it too."""
        word = self.of_form(base)
        if len(ending) == 1:
            return replace(word, form=form, readings=(self.reading(base + fold(ending)),))
        feminine = self.reading(base + fold(ending))
        return replace(word, form=form, variant=feminine.variant, readings=(Reading(word.variant, word.stem), feminine))


class ForeignWords:
    """Analyses words of another language: Snowball's stems, no compounds."""

    def __init__(self, language: str) -> None:
        self._snowball = snowball(language)

    def analyse(self, surface: str) -> Word:
        """A word as it is written."""
        form = fold(surface)
        return Word(form, variant_key(form), self._snowball(form))


def _end_of_lemma(form: str, part: compounds.Part) -> int:
    """Where a part ends without its linking element, if it is its dictionary word and that."""
    if form.startswith(part.lemma, part.start):
        return min(part.end, part.start + len(part.lemma))
    key = variant_key(part.lemma)
    ends = range(part.end, max(part.start, part.end - _LONGEST_LINKING - 1), -1)
    return next((end for end in ends if variant_key(form[part.start : end]) == key), part.end)


def _with_umlauts(stem: str, key: str) -> str:
    """A stem with the umlauts that Snowball has dropped, as the key of the word writes them: `ueb` for `ub`."""
    if _DIGRAPHS.search(key) is None:
        return stem
    for size in range(len(key), 0, -1):
        if _DIGRAPHS.sub(lambda found: found[0][0], key[:size]) == stem:
            return key[:size]
    return stem
