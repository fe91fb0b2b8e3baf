"""The answers as orjson writes them: JSON types, and dataclasses whose fields are those of the answer.

`service.api.responses` describes them for people and programs; `tests/api/test_answers.py` holds the two together.
"""

from typing import Any

from service.api.fields import rfc3339
from service.api.links import (
    SEARCH,
    address,
    article_path,
    articles_of_tag,
    search_parameters,
    tag_path,
    versions_path,
)
from service.search.page import Highlight, Hit, SearchPage, TagCount, TagDetail
from service.search.relax import Relaxation
from service.search.request import Bound, Filters, SearchRequest, Selection, Sort, TagsRequest, TextField
from service.search.tier import Tier

Answer = dict[str, Any]


def result(hit: Hit) -> Answer:
    """An article as lists show it."""
    return {
        **_article(hit),
        "score": hit.score,
        "tier": hit.highlights.tier,
        "highlights": {
            "title": [_highlight(highlight) for highlight in hit.highlights.title],
            "body": [_highlight(highlight) for highlight in hit.highlights.body],
        },
        "links": article_links(hit.article.id),
    }


def article_links(article_id: str) -> Answer:
    """Where to go on from an article."""
    return {"self": article_path(article_id), "versions": versions_path(article_id)}


def listed_article(hit: Hit) -> Answer:
    """An article as lists show it that look for no words."""
    return {**_article(hit), "links": article_links(hit.article.id)}


def whole_article(hit: Hit) -> Answer:
    """A whole article."""
    article = hit.article
    return {
        **listed_article(hit),
        "modified": rfc3339(article.modified),
        "language": article.language,
        "reading_minutes": article.reading_minutes,
        "sections": article.sections,
        "text": article.text,
    }


def search_query(asked: SearchRequest, found: SearchPage) -> Answer:
    """The search as it was understood."""
    return {
        **selection_query(asked),
        "notes": found.notes,  # those on the filters among them
        "sort": found.sort,
        "collapse": asked.collapse,
    }


def selection_query(asked: Selection) -> Answer:
    """Which articles, as it was understood."""
    return {
        "q": asked.q,
        "match": asked.match,
        "expand": [tier for tier in Tier if tier in asked.expand],
        "search_in": [name for name in TextField if name in asked.search_in],
        **filters_query(asked.filters),
    }


def search_extras(found: SearchPage) -> Answer:
    """What a search says beside its results."""
    return {
        "corrected": [{"word": word, "searched": searched} for word, searched in found.corrected.items()],
        "relaxations": [_relaxation(relaxation) for relaxation in found.relaxations],
        "terms": found.terms,
    }


def _relaxation(relaxation: Relaxation) -> Answer:
    parameters = search_parameters(relaxation.request, Sort.RELEVANCE)
    return {
        "change": relaxation.change,
        "detail": relaxation.detail,
        "total": relaxation.total,
        "links": {"self": address(SEARCH, parameters)},
    }


def tags_query(asked: TagsRequest) -> Answer:
    """The list of tags as it was understood."""
    return {"name": asked.name, "sort": asked.sort, **filters_query(asked.filters)}


def filters_query(filters: Filters) -> Answer:
    """The filters as they were understood."""
    return {
        "tag": filters.tag,
        "tag_all": filters.tag_all,
        "tag_not": filters.tag_not,
        "source": filters.source,
        "section": filters.section,
        "author": filters.author,
        "language": filters.language,
        "from": _bound(filters.date_from),
        "to": _bound(filters.date_to),
        "use_date": filters.use_date,
        "min_words": filters.min_words,
        "max_words": filters.max_words,
        "notes": filters.notes,
    }


def _bound(bound: Bound | None) -> str | None:
    return None if bound is None else rfc3339(bound.moment)


def tag_count(tag: TagCount) -> Answer:
    """A tag and how many articles carry it."""
    return {"id": tag.id, "name": tag.name, "count": tag.count, "links": {"self": tag_path(tag.id)}}


def tag_detail(found: TagDetail, filters: Filters, took_ms: float, generation: str) -> Answer:
    """One tag, counted under the filters."""
    tag = found.tag
    return {
        "id": tag.id,
        "name": tag.name,
        "count": tag.count,
        "first": rfc3339(found.first),
        "last": rfc3339(found.last),
        "related": [tag_count(other) for other in found.related],
        "query": filters_query(filters),
        "took_ms": took_ms,
        "generation": generation,
        "links": {"self": tag_path(tag.id), "articles": articles_of_tag(tag.id, filters)},
    }


def _article(hit: Hit) -> Answer:
    article = hit.article
    return {
        "id": article.id,
        "title": article.title,
        "lead": article.lead,
        "tags": hit.tags,
        "published": rfc3339(article.published),
        "source": article.source,
        "section": article.section,
        "authors": article.authors,
        "word_count": article.word_count,
        "url": article.url,
        "versions": hit.versions,
    }


def _highlight(highlight: Highlight) -> Answer:
    return {"text": highlight.text, "ranges": highlight.ranges, "html": highlight.html}
