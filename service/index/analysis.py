"""The German chain behind Whoosh's analyzer interface."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from whoosh.analysis import Analyzer, Token

from service.german.tokens import BLOCK_GAP, LINE_END, Chain
from service.german.tokens import Token as GermanToken


class _ChainAnalyzer(Analyzer):
    """Hands the tokens of the chain to Whoosh. It pickles as its class alone: Whoosh pickles schemas."""

    context_free_gaps: ClassVar[Mapping[str, int]] = {LINE_END: BLOCK_GAP}
    """By how many positions the end of a line moves on."""

    def __init__(self, chain: Chain | None = None) -> None:
        self._chain = chain or Chain()

    def __reduce__(self) -> tuple[type["_ChainAnalyzer"], tuple[()]]:
        return type(self), ()

    def __call__(self, value: str, **_modes: Any) -> Iterator[Token]:
        token = Token(positions=True, chars=True)
        for found in self._chain.tokens(value):
            token.text = self.term(found)
            token.pos = found.position
            token.startchar = found.start
            token.endchar = found.end
            token.boost = 1.0
            token.stopped = False
            yield token

    def context_free_terms(self, piece: str) -> list[str]:
        """The terms of a piece."""
        return [self.term(token) for token in self._chain.tokens(piece)]

    def term(self, token: GermanToken) -> str:
        """What is indexed of a token."""
        raise NotImplementedError


class StemAnalyzer(_ChainAnalyzer):
    """Indexes stems."""

    def term(self, token: GermanToken) -> str:
        """The stem."""
        return token.stem


class FormAnalyzer(_ChainAnalyzer):
    """Indexes forms."""

    def term(self, token: GermanToken) -> str:
        """The form."""
        return token.form
