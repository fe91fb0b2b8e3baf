"""What is alike while typing: the words of a text as they are compared with the beginning of a word."""

import re
import unicodedata

from service.german.words import IGNORABLE

_UNDIVIDED = {"æ": "ae", "œ": "oe", "ø": "oe", "ł": "l", "đ": "d", "ı": "i"}
"""Letters that Unicode does not take apart into a letter and an accent."""
_REPLACED = str.maketrans(_UNDIVIDED | dict.fromkeys("’" + IGNORABLE, ""))
_ACCENTS = re.compile("[\u0300-\u036f]+")
_PLUS = re.compile(r"(?<=[^\W_])\++(?![^\W_])")
"""C++ is not C, nor is Disney+ Disney."""
_LAST_PLUS = re.compile(r"(?<!\+)\+[^\w+]*$")
_WORD = re.compile(r"[^\W_]+")


def folded_words(text: str) -> list[str]:
    """The words of a text: case and accents folded, ä as ae, ß as ss, but u is not ü.

    Unlike `service.german.variants.variant_key`, the fold of a beginning is a beginning of the fold.
    """
    if text.isascii():
        folded = text.lower().replace("'", "")
    else:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
        folded = folded.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("'", "")
        if not folded.isascii():
            folded = folded.translate(_REPLACED)
            folded = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))
    if "+" in folded:
        folded = _PLUS.sub(lambda found: "plus" * len(found[0]), folded)
    return _WORD.findall(folded)


def typed_words(q: str) -> list[str]:
    """The words of what has been typed; a single plus at its end is no part of them."""
    return folded_words(_LAST_PLUS.sub("", q))
