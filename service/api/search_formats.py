"""The formats that searches and tags are answered in beside JSON."""

from dataclasses import replace

from flask import Response, request

from service.api.context import note_total, unchanged
from service.api.feeds.atom import ATOM, write_atom
from service.api.feeds.feed import Feed
from service.api.feeds.json_feed import JSON_FEED, write_json_feed
from service.api.feeds.making import FEED_FORMATS, search_feed, tag_feed, tag_uri
from service.api.formats import LIST_FORMATS
from service.api.links import (
    SEARCH,
    Parameters,
    absolute,
    announce,
    of_tag,
    page_parameters,
    search_parameters,
    selection_parameters,
    tag_path,
)
from service.api.negotiate import JSON, Format
from service.api.problems import ParameterError, invalid
from service.articles.slug import slug
from service.search.names import NameKind
from service.search.page import Tag
from service.search.port import Snapshot
from service.search.request import SearchRequest, Selection, Sort

SEARCH_FORMATS = (*LIST_FORMATS, *FEED_FORMATS)
TAG_FORMATS = (JSON, *FEED_FORMATS)
_WRITERS = {ATOM: write_atom, JSON_FEED: write_json_feed}


def answer_search(snapshot: Snapshot, asked: SearchRequest, chosen: Format) -> Response:
    """A search in one of SEARCH_FORMATS but JSON. Feeds are sorted newest first unless the client asks otherwise."""
    sort = asked.sort if "sort" in request.args else Sort.NEWEST
    if asked.cursor is not None:
        raise invalid("invalid_parameter", ParameterError("cursor", "does not go with feeds, which have pages."))
    asked = replace(asked, sort=sort, explain=frozenset(), facets=(), recency=None)
    parameters = [*search_parameters(asked, Sort.NEWEST), *page_parameters(asked.window)]
    known = _unchanged(snapshot, SEARCH, parameters, chosen)
    if known is not None:
        return known
    found = snapshot.search(asked)
    note_total(found.total)
    return _written(search_feed(asked, found, chosen), chosen)


def answer_tag(snapshot: Snapshot, tag_id: str, asked: Selection, chosen: Format) -> Response:
    """The articles of a tag in one of TAG_FORMATS but JSON, newest first.

    Raises:
        TagNotFoundError: no article of the archive carries this tag.
    """
    known = _unchanged(snapshot, tag_path(slug(tag_id)), selection_parameters(asked), chosen)
    if known is not None:
        return known
    tag = snapshot.name(NameKind.TAG, tag_id, asked).name
    page = SearchRequest(**{**vars(asked), "filters": of_tag(tag.id, asked.filters)}, sort=Sort.NEWEST)
    found = snapshot.search(page)
    note_total(found.total)
    return _written(tag_feed(Tag(tag.id, tag.name), asked, page, found, chosen), chosen)


def _unchanged(snapshot: Snapshot, path: str, canonical: Parameters, chosen: Format) -> Response | None:
    """As `unchanged`; feeds have absolute addresses and ids, which two settings are in."""
    return unchanged(snapshot, path, [*canonical, ("base", absolute("")), ("ids", tag_uri(""))], chosen.name)


def _written(feed: Feed, chosen: Format) -> Response:
    announce({"next": feed.next, "previous": feed.previous})
    return Response(_WRITERS[chosen](feed), mimetype=chosen.media_type)
