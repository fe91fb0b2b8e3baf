"""JSON-LD 1.1 with the vocabulary of schema.org, https://schema.org/NewsArticle."""

from typing import Any

import orjson

from service.api.formats.written import Absolute, cited_address
from service.api.links import article_path
from service.articles.dates import rfc3339
from service.search.page import Hit


def to_jsonld(hit: Hit, absolute: Absolute) -> bytes:
    """A NewsArticle; what is not known of the article is left out.

    `<` is written as an escape, so that the whole may stand in a `<script>` of a page whatever the article says.
    """
    article = hit.article
    address = cited_address(article, absolute)
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": absolute(article_path(article.id)),
        "identifier": article.id,
        "url": address,
        "mainEntityOfPage": address,
        "headline": article.title,
        "description": article.lead or None,
        "articleSection": article.section,
        "articleBody": article.text or None,
        "author": [_author(name) for name in article.authors] or None,
        "publisher": None if article.source is None else {"@type": "Organization", "name": article.source},
        "datePublished": rfc3339(article.published),
        "dateModified": rfc3339(article.modified),
        "inLanguage": article.language,
        "keywords": [tag.name for tag in hit.tags] or None,
        "wordCount": article.word_count,
        "timeRequired": f"PT{article.reading_minutes}M",
    }
    known = {name: value for name, value in made.items() if value is not None}
    return orjson.dumps(known, option=orjson.OPT_APPEND_NEWLINE).replace(b"<", rb"\u003c")


def _author(name: str) -> dict[str, str]:
    """A person; a name of one word is an agency's, such as dpa."""
    return {"@type": "Person" if len(name.split()) > 1 else "Organization", "name": name}
