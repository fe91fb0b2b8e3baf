"""What the words of a query are looked for as: their forms, variants and stems, in the tiers that are asked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from service.german.languages import GERMAN
from service.german.spelling import Correction
from service.german.tokens import Chain, Token
from service.german.words import Word as ArticleWord
from service.german.words import is_function_stem
from service.search.query import And, Field, Node, Not, Or, Phrase, Word
from service.search.tier import Tier

NEAR = 6
"""So many words further on, or before, may the second part of a compound stand."""


_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_DIGRAPH = re.compile("[aou]e|ss")
_LEAST_PART = 4
"""Letters of a part that only the archive knows."""
_LINKING = ("", "s", "es", "n", "en", "er", "e")


class Archive(Protocol):
    """What the archive knows of a word."""

    def knows(self, word: "WantedWord") -> bool:
        """Whether any article has it in one of its tiers."""
        ...

    def has(self, form: str) -> bool:
        """Whether any article has exactly this form."""
        ...

    def corrections(self, form: str, limit: int = 3) -> Sequence[Correction]:
        """The words of the archive that were probably meant, best first."""
        ...


@dataclass(frozen=True)
class WantedWord:
    """A word of the query.

    `stems` has one for each language of the archive, and those of its readings. `parts` are the stems of the parts of
    a compound, `splits` the stems of words that may stand near each other instead of it. A word that was
    `corrected` was written as that; one that is `apart` is itself such a part, and no better match than one. It
    `may_be_noun` unless the lexicon knows it as something else.
    """

    form: str
    variants: tuple[str, ...]
    stems: tuple[str, ...]
    tiers: frozenset[Tier]
    parts: tuple[str, ...] = ()
    splits: tuple[tuple[str, ...], ...] = ()
    corrected: str | None = None
    is_apart: bool = False
    may_be_noun: bool = True

    @property
    def words_apart(self) -> tuple["WantedWord", ...]:
        """The parts of a compound as words of their own, as they are looked for where any word may match."""
        return tuple(replace(self, form="", variants=("",), stems=(stem,), is_apart=True) for stem in self.parts)

    @property
    def variant_beginning(self) -> str | None:
        """What variants begin with that are written with ä for ae, or ae for ä; None if there is neither in the word.

        Other rules of spelling need whole words: *pho* would begin as *Foto* does.
        """
        spelled = self.form.translate(_SPELLED_OUT)
        return spelled if spelled == self.variants[0] and _DIGRAPH.search(spelled) is not None else None

    @property
    def has_gap(self) -> bool:
        """Whether a tier is asked for and a better one is not."""
        asked = [tier in self.tiers for tier in (Tier.EXACT, Tier.VARIANT, Tier.INFLECTION, Tier.COMPOUND)]
        return asked != sorted(asked, reverse=True)

    @property
    def is_function_word(self) -> bool:
        """Whether it says nothing of what an article is about."""
        return is_function_stem(self.stems[0])

    def tier(self, word: ArticleWord) -> Tier | None:
        """The best tier in which a word of an article matches; None where it does in none that is asked for."""
        found = self._shared(word)
        if found is None or found not in self.tiers:
            return None
        if self.is_apart and self.corrected is None:
            return Tier.COMPOUND
        return found if self.corrected is None else Tier.TYPO

    def is_part(self, word: ArticleWord) -> bool:
        """Whether a word of an article that matches does so by its parts alone."""
        return self._shared(word) is Tier.COMPOUND

    def _shared(self, word: ArticleWord) -> Tier | None:
        """The best of what both words share: form, variant, stem, or the stem of a part."""
        if self.form == word.form:
            return Tier.EXACT
        if self.variants[0] in word.variants or word.variant in self.variants:
            return Tier.VARIANT
        if word.stem in self.stems or any(reading.stem in self.stems for reading in word.readings):
            return Tier.INFLECTION
        return None if set(self.stems).isdisjoint(word.stems) else Tier.COMPOUND

    def width(self, word: ArticleWord) -> int:
        """How many words of the article are the match: more than one where they are one word together."""
        if self.form == word.form or word.stem in self.stems:
            return 1
        return max(
            (it.words for it in word.readings if it.variant in self.variants or it.stem in self.stems), default=1
        )


@dataclass(frozen=True)
class WantedLeaf:
    """A word or phrase of the query: words that stand side by side, or are one word together (`joined`)."""

    words: tuple[WantedWord, ...]
    field: Field | None
    joined: WantedWord | None = None
    is_prefix: bool = False
    parts: tuple[str, ...] = ()
    """The words that a compound is made of."""


def phrase_stems(words: Sequence[WantedWord]) -> list[tuple[str, ...]]:
    """The stems of words that stand side by side, in German and in each other language of the archive."""
    languages = range(max((len(word.stems) for word in words), default=0))
    found = [tuple(word.stems[min(number, len(word.stems) - 1)] for word in words) for number in languages]
    return list(dict.fromkeys(found))


class Wanting:
    """Finds out what is wanted, once for each leaf of a query."""

    def __init__(self, chain: Chain, languages: Sequence[str], archive: Archive) -> None:
        self._chain = chain
        self._languages = languages
        self._archive = archive

    def leaves(self, node: Node | None, expand: frozenset[Tier]) -> Mapping[Word | Phrase, WantedLeaf]:
        """What is wanted of each leaf of a tree."""
        return {leaf: self._leaf(leaf, expand | {Tier.EXACT}) for leaf in all_leaves(node)}

    def _leaf(self, leaf: Word | Phrase, expand: frozenset[Tier]) -> WantedLeaf:
        tiers = frozenset({Tier.EXACT}) if leaf.is_exact else expand
        tokens = list(self._chain.tokens(leaf.text))
        words = tuple(self._word(token, tiers) for token in tokens)
        if not (isinstance(leaf, Word) and leaf.is_prefix):
            words = tuple(map(self._corrected, words))
        if isinstance(leaf, Phrase):
            return WantedLeaf(words, leaf.field)
        if leaf.is_prefix:
            return WantedLeaf(words, leaf.field, is_prefix=True)
        if len(words) > 1:
            return WantedLeaf(words, leaf.field, self._joined(words, tiers) if Tier.VARIANT in tiers else None)
        parts = self._chain.part_words(tokens[0].form) if tokens and Tier.COMPOUND in tiers else ()
        return WantedLeaf(words, leaf.field, parts=parts)

    def _joined(self, words: Sequence[WantedWord], tiers: frozenset[Tier]) -> WantedWord:
        """What is written with hyphens as one word; its parts are known."""
        joined = self._of_form("".join(word.form for word in words), tiers)
        if Tier.COMPOUND not in tiers:
            return joined
        parts = dict.fromkeys(stem for word in words for stem in (word.stems[0], *word.parts))
        return replace(
            joined,
            parts=tuple(stem for stem in parts if not is_function_stem(stem)),
            splits=tuple(pairwise(word.stems[0] for word in words)),
        )

    def _corrected(self, word: WantedWord) -> WantedWord:
        if self._archive.knows(word):
            return word
        if Tier.COMPOUND in word.tiers and not word.splits:
            word = replace(word, splits=tuple(self._attested_splits(word.form)))
        if Tier.TYPO not in word.tiers or self._chain.is_common(word.form):
            return word
        for found in self._archive.corrections(word.form):
            # What can be a compound is one, unless it differs in one letter from a word of the archive.
            if not self._chain.word(found.form).is_function_word and (found.edits == 1 or not word.splits):
                meant = self._of_form(found.form, word.tiers)
                return replace(meant, splits=(*meant.splits, *word.splits), corrected=word.form)
        return word

    def _attested_splits(self, form: str) -> Iterator[tuple[str, str]]:
        """The stems of two words of the archive of which a word is made that neither it nor the lexicon knows."""
        for place in range(_LEAST_PART, len(form) - _LEAST_PART + 1):
            if self._is_part(form[place:]):
                for linking in _LINKING:
                    first = form[:place].removesuffix(linking)
                    if form[:place] == first + linking and self._is_part(first):
                        yield self._chain.word(first).stem, self._chain.word(form[place:]).stem
                        break

    def _is_part(self, form: str) -> bool:
        return len(form) >= _LEAST_PART and self._archive.has(form) and not self._chain.word(form).is_function_word

    def _of_form(self, form: str, tiers: frozenset[Tier]) -> WantedWord:
        return self._word(Token(self._chain.word(form), form, 0, 0, len(form)), tiers)

    def _word(self, token: Token, tiers: frozenset[Tier]) -> WantedWord:
        word = token.word
        stems = [word.stem, *(reading.stem for reading in word.readings)]
        stems += [self._chain.word(token.surface, language).stem for language in self._languages if language != GERMAN]
        return WantedWord(
            word.form,
            word.variants,
            tuple(dict.fromkeys(stems)),
            tiers,
            tuple(dict.fromkeys(part.stem for part in word.parts)) if Tier.COMPOUND in tiers else (),
            self._chain.splits(word.form) if Tier.COMPOUND in tiers else (),
            may_be_noun=self._chain.may_be_noun(word.form),
        )


def all_leaves(node: Node | None) -> Iterator[Word | Phrase]:
    """All words and phrases of a tree."""
    match node:
        case Word() | Phrase():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from all_leaves(child)
        case Not(child):
            yield from all_leaves(child)
