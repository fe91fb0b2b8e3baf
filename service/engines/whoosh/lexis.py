"""The words of an archive: whether it knows a word, and what a misspelled one was meant for."""

import threading

import numpy as np

from service.german.spelling import Correction, Speller
from service.index.analysis import FORM, PART, VARIANT
from service.index.reader import OpenGeneration
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

    def corrections(self, form: str, limit: int = 3) -> list[Correction]:
        """The forms of the archive that it is most likely meant for, best first; frequencies count articles."""
        return self.speller.corrections(form, limit)

    @property
    def speller(self) -> Speller:
        """Corrects words by those of the archive."""
        with self._lock:
            if self._made is None:
                terms, frequencies = self._generation.terms(_WORDS, FORM)
                self._made = Speller([term[len(FORM) :].decode() for term in terms], np.array(frequencies, np.uint32))
            return self._made
