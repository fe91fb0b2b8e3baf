"""Canonical addresses: one request, one spelling."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from flask import Response, after_this_request

from service.api.context import base
from service.api.negotiate import JSON, Format
from service.articles.dates import rfc3339
from service.search.facet import DEFAULT_VALUES, FacetScope
from service.search.names import NameKind
from service.search.request import (
    MAX_DEPTH,
    Filters,
    Match,
    SearchRequest,
    Selection,
    Snippets,
    Sort,
    TextField,
    UseDate,
    Window,
)
from service.search.tier import EXPANSIONS, Tier

SEARCH = "/v1/search"
ARTICLES = "/v1/articles"
TAGS = "/v1/tags"
SUGGEST = "/v1/suggest"
TIMELINE = "/v1/timeline"
NAMES: Mapping[NameKind, str] = {
    NameKind.TAG: TAGS,
    NameKind.SOURCE: "/v1/sources",
    NameKind.AUTHOR: "/v1/authors",
    NameKind.SECTION: "/v1/sections",
}
CONCORDANCE = "/v1/concordance"
EXPORT = "/v1/export"
DOCS = "/docs"
OPENSEARCH = "/opensearch.xml"
SITEMAP = "/sitemap.xml"
NEWS_SITEMAP = "/sitemap-news.xml"
ROBOTS = "/robots.txt"
LLMS = "/llms.txt"

_LONGEST = 8_000
"""Bytes; gunicorn reads request lines of 8,190."""
Parameters = list[tuple[str, str]]
Place = TypeVar("Place")
"""A cursor of any list."""


def article_path(article_id: str) -> str:
    """The address of an article."""
    return f"{ARTICLES}/{quote(article_id, safe=':')}"


def versions_path(article_id: str) -> str:
    """The address of the versions of an article."""
    return f"{article_path(article_id)}/versions"


def similar_path(article_id: str) -> str:
    """The address of the articles like one."""
    return f"{article_path(article_id)}/similar"


def tag_suggestions_path(article_id: str) -> str:
    """The address of the tags that an article could carry too."""
    return f"{article_path(article_id)}/tag-suggestions"


def tag_path(tag_id: str) -> str:
    """The address of a tag."""
    return name_path(NameKind.TAG, tag_id)


def name_path(kind: NameKind, name_id: str) -> str:
    """The address of a name."""
    return f"{NAMES[kind]}/{quote(name_id, safe='')}"


def absolute(path: str) -> str:
    """A path with the address under which the service is reached from outside."""
    return f"{base()}{path}"


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
    if request.collapse is not None:
        parameters.append(("collapse", request.collapse))
    if request.sort is not default_sort:
        parameters.append(("sort", request.sort))
    if request.recency is not None:
        parameters.append(("recency", f"{request.recency}d"))
    return [
        *parameters,
        *_facet_parameters(request),
        *_snippet_parameters(request.snippets),
        *fields_parameters(request.fields),
    ]


def _facet_parameters(request: SearchRequest) -> Parameters:
    parameters = [
        ("facet", it.field if it.size == DEFAULT_VALUES else f"{it.field}:{it.size}") for it in request.facets
    ]
    parameters += [("facet_q", f"{it.field}:{it.name}") for it in request.facets if it.name]
    if request.facet_scope is not FacetScope.OTHERS:
        parameters.append(("facet_scope", request.facet_scope))
    return parameters


def _snippet_parameters(snippets: Snippets) -> Parameters:
    parameters = [] if snippets.are_marked else [("highlight", "off")]
    if snippets.number != Snippets().number:
        parameters.append(("snippets", str(snippets.number)))
    if snippets.length != Snippets().length:
        parameters.append(("snippet_length", str(snippets.length)))
    return parameters


def fields_parameters(fields: Sequence[str]) -> Parameters:
    """The parts of results that are wanted."""
    return [("fields", ",".join(fields))] if fields else []


def articles_of_name(kind: NameKind, name_id: str, asked: Selection) -> str | None:
    """The address of the articles of a selection that carry a name; None if no address says that.

    Values of one filter are alternatives, and only tags have a second one (`tag_all`). So beside other authors, or
    other sources or sections, of which an article has but one, a name cannot be asked for.
    """
    filters = of_name(kind, name_id, asked.filters)
    if filters is None:
        return None
    narrowed = replace(asked, filters=filters)
    if narrowed.q:
        return address(SEARCH, selection_parameters(narrowed))
    return address(ARTICLES, filter_parameters(narrowed.filters))


def part_parameters(window: Window, cursor: Place | None, write: Callable[[Place], str]) -> Parameters:
    """The part of a list: a page, or a cursor, which `write` writes, and how much stands behind it."""
    parameters = page_parameters(window)
    return parameters if cursor is None else [*parameters, ("cursor", write(cursor))]


def after(
    path: str,
    parameters: Parameters,
    window: Window,
    cursors: tuple[Place | None, Place | None],
    write: Callable[[Place], str],
) -> dict[str, str | None] | None:
    """The address of what stands behind a part of a list: `next`; there is no way back. None if pages were asked for.

    `cursors` are the one that was asked for and the one that leads on.
    """
    asked, found = cursors
    if asked is None:
        return None
    if found is None:
        return {"next": None, "previous": None}
    return {"next": address(path, [*parameters, *part_parameters(window, found, write)]), "previous": None}


def of_name(kind: NameKind, name_id: str, filters: Filters) -> Filters | None:
    """The filters, and a name too; None if no filters say that."""
    given = getattr(filters, kind)
    if given and kind is NameKind.TAG:
        return replace(filters, tag_all=tuple(sorted({*filters.tag_all, name_id})))
    if given and (name_id not in given or (kind is NameKind.AUTHOR and given != (name_id,))):
        return None
    only: dict[str, Any] = {kind.value: (name_id,)}
    return replace(filters, **only)


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


def is_sendable(where: str) -> bool:
    """Whether an address fits into a request line, or links into a header."""
    return len(where) <= _LONGEST


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


def in_format(path: str, name: str) -> str:
    """The address of something in another format."""
    return address(path, [("format", name)])


def format_parameters(chosen: Format) -> Parameters:
    """The format; the default is left out."""
    return [] if chosen is JSON else [("format", chosen.name)]


def announce_formats(path: str, parameters: Parameters, offered: Iterable[Format]) -> None:
    """Send the addresses of the same in these formats in the header `Link` of the answer to this request."""
    add_links(
        f'<{address(path, [*parameters, ("format", one.name)])}>; rel="alternate"; type="{one.media_type}"'
        for one in offered
    )


def announce(addresses: Mapping[str, str | None]) -> None:
    """Send the addresses of the parts around this one in the header `Link` of the answer to this request."""
    relations = {"next": "next", "previous": "prev"}
    add_links(f'<{where}>; rel="{relation}"' for name, relation in relations.items() if (where := addresses[name]))


def add_links(added: Iterable[str]) -> None:
    """Send links (RFC 8288) with the answer to this request, behind those that it has; any that make it too long not.

    Only an answer that is made anew may get them: one that was kept has them already.
    """
    links = tuple(added)

    @after_this_request
    def send(response: Response) -> Response:
        for link in links:
            joined = ", ".join([*response.headers.getlist("Link"), link])
            if is_sendable(joined):
                response.headers["Link"] = joined
        return response
