"""The formats that searches and names are answered in beside JSON."""

from dataclasses import fields, replace

from flask import Response, request

from service.api.context import keep_nothing, note_total, unchanged
from service.api.feeds.atom import ATOM, write_atom
from service.api.feeds.feed import Feed
from service.api.feeds.json_feed import JSON_FEED, write_json_feed
from service.api.feeds.making import FEED_FORMATS, name_feed, search_feed, tag_uri
from service.api.formats import LIST_FORMATS
from service.api.links import (
    SEARCH,
    Parameters,
    announce,
    announce_formats,
    name_path,
    of_name,
    page_parameters,
    search_parameters,
    selection_parameters,
)
from service.api.negotiate import JSON, Format
from service.api.problems import ParameterError, invalid
from service.articles.slug import slug
from service.search.facet import FacetScope
from service.search.names import NameKind
from service.search.page import SearchPage
from service.search.port import Snapshot
from service.search.request import SearchRequest, Selection, Snippets, Sort

SEARCH_FORMATS = (*LIST_FORMATS, *FEED_FORMATS)
NAME_FORMATS = (JSON, *FEED_FORMATS)
_OF_JSON = {
    **dict.fromkeys(("cursor", "fields", "facet", "facet_q")),
    "facet_scope": str(FacetScope.OTHERS),
    "explain": "",
    "highlight": "on",
    "snippets": str(Snippets().number),
    "snippet_length": str(Snippets().length),
}
"""Parameters that say nothing of a feed, and their defaults, which generated clients send."""
_OF_FEEDS = (*(field.name for field in fields(Selection)), "collapse")
"""What a search has in common with its feed, beside the sort."""
_WRITERS = {ATOM: write_atom, JSON_FEED: write_json_feed}


def answer_search(snapshot: Snapshot, asked: SearchRequest, chosen: Format) -> Response:
    """A search in one of FEED_FORMATS. They are sorted newest first unless the client asks otherwise.

    Raises:
        ProblemError: there are parameters that say nothing of a feed.
    """
    asked = replace(asked, sort=asked.sort if "sort" in request.args else Sort.NEWEST)
    _refuse_more(asked)
    parameters = [*search_parameters(asked, Sort.NEWEST), *page_parameters(asked.window)]
    known = _unchanged(snapshot, SEARCH, parameters, chosen)
    if known is not None:
        return known
    found = snapshot.search(asked)
    _note(found)
    return _written(search_feed(asked, found, chosen), chosen)


def announce_feeds(asked: SearchRequest) -> None:
    """Name the feeds of a search in the header `Link` of its answer: readers look for them there."""
    sort = Sort.NEWEST if asked.sort is Sort.RELEVANCE else asked.sort
    feed = SearchRequest(**{name: getattr(asked, name) for name in _OF_FEEDS}, sort=sort)
    announce_formats(SEARCH, search_parameters(feed, Sort.NEWEST), FEED_FORMATS)


def answer_name(snapshot: Snapshot, kind: NameKind, name_id: str, asked: Selection, chosen: Format) -> Response:
    """The articles of a name in one of FEED_FORMATS, newest first.

    Raises:
        NameNotFoundError: no article of the archive carries this name.
        ProblemError: they are asked for beside other names of which an article has but one.
    """
    path, parameters = name_path(kind, slug(name_id)), selection_parameters(asked)
    known = _unchanged(snapshot, path, parameters, chosen)
    if known is not None:
        return known
    name = snapshot.name(kind, name_id, asked).name
    filters = of_name(kind, name.id, asked.filters)
    if filters is None:
        message = f"does not go with the feed of one {kind}; leave it out."
        raise invalid("invalid_parameter", ParameterError(kind, message))
    page = SearchRequest(**{**vars(asked), "filters": filters}, sort=Sort.NEWEST)
    found = snapshot.search(page)
    _note(found)
    return _written(name_feed(search_feed(page, found, chosen), name.name, path, parameters, chosen), chosen)


def _unchanged(snapshot: Snapshot, path: str, canonical: Parameters, chosen: Format) -> Response | None:
    """As `unchanged`; a setting is in the ids of feeds."""
    return unchanged(snapshot, path, [*canonical, ("ids", tag_uri(""))], chosen.name)


def _refuse_more(asked: SearchRequest) -> None:
    given = [name for name, default in _OF_JSON.items() if request.args.get(name, default) != default]
    wrong = [ParameterError(name, "does not go with feeds; leave it out, or ask for json.") for name in given]
    if asked.recency is not None and asked.sort is not Sort.RELEVANCE:
        wrong.append(ParameterError("recency", "goes with sort=relevance in feeds; add that, or leave it out."))
    if wrong:
        raise invalid("invalid_parameter", *wrong)


def _note(found: SearchPage) -> None:
    note_total(found.total)
    if not found.is_complete:
        keep_nothing()


def _written(feed: Feed, chosen: Format) -> Response:
    announce({"next": feed.next, "previous": feed.previous})
    return Response(_WRITERS[chosen](feed), mimetype=chosen.media_type)
