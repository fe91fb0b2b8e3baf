"""The formats that searches and tags are answered in beside JSON."""

from dataclasses import replace

from flask import Response, request

from service.api.context import note_total, unchanged
from service.api.feeds.atom import ATOM, write_atom
from service.api.feeds.feed import Feed
from service.api.feeds.json_feed import JSON_FEED, JsonFeedSchema, write_json_feed
from service.api.feeds.making import FEED_FORMATS, search_feed, tag_feed, tag_uri
from service.api.links import (
    SEARCH,
    Parameters,
    absolute,
    announce,
    filter_parameters,
    moments,
    of_tag,
    page_parameters,
    search_parameters,
    tag_path,
)
from service.api.negotiate import JSON, Format
from service.search.page import TagDetail
from service.search.port import Snapshot
from service.search.request import Filters, SearchRequest, Sort

SEARCH_FORMATS = (JSON, *FEED_FORMATS)
TAG_FORMATS = (JSON, *FEED_FORMATS)
FEED_CONTENT = {
    ATOM.media_type: {"schema": {"type": "string", "description": "An Atom feed (RFC 4287)."}},
    JSON_FEED.media_type: {"schema": JsonFeedSchema},
}
"""The same answers as feeds, for the document."""
_WRITERS = {ATOM: write_atom, JSON_FEED: write_json_feed}


def answer_search(snapshot: Snapshot, asked: SearchRequest, chosen: Format) -> Response:
    """A search in one of SEARCH_FORMATS but JSON. Feeds are sorted newest first unless the client asks otherwise."""
    sort = asked.sort if "sort" in request.args else Sort.NEWEST
    asked = replace(asked, sort=sort, explain=frozenset())
    parameters = [*search_parameters(asked, Sort.NEWEST), *page_parameters(asked.window)]
    canonical = [*parameters, ("format", chosen.name), *moments(asked.filters)]
    not_modified = _unchanged(snapshot, SEARCH, canonical)
    if not_modified is not None:
        return not_modified
    found = snapshot.search(asked)
    note_total(found.total)
    return _written(search_feed(asked, found, chosen), chosen)


def answer_tag(snapshot: Snapshot, detail: TagDetail, filters: Filters, chosen: Format) -> Response:
    """The articles of a tag in one of TAG_FORMATS but JSON, newest first."""
    canonical = [*filter_parameters(filters), ("format", chosen.name), *moments(filters)]
    not_modified = _unchanged(snapshot, tag_path(detail.tag.id), canonical)
    if not_modified is not None:
        return not_modified
    asked = SearchRequest(filters=of_tag(detail.tag.id, filters), sort=Sort.NEWEST)
    found = snapshot.search(asked)
    note_total(found.total)
    return _written(tag_feed(detail.tag, filters, asked, found, chosen), chosen)


def _unchanged(snapshot: Snapshot, path: str, canonical: Parameters) -> Response | None:
    """As `unchanged`; feeds have absolute addresses and ids, which two settings are in."""
    return unchanged(snapshot, path, [*canonical, ("base", absolute("")), ("ids", tag_uri(""))])


def _written(feed: Feed, chosen: Format) -> Response:
    announce({"next": feed.next, "previous": feed.previous})
    return Response(_WRITERS[chosen](feed), mimetype=chosen.media_type)
