"""CSV as RFC 4180 describes it: CR LF, a header line, quotation marks doubled; in UTF-8 without a byte order mark."""

import csv
import io
from collections.abc import Iterable, Sequence

from service.api.fields import rfc3339
from service.api.formats.written import Absolute, one_line
from service.api.links import article_path, tag_path
from service.search.page import Hit, TagCount

ARTICLE_COLUMNS = (
    "id",
    "title",
    "lead",
    "published",
    "modified",
    "source",
    "section",
    "authors",
    "tags",
    "language",
    "word_count",
    "url",
    "score",
    "tier",
    "link",
)
TAG_COLUMNS = ("id", "name", "count", "link")
_BETWEEN = "; "
_FORMULA = ("=", "+", "-", "@", "'")


def articles_to_csv(hits: Sequence[Hit], absolute: Absolute) -> bytes:
    """A row for each article; authors and tags with semicolons between, what is not known empty."""
    return _table(ARTICLE_COLUMNS, (_article(hit, absolute) for hit in hits))


def tags_to_csv(tags: Sequence[TagCount], absolute: Absolute) -> bytes:
    """A row for each tag."""
    return _table(TAG_COLUMNS, ((tag.id, tag.name, tag.count, absolute(tag_path(tag.id))) for tag in tags))


def _article(hit: Hit, absolute: Absolute) -> tuple[object, ...]:
    article = hit.article
    return (
        article.id,
        article.title,
        article.lead,
        rfc3339(article.published),
        rfc3339(article.modified),
        article.source,
        article.section,
        _BETWEEN.join(article.authors),
        _BETWEEN.join(tag.name for tag in hit.tags),
        article.language,
        article.word_count,
        article.url,
        hit.score,
        hit.highlights.tier,
        absolute(article_path(article.id)),
    )


def _table(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def _cell(value: object) -> object:
    """A value in one line. Spreadsheets would run a text that begins like a formula: an apostrophe precedes it.

    One precedes a text that begins with an apostrophe too, so that a reader knows what to take away.
    Source: OWASP, CSV Injection.
    """
    if not isinstance(value, str):
        return value
    text = one_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
