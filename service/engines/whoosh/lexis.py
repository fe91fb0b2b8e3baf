"""The words of an archive: whether it knows a word, and what a misspelled one was meant for."""

import threading
from collections.abc import Iterator, Sequence

import numpy as np
from whoosh.query import Or, Prefix, Term

from service.german.spelling import Correction, Speller
from service.index.analysis import FORM, PART, STEM, VARIANT
from service.index.reader import OpenGeneration
from service.index.schema import form_field, tier_field
from service.search.explanation import TermCount, TermExplanation
from service.search.tier import Tier
from service.search.wanted import WantedLeaf, WantedWord

_WORDS = "words"
_SIDE_BY_SIDE = frozenset({Tier.INFLECTION, Tier.TYPO})
"""The tiers in which words of a phrase are looked for beside their form."""


class Lexis:
    """The words of an open generation. What corrects them is made when it is first asked for; threads share it."""

    def __init__(self, generation: OpenGeneration) -> None:
        self._generation = generation
        self._lock = threading.Lock()
        self._made: Speller | None = None

    def knows(self, word: WantedWord) -> bool:
        """Whether any article has it in any tier but the last."""
        terms = [FORM + word.form, *(VARIANT + it for it in word.variants), *(PART + it for it in word.stems)]
        return any(self._generation.document_frequency(_WORDS, term) for term in terms)

    def has(self, form: str) -> bool:
        """Whether any article has exactly this form."""
        return self._generation.document_frequency(_WORDS, FORM + form) > 0

    def explain(self, leaf: WantedLeaf, names: Sequence[str]) -> Iterator[TermExplanation]:
        """What the words of a leaf are looked for as in some text fields, or in all, and how many articles have it."""
        if leaf.is_prefix:
            yield from (self._explained(word, word.tiers, names) for word in leaf.words[:-1])
            yield self._beginning(leaf.words[-1], names)
        elif len(leaf.words) == 1:
            yield self._explained(leaf.words[0], leaf.words[0].tiers, names, leaf.parts)
        else:
            yield from (self._explained(word, word.tiers & _SIDE_BY_SIDE, names) for word in leaf.words)
            if leaf.joined is not None:
                yield self._explained(leaf.joined, leaf.joined.tiers - {Tier.TYPO}, names)

    def _explained(
        self, word: WantedWord, tiers: frozenset[Tier], names: Sequence[str], parts: Sequence[str] = ()
    ) -> TermExplanation:
        """A word as it is looked for in some tiers; nothing of the others."""
        written = word.form if word.corrected is None else word.corrected
        corrections = self.corrections(written) if Tier.TYPO in tiers else []

        def counts(tier: Tier, kind: str, terms: Sequence[str]) -> tuple[TermCount, ...]:
            return tuple(TermCount(it, self._count(kind, it, names)) for it in terms) if tier in tiers else ()

        return TermExplanation(
            written,
            word.form,
            TermCount(word.form, self._count(FORM, word.form, names)),
            counts(Tier.VARIANT, VARIANT, word.variants),
            counts(Tier.INFLECTION, STEM, word.stems),
            counts(Tier.COMPOUND, PART, word.stems),
            tuple(
                TermCount(part.form, self._count(PART, part.stem, names))
                for part in map(self._generation.chain.word, parts)
            ),
            tuple(TermCount(found.form, found.frequency) for found in corrections),
        )

    def _beginning(self, word: WantedWord, names: Sequence[str]) -> TermExplanation:
        """A beginning, which is looked for in forms, and where it may be spelled otherwise in variants."""
        variant = word.variant_beginning if Tier.VARIANT in word.tiers else None
        variants = () if variant is None else (TermCount(f"{variant}*", self._count(VARIANT, variant, names, Prefix)),)
        form = TermCount(f"{word.form}*", self._count(FORM, word.form, names, Prefix))
        return TermExplanation(form.term, form.term, form, variants, (), (), (), ())

    def _count(self, kind: str, text: str, names: Sequence[str], node: type[Term] | type[Prefix] = Term) -> int:
        """How many articles have a term, or one that begins so, in one of some text fields, or in any."""
        if not names and node is Term:
            return self._generation.document_frequency(_WORDS, kind + text)
        places = [(_WORDS, kind + text)] if not names else [_place(name, kind, text) for name in names]
        return len(self._generation.matching(Or([node(*place) for place in places])))

    def corrections(self, form: str, limit: int = 3) -> list[Correction]:
        """The forms of the archive that it is most likely meant for, best first; frequencies count articles."""
        return self.speller.corrections(form, limit)

    @property
    def speller(self) -> Speller:
        """Corrects words by those of the archive."""
        with self._lock:
            if self._made is None:
                forms, counts = self._generation.forms()
                self._made = Speller(forms, np.array(counts, np.uint32))
            return self._made


def _place(name: str, kind: str, text: str) -> tuple[str, str]:
    """Field and text of the term that a text field has for a form, variant, stem or part."""
    if kind == FORM:
        return form_field(name), text
    return (name, text) if kind == STEM else (tier_field(name), kind + text)
