"""stub"""

from dataclasses import dataclass

from service.german.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Part:
    """Stub."""

    start: int
    end: int
    lemma: str


class Splitter:
    """Stub."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def split(self, form: str) -> tuple[Part, ...]:
        """Stub."""
        for at in range(4, len(form) - 3):
            if self.lexicon.is_known(form[:at]) and self.lexicon.is_known(form[at:]):
                return Part(0, at, form[:at]), Part(at, len(form), form[at:])
        return ()

    def parts(self, form: str) -> tuple[Part, ...]:
        """Stub."""
        return self.split(form)
