"""The German chain behind Whoosh's analyzer interface.

A text in another language than German has a mark before each of its pieces (`prepared`), as Whoosh hands an analyzer
nothing but the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from whoosh.analysis import Analyzer, Token

from service.german.ellipsis import glue
from service.german.languages import GERMAN
from service.german.tokens import BLOCK_GAP, LINE_END, PIECE, Chain, Word

_MARK = "\x7f"
_PIECE = re.compile(r"[^\x00-\x20]+")


FORM = "="
"""Stands before forms in a field that holds several kinds of terms."""
VARIANT = "~"
"""Stands before variants."""
STEM = "."
"""Stands before the stems of words and of their readings."""
PART = "+"
"""Stands before the same stems and those of parts."""


def prepared(text: str, language: str) -> str:
    """The text as the analyzers take it."""
    if language == GERMAN:
        return glue(text.replace(_MARK, " "))
    return _PIECE.sub(lambda found: f"{_MARK}{language}{_MARK}{found[0]}", text.replace(_MARK, " "))


class _ChainAnalyzer(Analyzer):
    """Hands the tokens of the chain to Whoosh. It pickles as its class alone: Whoosh pickles schemas."""

    context_free_gaps: ClassVar[Mapping[str, int]] = {LINE_END: BLOCK_GAP}
    """By how many positions the end of a line moves on."""

    def __init__(self, chain: Chain | None = None) -> None:
        self._chain = chain or Chain()

    def __reduce__(self) -> tuple[type["_ChainAnalyzer"], tuple[()]]:
        return type(self), ()

    def __call__(self, value: str, **_modes: Any) -> Iterator[Token]:
        token = Token(positions=True)
        position = 0
        for piece in PIECE.findall(value):
            if piece == LINE_END:
                position += BLOCK_GAP
                continue
            for term in self.context_free_terms(piece):
                token.text = term
                token.pos = position
                token.boost = 1.0
                token.stopped = False
                position += 1
                yield token

    def context_free_terms(self, piece: str) -> Sequence[str]:
        """The terms of a piece."""
        language = GERMAN
        if piece.startswith(_MARK):
            language, _, piece = piece[1:].partition(_MARK)
        words = self._chain.piece(piece, language)
        if len(words) == 1:
            return self.terms(words[0])
        return [term for word in words for term in self.terms(word)]

    def terms(self, word: Word) -> Sequence[str]:
        """What is indexed of a word."""
        raise NotImplementedError


class StemAnalyzer(_ChainAnalyzer):
    """Indexes stems, one a word."""

    def terms(self, word: Word) -> Sequence[str]:
        """The stem."""
        return (word.stem,)


class FormAnalyzer(_ChainAnalyzer):
    """Indexes forms, one a word."""

    def terms(self, word: Word) -> Sequence[str]:
        """The form."""
        return (word.form,)


class TierAnalyzer(_ChainAnalyzer):
    """Indexes what a word is found by: its variants and stems, those of its parts and readings."""

    def terms(self, word: Word) -> Sequence[str]:
        """Variants and stems."""
        return (
            *(VARIANT + variant for variant in word.variants),
            *(PART + stem for stem in word.stems),
        )


class AllTiersAnalyzer(TierAnalyzer):
    """Indexes the form too, and apart from the parts the stems of words as they stand."""

    def terms(self, word: Word) -> Sequence[str]:
        """Form, variants and stems."""
        stems = dict.fromkeys((word.stem, *(reading.stem for reading in word.readings)))
        return (FORM + word.form, *(STEM + stem for stem in stems), *super().terms(word))
