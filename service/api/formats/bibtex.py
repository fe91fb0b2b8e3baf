"""BibTeX in UTF-8, for BibTeX itself, biblatex and reference managers.

Source: Patashnik, BibTeXing (1988), for types, names and months; the manual of biblatex for `date` and `langid`.
"""

import re
from datetime import datetime

from service.api.formats.keys import citation_key
from service.api.formats.written import Absolute, cited_address, one_line
from service.articles.dates import berlin_day
from service.search.page import Hit

_COMMANDS = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces even behind a backslash, so that no single one may stand anywhere.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': '{"}',  # German babel makes umlauts of it and the letter behind it
    **{char: f"\\{char}" for char in "$&#%_"},
}
_SPECIAL = re.compile(f"[{re.escape(''.join(_COMMANDS))}]")
_LIGATURE = re.compile(r"([-`',])(?=\1)|[?!](?=`)")
"""Where TeX would make one sign of two."""
_NEEDS_BRACES = re.compile(r",|(^|\s)and(\s|$)|^others$", re.IGNORECASE)
_LANGUAGES = {"de": "ngerman", "en": "english", "fr": "french", "nl": "dutch", "da": "danish"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def to_bibtex(hit: Hit, absolute: Absolute) -> bytes:
    """One entry: an `@article` if all that BibTeX requires of one is known, else `@misc`, which requires nothing."""
    article = hit.article
    kind, place = "misc", "howpublished"
    if article.authors and article.source and article.published:
        kind, place = "article", "journal"
    fields = {
        "author": " and ".join(_name(name) for name in article.authors),
        "title": f"{{{_escaped(article.title)}}}",  # braces keep the capitals of German nouns
        place: _escaped(article.source or ""),
        "abstract": _escaped(article.lead),
        "keywords": ", ".join(_keyword(tag.name) for tag in hit.tags),
        "langid": _LANGUAGES.get(article.language or "", ""),
        "url": cited_address(article, absolute),  # styles and biblatex take it verbatim
    }
    written = {name: f"{{{value}}}" for name, value in fields.items() if value}
    if article.published is not None:
        written |= _date(article.published)
    lines = [f"@{kind}{{{citation_key(article.id)},", *(f"  {name} = {value}," for name, value in written.items()), "}"]
    return ("\n".join(lines) + "\n").encode()


def _date(published: datetime) -> dict[str, str]:
    """Year and month for BibTeX, which knows no days and passes over `date`."""
    day = berlin_day(published)
    return {"year": f"{{{day.year}}}", "month": _MONTHS[day.month - 1], "date": f"{{{day.isoformat()}}}"}


def _escaped(text: str) -> str:
    parted = _LIGATURE.sub(lambda found: f"{found[0]}\0", one_line(text))
    return _SPECIAL.sub(lambda found: _COMMANDS[found[0]], parted).replace("\0", "{}")


def _keyword(name: str) -> str:
    """A keyword; braces keep one together that has a comma, which parts two."""
    escaped = _escaped(name)
    return f"{{{escaped}}}" if "," in escaped else escaped


def _name(name: str) -> str:
    """A name; one that is hardly a person's, or that would be taken for several, is kept together by braces."""
    escaped = _escaped(name)
    return f"{{{escaped}}}" if "\\" in escaped or _NEEDS_BRACES.search(one_line(name)) else escaped
