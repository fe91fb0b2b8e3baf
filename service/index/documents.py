"""An article as a Whoosh document, and back."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service.articles.dates import TIME_ZONE
from service.articles.model import Article, Section
from service.articles.slug import slug
from service.german.languages import analysed_as
from service.german.outline import Outline, make_outline
from service.german.tokens import LINE_END, Chain
from service.index.analysis import prepared
from service.index.schema import form_field, tier_field, weights

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = ("id", "source", "section", "url", "language")
_LINES = ("lead", "headings", "body")


@dataclass(frozen=True)
class Stored:
    """What is stored of an article: itself, and what an answer would else have to find out again.

    `tag_ids` are the slugs of its tags, each once; `outline` is that of the title and the lines of the text.
    """

    article: Article
    tag_ids: Sequence[str]
    outline: Outline


def to_document(article: Article, chain: Chain) -> dict[str, Any]:
    """The values of the fields of the schema table."""
    language = analysed_as(article.language)
    document: dict[str, Any] = {
        "id": article.id,
        "tag": _keywords(article.tags),
        "source": _keywords([article.source or ""]),
        "section": _keywords([article.section or ""]),
        "author": _keywords(article.authors),
        "language": article.language or "",
        "title_key": title_key(article.title),
        "word_count": article.word_count,
        "article": _stored(article, chain, language),
    }
    for name in ("published", "modified"):
        moment = getattr(article, name)
        if moment is not None:
            document[name] = to_moment(moment)
    if article.published is not None:
        document["year"] = str(from_moment(to_moment(article.published)).year)
    texts = {
        "title": [article.title],
        **{name: [text for kind, text in article.lines() if kind == name] for name in _LINES},
        "tags": article.tags,
        "authors": article.authors,
    }
    for name, parts in texts.items():
        text = prepared(LINE_END.join(parts), language)
        document[name] = document[form_field(name)] = document[tier_field(name)] = text
    document["words"] = LINE_END.join(document[name] for name in weights())
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


def from_stored(stored: Mapping[str, Any]) -> Stored:
    """What a document's stored field says."""
    lines = stored["lines"]
    begin = 2 if stored["has_lead"] else 1
    article = Article(
        **stored["plain"],
        title=lines[0],
        lead=lines[1] if stored["has_lead"] else "",
        sections=_sections(stored["sections"], lines, begin),
        tags=tuple(stored["tags"]),
        authors=tuple(stored["authors"]),
        published=_from_iso(stored["published"]),
        modified=_from_iso(stored["modified"]),
    )
    vars(article)["word_count"] = stored["word_count"]  # a cached property looks here before it counts
    firsts, numbers, starts, ends = stored["sentences"]
    outline = Outline(
        lines,
        stored["stems"],
        stored["parts"],
        stored["part_words"],
        firsts,
        numbers,
        starts,
        ends,
        stored["language"],
    )
    return Stored(article, stored["tag_ids"], outline)


def to_moment(when: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def from_moment(moment: int) -> datetime:
    """The inverse of `to_moment`, in Europe/Berlin; in UTC where that is in the year 10000."""
    utc = from_moment_utc(moment)
    try:
        return utc.astimezone(TIME_ZONE)
    except OverflowError:
        return utc


def from_moment_utc(moment: int) -> datetime:
    """The inverse of `to_moment`, in UTC."""
    return _EPOCH + timedelta(microseconds=moment)


def title_key(title: str) -> str:
    """What titles are sorted by: DIN 5007-1, where ä counts as a and ß as ss; punctuation in front does not count."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.lstrip("".join({char for char in letters if not char.isalnum()})) or letters


def _keywords(names: Iterable[str]) -> str:
    return ",".join(_slugs(name for name in names if name))


def _slugs(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(slug(name) for name in names))


def _stored(article: Article, chain: Chain, language: str) -> dict[str, Any]:
    """The stored field: JSON types that need no more work than orjson's to be read."""
    is_heading = [kind == "headings" for kind, _ in article.lines()]
    outline = make_outline([article.title, *article.texts()], [True, *is_heading], chain, language)
    return {
        "plain": {name: getattr(article, name) for name in _PLAIN},
        "lines": outline.lines,
        "has_lead": bool(article.lead),
        "sections": [(section.heading is not None, len(section.paragraphs)) for section in article.sections],
        "tags": article.tags,
        "tag_ids": _slugs(article.tags),
        "authors": article.authors,
        "published": _to_iso(article.published),
        "modified": _to_iso(article.modified),
        "word_count": article.word_count,
        "stems": outline.stems,
        "parts": outline.parts,
        "part_words": outline.part_words,
        "language": language,
        "sentences": (outline.firsts, outline.numbers, outline.starts, outline.ends),
    }


def _to_iso(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()


def _from_iso(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def _sections(shapes: Sequence[Sequence[int]], lines: Sequence[str], start: int) -> tuple[Section, ...]:
    """The sections of the lines from `start` on, each of which has a heading or none, and so many paragraphs."""
    sections = []
    for has_heading, paragraphs in shapes:
        first = start + has_heading
        start = first + paragraphs
        sections.append(Section(lines[first - 1] if has_heading else None, tuple(lines[first:start])))
    return tuple(sections)
