"""The optional header of the house format: lines of `Schlüssel: Wert` above the title."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.articles.dates import parse_date

_LINE = re.compile(
    r"(?P<key>datum|aktualisiert|autor|quelle|ressort|url|sprache|id)\s*:(?P<value>.*)", re.IGNORECASE | re.ASCII
)
_GENDER_COLON = re.compile(r"(?ai:autor:\*?in(?:nen)?)\b|(?ai:autor:\*?)innen")
"""Headlines such as `Autor:innen fordern mehr Geld` and `Autor:innenverband klagt`; a name begins with a capital."""
_BETWEEN_AUTHORS = re.compile(r"\s*[,;]\s*|\s+und\s+")
_LANGUAGE_NAMES = {
    "deutsch": "de",
    "englisch": "en",
    "französisch": "fr",
    "niederländisch": "nl",
    "dänisch": "da",
}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """The metadata above the title; `problems` are (line index, sentence) of values that could not be used.

    `id_index` is the index of the line that names the id, `date_index` of the one that says when it was published.
    """

    id: str | None = None
    id_index: int | None = None
    published: datetime | None = None
    date_index: int | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    section: str | None = None
    url: str | None = None
    language: str | None = None
    problems: tuple[tuple[int, str], ...] = field(default=())


def read_header(lines: Sequence[str]) -> tuple[Header, int]:
    """The header at the top of the lines, and how many lines it takes. Lines are stripped and not empty."""
    header = Header()
    for index, line in enumerate(lines):
        found = _LINE.fullmatch(line)
        if found is None or _GENDER_COLON.match(line):
            return header, index
        key, value = found["key"].lower(), found["value"].strip()
        if not value:
            continue
        try:
            header = _SETTERS[key](header, value)
            if key == "id":
                header = replace(header, id_index=index)
            elif key == "datum":
                header = replace(header, date_index=index)
        except ValueError as error:
            header = replace(header, problems=(*header.problems, (index, f"{found['key']}: {error}")))
    return header, len(lines)


def _published(header: Header, value: str) -> Header:
    return replace(header, published=_date(value))


def _modified(header: Header, value: str) -> Header:
    return replace(header, modified=_date(value))


def _date(value: str) -> datetime:
    try:
        return parse_date(unicodedata.normalize("NFC", value))
    except ValueError as error:
        raise ValueError(f"{value!r} is no date; write 2026-11-23 or 23.11.2026, 14:30 Uhr") from error


def _authors(header: Header, value: str) -> Header:
    names = tuple(name for name in _BETWEEN_AUTHORS.split(value) if name)
    return replace(header, authors=header.authors + names)


def _url(header: Header, value: str) -> Header:
    if not _URL.fullmatch(value):
        raise ValueError(f"{value!r} is no web address; it begins with http:// or https://")
    return replace(header, url=value)


def _language(header: Header, value: str) -> Header:
    tag = unicodedata.normalize("NFC", value).casefold()
    tag = _LANGUAGE_NAMES.get(tag, tag.partition("-")[0])
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError(f"{value!r} is no language; write a code such as de or en")
    return replace(header, language=tag)


_SETTERS: dict[str, Callable[[Header, str], Header]] = {
    "id": lambda header, value: replace(header, id=value),
    "datum": _published,
    "aktualisiert": _modified,
    "autor": _authors,
    "quelle": lambda header, value: replace(header, source=value),
    "ressort": lambda header, value: replace(header, section=value),
    "url": _url,
    "sprache": _language,
}
