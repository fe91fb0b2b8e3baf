"""Facets of a search."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from whoosh import query

from service.articles.slug import slug
from service.engines.whoosh.compile import compile_filters
from service.index.arrays.facets import FacetCounts
from service.index.reader import OpenGeneration
from service.search.facet import Facet, FacetField, FacetRequest, FacetScope, FacetValue
from service.search.request import Filters, SearchRequest, UseDate

_NAMED = frozenset({FacetField.TAG, FacetField.SOURCE, FacetField.SECTION, FacetField.AUTHOR})


def facets(generation: OpenGeneration, wanted: query.Query, request: SearchRequest) -> tuple[tuple[Facet, ...], bool]:
    """The facets that a request asks for, in its order, and whether they could be counted in time."""
    by_filters: dict[Filters, list[str]] = {}
    for asked in request.facets:
        by_filters.setdefault(_filters(request, asked.field), []).append(asked.field)
    counts: dict[str, FacetCounts] = {}
    is_complete = True
    for filters, names in by_filters.items():
        found = generation.all_matches(wanted, compile_filters(filters), names)
        is_complete &= not found.limited
        counts |= found.facets
    return tuple(_facet(asked, counts[asked.field], generation.names) for asked in request.facets), is_complete


def _filters(request: SearchRequest, field: FacetField) -> Filters:
    """The filters under which a facet is counted."""
    if request.facet_scope is FacetScope.ALL:
        return request.filters
    if field is FacetField.YEAR:
        is_own = request.filters.use_date is UseDate.PUBLISHED
        return replace(request.filters, date_from=None, date_to=None) if is_own else request.filters
    without: dict[str, Any] = {field.value: ()}
    return replace(request.filters, **without)


def _facet(asked: FacetRequest, counts: FacetCounts, names: Mapping[str, Mapping[str, str]]) -> Facet:
    called = names[asked.field] if asked.field in _NAMED else {}
    ordered: Sequence[tuple[bytes, int]]
    if asked.name or asked.field is FacetField.YEAR:
        ordered = sorted(counts.all().items(), key=lambda found: _rank(asked.field, *found))
    else:
        ordered = counts.top(asked.size)
    found = list(_beginning(ordered, asked.name))
    values = tuple(FacetValue(key, called.get(key, key), count) for key, count in found[: asked.size])
    return Facet(asked.field, len(found) if asked.name else len(counts), values)


def _rank(field: FacetField, term: bytes, count: int) -> tuple[int, bytes]:
    return (-int(term), term) if field is FacetField.YEAR else (-count, term)


def _beginning(ordered: Sequence[tuple[bytes, int]], name: str) -> Iterator[tuple[str, int]]:
    """The values with a word that begins so."""
    beginning = f"-{slug(name)}" if name else ""
    for term, count in ordered:
        key = term.decode()
        if beginning in f"-{key}":
            yield key, count
