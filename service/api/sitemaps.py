"""Sitemaps (https://www.sitemaps.org/protocol.html), and Google's for news: pure functions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from service.api.links import article_path
from service.api.xml import document, element
from service.articles.dates import first_moment, rfc3339
from service.articles.model import Article
from service.search.listing import Listed
from service.search.request import Bound, Filters, SearchRequest, Sort, Window

MOST_URLS = 20_000
"""Addresses in a sitemap. The protocol allows 50,000 and 50 MB; with addresses of 2,048 characters, these are 44 MB."""
LONGEST_URL = 2_047
"""Characters; the protocol wants addresses of fewer than 2,048."""
MOST_NEWS = 1_000
"""Articles in a sitemap of news, by Google's rules."""
PUBLICATION = "Artikelsuche"
"""The publication of articles whose source is not known."""
LANGUAGE = "de"
"""The language of articles whose own cannot be told."""
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def sitemap_path(number: int) -> str:
    """Where a sitemap is. At the root: one in a folder may only name addresses in that folder."""
    return f"/sitemap-{number}.xml"


def sitemaps_for(total: int) -> int:
    """How many sitemaps so many articles take; one at least, as an index may not be empty."""
    return max(1, -(-total // MOST_URLS))


def write_index(base: str, sitemaps: int) -> bytes:
    """The index of the sitemaps.

    Without dates: those of articles would not tell that a sitemap has changed when an old newspaper comes in today.
    """
    root = element("sitemapindex", attributes={"xmlns": _SITEMAPS})
    for number in range(1, sitemaps + 1):
        one = element("sitemap")
        one.append(element("loc", f"{base}{sitemap_path(number)}"))
        root.append(one)
    return document(root)


def write_sitemap(base: str, articles: Iterable[Listed]) -> bytes:
    """A sitemap of articles at their addresses here, as it may only name those of its own host.

    Articles with an address that is too long are left out. Written as text: a tree of 20,000 elements takes 50 MB.
    """
    lines = ["<?xml version='1.0' encoding='utf-8'?>", f'<urlset xmlns="{_SITEMAPS}">']
    for article in articles:
        address = f"{base}{article_path(article.id)}"
        if len(address) <= LONGEST_URL:
            changed = _changed(article.published, article.modified)
            lastmod = "" if changed is None else f"<lastmod>{changed}</lastmod>"
            lines.append(f"<url><loc>{escape(address)}</loc>{lastmod}</url>")
    return "\n".join([*lines, "</urlset>\n"]).encode()


def news_request(now: datetime) -> SearchRequest:
    """The articles from yesterday, in the zone of `now`, until now: none is older than two days, none yet to come."""
    span = Bound(first_moment(now.date() - timedelta(days=1))), Bound(now)
    return SearchRequest(
        filters=Filters(date_from=span[0], date_to=span[1]), sort=Sort.NEWEST, window=Window(size=MOST_NEWS)
    )


def write_news(base: str, articles: Iterable[Article]) -> bytes:
    """A sitemap of news, of articles that have a date."""
    root = element("urlset", attributes={"xmlns": _SITEMAPS, "xmlns:news": _NEWS})
    for article in articles:
        address = f"{base}{article_path(article.id)}"
        if len(address) > LONGEST_URL:
            continue
        url, news, publication = element("url"), element("news:news"), element("news:publication")
        publication.append(element("news:name", article.source or PUBLICATION))
        publication.append(element("news:language", article.language or LANGUAGE))
        news.append(publication)
        news.append(element("news:publication_date", rfc3339(article.published) or ""))
        news.append(element("news:title", article.title))
        url.append(element("loc", address))
        url.append(news)
        root.append(url)
    return document(root)


def _changed(published: datetime | None, modified: datetime | None) -> str | None:
    known = [moment for moment in (published, modified) if moment is not None]
    return rfc3339(max(known, default=None))
