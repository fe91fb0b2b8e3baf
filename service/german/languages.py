"""Other languages than German: which there are, and which one a text is in."""

from collections.abc import Iterable

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from service.german.function_words import FUNCTION_WORDS

GERMAN = "de"
SNOWBALL_NAMES = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
"""Languages with a Snowball stemmer, by their code, and how Snowball calls them."""

_LOOKED_AT = 2_000
"""Code points of a text that are looked at."""
_LEAST = 40
"""A shorter text says too little."""
_GERMAN_SHARE = 0.2
"""A text in which function words are more frequent than this is German; what else it may be need not be asked."""
_SURE = 0.95


class LanguageDetector:
    """Says which language a text is in (py3langid)."""

    def __init__(self) -> None:
        self._identifier: LanguageIdentifier | None = None

    def language(self, declared: str | None, lines: Iterable[str]) -> str | None:
        """The code of the language of an article: what is declared, or else what its lines are in.

        None where they are too short to tell, or could be in several.
        """
        if declared:
            return declared.partition("-")[0].lower()
        text = " ".join(lines)[:_LOOKED_AT]
        words = text.lower().split()
        if len(text) < _LEAST:
            return None
        if sum(word in FUNCTION_WORDS for word in words) > _GERMAN_SHARE * len(words):
            return GERMAN
        if self._identifier is None:
            self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        code, probability = self._identifier.classify(text)
        return str(code) if probability > _SURE else None


def analysed_as(language: str | None) -> str:
    """The language whose words those of a text are taken for: its own if there is a stemmer for it, or else German."""
    return language if language in SNOWBALL_NAMES else GERMAN
