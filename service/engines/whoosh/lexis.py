"""The words of an archive: whether it knows a word, and what a misspelled one was meant for."""

import threading
from collections.abc import Sequence

import numpy as np

from service.german.spelling import Correction, Speller
from service.index.analysis import FORM, PART, STEM, VARIANT
from service.index.reader import OpenGeneration
from service.search.explanation import TermCount, TermExplanation
from service.search.wanted import WantedWord

_WORDS = "words"


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

    def explain(self, word: WantedWord, parts: Sequence[str]) -> TermExplanation:
        """What a word is looked for as, and how many articles have each of it."""
        written = word.form if word.corrected is None else word.corrected
        return TermExplanation(
            written,
            word.form,
            self._count(FORM, word.form),
            tuple(self._count(VARIANT, variant) for variant in word.variants),
            tuple(self._count(STEM, stem) for stem in word.stems),
            tuple(self._count(PART, stem) for stem in word.stems),
            tuple(self._count(PART, part.stem, part.form) for part in map(self._generation.chain.word, parts)),
            tuple(TermCount(found.form, found.frequency) for found in self.corrections(written)),
        )

    def _count(self, kind: str, term: str, shown: str | None = None) -> TermCount:
        return TermCount(shown or term, self._generation.document_frequency(_WORDS, kind + term))

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
