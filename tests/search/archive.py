"""A small archive in memory, for what asks an archive of its words."""

from collections.abc import Sequence

import numpy as np

from service.german.spelling import Correction, Speller
from service.german.tokens import Chain
from service.search.wanted import WantedWord


class WordArchive:
    """Knows the words of some texts."""

    def __init__(self, chain: Chain, *texts: str) -> None:
        self._words = [token.word for text in texts for token in chain.tokens(text)]
        self._forms = sorted({word.form for word in self._words})
        self._speller = Speller(self._forms, np.ones(len(self._forms), np.uint32))

    def knows(self, word: WantedWord) -> bool:
        """Whether any word matches in any tier."""
        return any(word.tier(other) is not None for other in self._words)

    def has(self, form: str) -> bool:
        """Whether any word has this form."""
        return form in self._forms

    def corrections(self, form: str, limit: int = 3) -> Sequence[Correction]:
        """See `service.german.spelling`."""
        return self._speller.corrections(form, limit)
