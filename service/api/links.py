"""Canonical addresses: one request, one spelling."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from flask import Response, after_this_request, request

from service.api.context import wiring
from service.api.fields import rfc3339
from service.search.request import (
    MAX_DEPTH,
    Filters,
    Match,
    SearchRequest,
    Selection,
    Sort,
    TagSort,
    TagsRequest,
    TextField,
    UseDate,
    Window,
)
from service.search.tier import EXPANSIONS, Tier

SEARCH = "/v1/search"
ARTICLES = "/v1/articles"
TAGS = "/v1/tags"
SUGGEST = "/v1/suggest"
CONCORDANCE = "/v1/concordance"

Parameters = list[tuple[str, str]]


def article_path(article_id: str) -> str:
    """The address of an article."""
    return f"{ARTICLES}/{quote(article_id, safe=':')}"


def similar_path(article_id: str) -> str:
    """The address of the articles like one."""
    return f"{article_path(article_id)}/similar"


def tag_suggestions_path(article_id: str) -> str:
    """The address of the tags that an article could carry too."""
    return f"{article_path(article_id)}/tag-suggestions"


def tag_path(tag_id: str) -> str:
    """The address of a tag."""
    return f"{TAGS}/{quote(tag_id, safe='')}"


def absolute(path: str) -> str:
    """A path with the address under which the service is reached from outside."""
    return f"{(wiring().settings.public_url or request.host_url).rstrip('/')}{path}"


def filter_parameters(filters: Filters) -> Parameters:
    """The filters that are set, in a fixed order."""
    parameters = [
        (name, value)
        for name in ("tag", "tag_all", "tag_not", "source", "section", "author", "language")
        for value in getattr(filters, name)
    ]
    for name, bound in (("from", filters.date_from), ("to", filters.date_to)):
        if bound is not None:
            parameters.append((name, bound.written or rfc3339(bound.moment)))
    if filters.use_date is not UseDate.PUBLISHED:
        parameters.append(("use_date", filters.use_date))
    limits = (("min_words", filters.min_words), ("max_words", filters.max_words))
    return [*parameters, *((name, str(limit)) for name, limit in limits if limit is not None)]


def selection_parameters(selection: Selection) -> Parameters:
    """Which articles, as `search_parameters` begin; defaults are left out."""
    parameters = [("q", selection.q)] if selection.q else []
    if selection.match is not Match.ALL:
        parameters.append(("match", selection.match))
    if selection.expand != EXPANSIONS:
        parameters.append(("expand", ",".join(tier for tier in Tier if tier in selection.expand)))
    if selection.search_in:
        parameters.append(("search_in", ",".join(name for name in TextField if name in selection.search_in)))
    return [*parameters, *filter_parameters(selection.filters)]


def search_parameters(request: SearchRequest, default_sort: Sort) -> Parameters:
    """What a search asks for, without its page; defaults are left out."""
    parameters = selection_parameters(request)
    if request.explain:
        parameters.append(("explain", ",".join(sorted(request.explain))))
    if request.sort is not default_sort:
        parameters.append(("sort", request.sort))
    return parameters


def tags_parameters(request: TagsRequest) -> Parameters:
    """What a list of tags asks for, without its page; defaults are left out."""
    parameters = [("name", request.name)] if request.name else []
    parameters.extend(filter_parameters(request.filters))
    if request.sort is not TagSort.COUNT:
        parameters.append(("sort", request.sort))
    return parameters


def articles_of_tag(tag_id: str, filters: Filters) -> str:
    """The address of the articles that a tag counts under the filters."""
    if filters.tag:
        narrowed = replace(filters, tag_all=tuple(sorted({*filters.tag_all, tag_id})))
    else:
        narrowed = replace(filters, tag=(tag_id,))
    return address(ARTICLES, filter_parameters(narrowed))


def page_parameters(window: Window) -> Parameters:
    """The page; defaults are left out."""
    parameters = []
    if window.page != Window().page:
        parameters.append(("page", str(window.page)))
    if window.size != Window().size:
        parameters.append(("page_size", str(window.size)))
    return parameters


def address(path: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Path and query."""
    query = urlencode(list(parameters), quote_via=quote)
    return f"{path}?{query}" if query else path


def neighbours(path: str, parameters: Parameters, window: Window, total: int) -> dict[str, str | None]:
    """The addresses of the pages around this one: `next` and `previous`."""
    found: dict[str, str | None] = {"next": None, "previous": None}
    if window.size:
        last = max(1, -(-total // window.size))
        if window.page < last and window.stop + window.size <= MAX_DEPTH:
            found["next"] = address(path, [*parameters, *page_parameters(replace(window, page=window.page + 1))])
        if window.page > 1:
            before = replace(window, page=min(window.page - 1, last))
            found["previous"] = address(path, [*parameters, *page_parameters(before)])
    return found


def announce(addresses: Mapping[str, str | None]) -> None:
    """Send the same addresses as a `Link` header (RFC 8288) with the answer to this request."""
    relations = {"next": "next", "previous": "prev"}
    found = [f'<{addresses[name]}>; rel="{relation}"' for name, relation in relations.items() if addresses[name]]

    @after_this_request
    def add(response: Response) -> Response:
        if found:
            response.headers["Link"] = ", ".join(found)
        return response
