"""Articles as rows."""

from service.api.formats.rows import Columns
from service.api.formats.written import Absolute
from service.api.links import article_path
from service.articles.dates import rfc3339
from service.search.page import Hit

ARTICLE_COLUMNS: Columns = {
    **{
        name: name
        for name in (
            *("id", "title", "lead", "published", "modified", "source", "section", "authors", "tags", "language"),
            *("word_count", "url", "score", "tier"),
        )
    },
    "link": "links.self",
}
_BETWEEN = "; "


def article_row(hit: Hit, absolute: Absolute) -> tuple[object, ...]:
    """The values of ARTICLE_COLUMNS; authors and tags with semicolons between, what is not known None."""
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
