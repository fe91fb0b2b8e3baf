"""An article as a Whoosh document, and back."""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from service.articles.dates import TIME_ZONE
from service.articles.model import Article, Section
from service.articles.slug import slug

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENTS = ("published", "modified")


def to_document(article: Article) -> dict[str, Any]:
    """The values of the fields of the schema table."""
    headings = [section.heading for section in article.sections if section.heading is not None]
    paragraphs = [paragraph for section in article.sections for paragraph in section.paragraphs]
    document: dict[str, Any] = {
        "id": article.id,
        "tag": _keywords(article.tags),
        "source": _keywords([article.source or ""]),
        "section": _keywords([article.section or ""]),
        "author": _keywords(article.authors),
        "language": article.language or "",
        "title_key": title_key(article.title),
        "article": _stored(article),
    }
    if article.published is not None:
        document["published"] = to_moment(article.published)
    texts = {
        "title": [article.title],
        "lead": [article.lead],
        "headings": headings,
        "body": paragraphs,
        "tags": article.tags,
        "authors": article.authors,
    }
    for name, parts in texts.items():
        document[name] = document[f"{name}_form"] = "\n".join(parts)
    return document


def names_of(article: Article) -> dict[str, set[str]]:
    """The names in the article for each keyword field that has names."""
    return {
        field: {unicodedata.normalize("NFC", name) for name in names if name}
        for field, names in (
            ("tag", article.tags),
            ("source", (article.source,)),
            ("section", (article.section,)),
            ("author", article.authors),
        )
    }


def from_stored(stored: str) -> Article:
    """The article of a document's stored field."""
    values = json.loads(stored)
    values["sections"] = tuple(
        Section(section["heading"], tuple(section["paragraphs"])) for section in values["sections"]
    )
    for name in ("tags", "authors"):
        values[name] = tuple(values[name])
    for name in _MOMENTS:
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    return Article(**values)


def to_moment(when: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def from_moment(moment: int) -> datetime:
    """The inverse of `to_moment`, in Europe/Berlin."""
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(TIME_ZONE)


def title_key(title: str) -> str:
    """What titles are sorted by: DIN 5007-1, where ä counts as a and ß as ss; punctuation in front does not count."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.lstrip("".join({char for char in letters if not char.isalnum()})) or letters


def _keywords(names: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(slug(name) for name in names if name))


def _stored(article: Article) -> str:
    values = asdict(article)
    for name in _MOMENTS:
        if values[name] is not None:
            values[name] = values[name].isoformat()
    return json.dumps(values, ensure_ascii=False)
