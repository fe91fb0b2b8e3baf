"""The answers as orjson writes them: JSON types, and dataclasses whose fields are those of the answer.

`service.api.responses` describes them for people and programs; `tests/api/test_answers.py` holds the two together.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from service.api.formats import ARTICLE_FORMATS
from service.api.links import (
    SEARCH,
    Parameters,
    address,
    article_path,
    in_format,
    of_name,
    search_parameters,
    selection_parameters,
    versions_path,
)
from service.api.negotiate import JSON
from service.articles.dates import first_moment, last_moment, rfc3339
from service.search.facet import Facet, FacetField, FacetScope
from service.search.names import NameKind
from service.search.page import Highlight, Hit, SearchPage
from service.search.relax import Relaxation
from service.search.request import Bound, Filters, SearchRequest, Selection, Sort, TextField, UseDate
from service.search.tier import Tier

Answer = dict[str, Any]
_ANY_VALUE = "*:"
"""Stands for the value of a facet in the parameters that all its links have; no slug and no date has a star in it."""


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
        "explanation": hit.contributions,
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
    path = article_path(article.id)
    return {
        **_article(hit),
        "links": article_links(article.id)
        | {one.name: in_format(path, one.name) for one in ARTICLE_FORMATS if one is not JSON},
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
        "recency": None if asked.recency is None else f"{asked.recency}d",
        "facet_scope": asked.facet_scope,
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


def search_extras(asked: SearchRequest, found: SearchPage) -> Answer:
    """What a search says beside its results."""
    return {
        "facets": {facet.field.value: _facet(asked, facet) for facet in found.facets} if asked.facets else None,
        "corrected": corrections(found.corrected),
        "relaxations": [_relaxation(relaxation) for relaxation in found.relaxations],
        "terms": found.terms,
    }


def _facet(asked: SearchRequest, facet: Facet) -> Answer:
    parameters = selection_parameters(_with_value(asked, facet.field, _ANY_VALUE))
    values = [
        {
            "id": value.id,
            "name": value.name,
            "count": value.count,
            "links": {"self": _value_link(asked, facet.field, value.id, parameters)},
        }
        for value in facet.values
    ]
    return {"distinct": facet.distinct, "values": values}


def _value_link(asked: SearchRequest, field: FacetField, value: str, parameters: Parameters) -> str | None:
    """The search for the articles that were counted with a value; None if no address says that.

    `parameters` are those that all values have.
    """
    filters, is_all = asked.filters, asked.facet_scope is FacetScope.ALL
    if field is FacetField.YEAR and (filters.date_from or filters.date_to):
        if filters.use_date is not UseDate.PUBLISHED:
            return None  # years are those of publication, and bounds are of one date
        if is_all:
            parameters = selection_parameters(_within_year(asked, value))
    if field is FacetField.AUTHOR and is_all and filters.author and value not in filters.author:
        return None  # values of a filter are alternatives: there is no asking for two authors at once
    return address(SEARCH, [(name, value if it == _ANY_VALUE and name != "q" else it) for name, it in parameters])


def _with_value(asked: SearchRequest, field: FacetField, value: str) -> SearchRequest:
    """The same search for the articles with one value of a facet."""
    if field is FacetField.TAG and asked.facet_scope is FacetScope.ALL:
        return replace(asked, filters=of_name(NameKind.TAG, value, asked.filters) or asked.filters)
    changed: dict[str, Any] = {field.value: (value,)}
    if field is FacetField.YEAR:
        bound = Bound(datetime.min.replace(tzinfo=UTC), value)
        changed = {"date_from": bound, "date_to": bound, "use_date": UseDate.PUBLISHED}
    return replace(asked, filters=replace(asked.filters, **changed))


def _within_year(asked: SearchRequest, year: str) -> SearchRequest:
    """The same search for the part of a year that lies between its bounds."""
    first = Bound(first_moment(date(int(year), 1, 1)), year)
    last = Bound(last_moment(date(int(year), 12, 31)), year)
    begin, end = asked.filters.date_from or first, asked.filters.date_to or last
    narrowed = replace(
        asked.filters,
        date_from=max(begin, first, key=lambda bound: bound.moment),
        date_to=min(end, last, key=lambda bound: bound.moment),
    )
    return replace(asked, filters=narrowed)


def corrections(corrected: Mapping[str, str]) -> list[Answer]:
    """Words that were searched for as others."""
    return [{"word": word, "searched": searched} for word, searched in corrected.items()]


def _relaxation(relaxation: Relaxation) -> Answer:
    parameters = search_parameters(relaxation.request, Sort.RELEVANCE)
    return {
        "change": relaxation.change,
        "detail": relaxation.detail,
        "total": relaxation.total,
        "links": {"self": address(SEARCH, parameters)},
    }


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
