"""A page of a search as a feed."""

import html
import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from service.api.context import wiring
from service.api.feeds.atom import ATOM
from service.api.feeds.feed import NAME, Entry, Feed
from service.api.feeds.json_feed import JSON_FEED
from service.api.formats.written import web_address
from service.api.links import (
    SEARCH,
    Parameters,
    absolute,
    address,
    article_path,
    format_parameters,
    neighbours,
    page_parameters,
    search_parameters,
)
from service.api.negotiate import JSON, Format
from service.articles.model import Article
from service.search.page import Hit, SearchPage
from service.search.request import SearchRequest, Sort

FEED_FORMATS = (ATOM, JSON_FEED)
TAGGED_SINCE = "2026"
"""The date of the ids where no tagging entity is set. A tag URI has one, as a name may change hands later."""
_DNS_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
_NAMED = ("tag", "tag_all", "source", "section", "author", "language")


def search_feed(asked: SearchRequest, found: SearchPage, chosen: Format) -> Feed:
    """The feed of a search whose page has been found."""
    parameters = search_parameters(asked, Sort.NEWEST)
    page = page_parameters(asked.window)

    def same(wanted: Format) -> str:
        # As JSON, the best match comes first unless told otherwise; in a feed, the newest article.
        kept = search_parameters(asked, Sort.RELEVANCE) if wanted is JSON else [*parameters, ("format", wanted.name)]
        return absolute(address(SEARCH, [*kept, *page]))

    around = neighbours(SEARCH, [*parameters, ("format", chosen.name)], asked.window, found.total)
    names = [asked.q.strip(), *(value for field in _NAMED for value in getattr(asked.filters, field))]
    return Feed(
        id=tag_uri(address("search", parameters)),
        title=_title(" · ".join(name for name in names if name)),
        subtitle=address("", parameters).removeprefix("?"),
        base=absolute(""),
        own=same(chosen),
        formats={one.media_type: same(one) for one in (JSON, *FEED_FORMATS)},
        next=around["next"] and absolute(around["next"]),
        previous=around["previous"] and absolute(around["previous"]),
        total=found.total if found.is_complete else None,
        start=asked.window.start + 1,
        size=asked.window.size,
        entries=tuple(_entry(hit) for hit in found.hits),
    )


def name_feed(feed: Feed, name: str, path: str, parameters: Parameters, chosen: Format) -> Feed:
    """The feed of a name: that of the search for its articles, at the name's address, of which it is the first page."""

    def same(wanted: Format) -> str:
        return absolute(address(path, [*parameters, *format_parameters(wanted)]))

    return replace(
        feed,
        title=_title(name),
        own=same(chosen),
        formats={one.media_type: same(one) for one in (JSON, *FEED_FORMATS)},
    )


def tag_uri(specific: str) -> str:
    """A tag URI (RFC 4151): who named it and since when, and what is named here, percent-encoded.

    Without the setting `tagging_entity` it is the host of this service. Whoever moves it sets the old one.
    """
    entity = wiring().settings.tagging_entity
    if not entity:
        host = urlsplit(absolute("/")).hostname or ""
        entity = f"{host if _DNS_NAME.fullmatch(host) else 'localhost'},{TAGGED_SINCE}"
    return f"tag:{entity}:{specific}"


def article_html(article: Article) -> str:
    """Lead, headings and paragraphs as HTML; no other markup."""
    names = {"lead": "p", "headings": "h2", "body": "p"}
    return "".join(f"<{names[kind]}>{html.escape(text)}</{names[kind]}>" for kind, text in article.lines())


def _title(what: str) -> str:
    return f"{what} – {NAME}" if what else NAME


def _entry(hit: Hit) -> Entry:
    article = hit.article
    return Entry(
        id=tag_uri(f"articles/{quote(article.id, safe=':')}"),
        title=article.title,
        page=web_address(article.url),
        api=absolute(article_path(article.id)),
        summary=article.lead,
        content=article_html(article),
        authors=article.authors or ((article.source,) if article.source else ()),
        tags=hit.tags,
        published=article.published,
        modified=article.modified,
        language=article.language,
    )
