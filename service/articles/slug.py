"""Slugs: the ids of tags, sources, sections and authors."""

import re
import unicodedata

_REPLACED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "+": "plus"})
_RUN_OF_DASHES = re.compile("-{2,}")


def slug(name: str) -> str:
    """The id that belongs to a name: `slug("Künstliche Intelligenz")` is `"kuenstliche-intelligenz"`.

    Case is folded (which writes ß as ss), ä ö ü are written ae oe ue, + as plus; letters and digits of any script
    stay, everything else becomes one dash between them. A name without any letter or digit gets the code points of
    its characters, so that it can still be addressed. `slug(slug(x)) == slug(x)`; a slug never starts with `_`.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).translate(_REPLACED)
    # A mark behind a letter that has just been written anew may compose with it.
    kept = unicodedata.normalize("NFC", "".join(char if _stays(char) else "-" for char in folded))
    joined = _RUN_OF_DASHES.sub("-", kept).strip("-")
    if joined:
        return joined
    return "-".join(f"u{ord(char):x}" for char in name.strip())


def _stays(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")
