"""RIS, the tagged format of reference managers, by the specification of Reference Manager, in UTF-8.

A line has a tag of two characters, two spaces, a dash, a space and the value; it ends in CR LF. `TY` is the first tag
of a record and `ER` the last.
"""

from collections.abc import Iterator

from service.api.formats.written import Absolute, cited_address, one_line
from service.articles.dates import berlin_day
from service.search.page import Hit

_NO_ASTERISK = str.maketrans("*", "∗")
"""The specification forbids the asterisk in authors, keywords and names of periodicals; this is another one."""

_SUFFIXES = frozenset(
    [
        *("jr", "jr.", "jun.", "junior", "sr", "sr.", "sen.", "senior", "ii", "iii", "iv"),
        *("dr.", "prof.", "ph.d.", "m.a.", "m.sc.", "ll.m.", "mdb", "mdl"),
    ]
)
"""What may stand behind the family of a name, in small letters."""


def to_ris(hit: Hit, absolute: Absolute) -> bytes:
    """One record of type NEWS, without the tags for which the article has nothing."""
    lines = [f"{tag}  - {one_line(value)}\r\n" for tag, value in _tags(hit, absolute) if one_line(value)]
    return "".join(("TY  - NEWS\r\n", *lines, "ER  - \r\n")).encode()


def _tags(hit: Hit, absolute: Absolute) -> Iterator[tuple[str, str]]:
    article = hit.article
    yield "TI", article.title
    for name in article.authors:
        yield "AU", _inverted(one_line(name)).translate(_NO_ASTERISK)
    yield "T2", (article.source or "").translate(_NO_ASTERISK)
    if article.published is not None:
        day = berlin_day(article.published).isoformat()
        yield "PY", day[:4]
        yield "DA", f"{day.replace('-', '/')}/"  # what may stand behind the last one is no date
    yield "SE", article.section or ""
    yield "AB", article.lead
    for tag in hit.tags:
        yield "KW", tag.name.translate(_NO_ASTERISK)
    yield "LA", article.language or ""
    yield "UR", cited_address(article, absolute).replace(";", "%3B")  # a semicolon parts two addresses


def _inverted(name: str) -> str:
    """`Mareike von der Heide jr.` as `von der Heide, Mareike, jr.`: family, given names, and what stands behind them.

    The family is the last word with the small ones before it. A name that begins small is a family alone, and one that
    ends in brackets an office or an agency: both stay as they are, and so does a single word.
    """
    words = name.split()
    end = len(words)
    while end and words[end - 1].casefold() in _SUFFIXES:
        end -= 1
    if "," in name or end <= 1 or name[0].islower() or name[-1] in ")]":
        return name
    first = end - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    parts = (words[first:end], words[:first], words[end:])
    return ", ".join(" ".join(part) for part in parts if part)
