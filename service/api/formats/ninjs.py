"""ninjs 2.1, the news in JSON of the IPTC: https://www.iptc.org/std/ninjs/ninjs-schema_2.1.json."""

import html
from typing import Any

import orjson

from service.api.formats.written import Absolute, web_address
from service.api.links import article_path, tag_path
from service.articles.dates import rfc3339
from service.articles.model import Article, count_words
from service.search.page import Hit

_STANDARD = {
    "name": "ninjs",
    "version": "2.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_2.1.json",
}


def to_ninjs(hit: Hit, absolute: Absolute) -> bytes:
    """A news item of type text; what is not known of the article is left out, as all but `uri` may be.

    The text stands there twice: plain, and as HTML with its headings. Tags are subjects, and so is the section.
    """
    article = hit.article
    published = rfc3339(article.published)
    made: dict[str, Any] = {
        "uri": absolute(article_path(article.id)),
        "standard": _STANDARD,
        "type": "text",
        "representationtype": "full",
        "profile": "text-only",
        "firstcreated": published,
        "versioncreated": rfc3339(article.modified) or published,
        "contentcreated": published,
        "pubstatus": "usable",
        "language": article.language,
        "headlines": [{"role": "main", "contenttype": "text/plain", "value": article.title}],
        "by": ", ".join(article.authors),
        "descriptions": _descriptions(article),
        "bodies": _bodies(article),
        "subjects": _subjects(hit, absolute),
        "infosources": [] if article.source is None else [{"name": article.source}],
        "altids": [{"role": "id", "value": article.id}],
        "renditions": _renditions(article),
    }
    return orjson.dumps({name: value for name, value in made.items() if value}, option=orjson.OPT_APPEND_NEWLINE)


def _descriptions(article: Article) -> list[dict[str, str]]:
    return [{"role": "lead", "contenttype": "text/plain", "value": article.lead}] if article.lead else []


def _bodies(article: Article) -> list[dict[str, Any]]:
    text = article.text
    if not text:
        return []
    words = sum(count_words(line) for line in article.texts())
    names = {"headings": "h2"}
    marked_up = "".join(
        f"<{names.get(kind, 'p')}>{html.escape(line, quote=False)}</{names.get(kind, 'p')}>"
        for kind, line in article.lines()
    )
    return [
        {"role": "main", "contenttype": "text/plain", "charcount": len(text), "wordcount": words, "value": text},
        {"role": "main", "contenttype": "text/html", "value": marked_up},
    ]


def _subjects(hit: Hit, absolute: Absolute) -> list[dict[str, str]]:
    tags = [{"name": tag.name, "rel": "tag", "uri": absolute(tag_path(tag.id)), "literal": tag.id} for tag in hit.tags]
    section = hit.article.section
    return tags if section is None else [*tags, {"name": section, "rel": "section"}]


def _renditions(article: Article) -> list[dict[str, str]]:
    address = web_address(article.url)
    return [] if address is None else [{"name": "published", "href": address}]
