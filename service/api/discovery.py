"""What leads machines to the archive: OpenSearch, sitemaps, robots.txt and llms.txt, for their own host."""

import inspect
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, current_app
from flask_smorest import Blueprint

from service.api import links, sitemaps
from service.api.context import keep_nothing, unchanged, wiring
from service.api.deprecation import documented
from service.api.document import problems
from service.api.feeds.atom import ATOM, OPENSEARCH_NAMESPACE
from service.api.feeds.feed import LANGUAGE, NAME
from service.api.feeds.json_feed import JSON_FEED
from service.api.links import absolute
from service.api.negotiate import JSON
from service.api.openapi.media_types import SCHEMAS
from service.api.problems import ProblemError
from service.api.suggest import OPENSEARCH_SUGGESTIONS
from service.api.xml import document, element
from service.articles.dates import TIME_ZONE
from service.search.query import Field
from service.search.request import MAX_DEPTH

View = TypeVar("View", bound=Callable[..., Any])

_DESCRIPTION = "Full-text search for a German news archive."
_GUIDE = """# {name}

> {description} Words are found in their inflections and in compounds too; answers are JSON.
> Everything is read with GET, without a key. Searches and tags are also feeds.

All words of `q` must match unless `match=any`. Phrases stand in quotation marks; `AND`, `OR`, `NOT`, `-word`,
brackets, `begin*` and `=exact` are known, and before a word
{fields}.
Filters are parameters: `tag`, `source`, `section`, `author`, `language`, `from` and `to` (`2026-11-23`, `2026-11`,
`2026`, `now-7d`). A list has a `total` and pages: follow `next`, up to result {depth}, or with `cursor=*` to the end.
Results have the article's `id`; the whole text is at `/v1/articles/{{id}}`. What was not understood is said in
`query.notes`, and wrong parameters are refused with the one that is wrong. `page_size=0` counts.

What there is:

{endpoints}

## Begin here

- [An example]({base}{search}?q=Klimaschutz&page_size=3): three articles on a word, the best first
- [Newest articles]({base}{articles}): everything, newest first
- [Tags]({base}{tags}): what the archive is about, with the number of articles
- [The contract]({base}/openapi.json): OpenAPI 3.1 with every parameter and every answer

## Optional

- [Atom feed of a search]({base}{search}?q=Klimaschutz&format=atom): any search or tag with `format=atom` or
  `format=jsonfeed`
- [Sitemap]({base}{sitemap}): all articles
- [OpenSearch description]({base}{opensearch}): addresses for programs that search many services
"""

discovery = Blueprint("discovery", __name__, description="What leads machines to the archive.")


def _as(media_type: str) -> Callable[[View], View]:
    """Say that a view answers with a text of this media type."""
    answered: Callable[[View], View] = discovery.response(
        200, SCHEMAS[media_type], content_type=media_type, description="The document."
    )
    return answered


@discovery.route(links.OPENSEARCH)
@_as("application/opensearchdescription+xml")
@discovery.doc(operationId="getOpenSearchDescription")
def opensearch() -> Response:
    """Get the OpenSearch description.

    The addresses of searches, their feeds and suggestions as templates, in OpenSearch 1.1.
    """
    return _static(links.OPENSEARCH) or _opensearch(absolute(""))


@discovery.route(links.SITEMAP)
@_as("application/xml")
@problems(503)
@discovery.doc(operationId="getSitemapIndex")
def sitemap_index() -> Response:
    """Get the index of the sitemaps.

    The addresses of sitemaps that name all articles between them.
    """
    with wiring().engine.snapshot() as snapshot:
        not_modified = unchanged(snapshot, links.SITEMAP, ())
        if not_modified is not None:
            return not_modified
        total = snapshot.listing(0, 0).total
        return _xml(sitemaps.write_index(absolute(""), sitemaps.sitemaps_for(total)))


@discovery.route("/sitemap-<int:number>.xml")
@_as("application/xml")
@problems(404, 503)
@discovery.doc(operationId="getSitemap")
def sitemap(number: int) -> Response:
    """Get a sitemap.

    A part of all articles by their addresses here, each with the date of its last change.
    """
    with wiring().engine.snapshot() as snapshot:
        found = snapshot.listing((number - 1) * sitemaps.MOST_URLS if number else 0, number * sitemaps.MOST_URLS)
        if not 1 <= number <= sitemaps.sitemaps_for(found.total):
            detail = f"There is no sitemap {number}; {links.SITEMAP} lists them."
            raise ProblemError(HTTPStatus.NOT_FOUND, "not_found", detail)
        not_modified = unchanged(snapshot, sitemaps.sitemap_path(number), ())
        return not_modified or _xml(sitemaps.write_sitemap(absolute(""), found.articles))


@discovery.route(links.NEWS_SITEMAP)
@_as("application/xml")
@problems(503)
@discovery.doc(operationId="getNewsSitemap")
def news_sitemap() -> Response:
    """Get the sitemap of news.

    Up to 1,000 articles of yesterday and of today until now, newest first, in Google's format for news.
    """
    now = _now()
    with wiring().engine.snapshot() as snapshot:
        not_modified = unchanged(snapshot, links.NEWS_SITEMAP, [("until", now.isoformat())])
        if not_modified is not None:
            return not_modified
        found = snapshot.search(sitemaps.news_request(now))
        if not found.is_complete:
            keep_nothing()
        return _xml(sitemaps.write_news(absolute(""), (hit.article for hit in found.hits)))


@discovery.route(links.ROBOTS)
@_as("text/plain")
@discovery.doc(operationId="getRobots")
def robots() -> Response:
    """Get robots.txt.

    What crawlers may read (RFC 9309), which is everything but searches and exports without end, and where the
    sitemaps are, which name all articles.
    """
    # Some parsers take the first rule that fits, not the longest.
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (links.SEARCH, links.EXPORT)), "Allow: /", ""]
    lines += [f"Sitemap: {absolute(path)}" for path in (links.SITEMAP, links.NEWS_SITEMAP)]
    return _static(links.ROBOTS) or Response("\n".join([*lines, ""]), mimetype="text/plain")


@discovery.route(links.LLMS)
@_as("text/markdown")
@discovery.doc(operationId="getLlms")
def llms() -> Response:
    """Get llms.txt.

    What this service is and how to ask it, in Markdown for language models (https://llmstxt.org).
    """
    text = _GUIDE.format(
        name=NAME,
        description=_DESCRIPTION,
        depth=MAX_DEPTH,
        fields=", ".join(f"`{name}:`" for name in Field),
        base=absolute(""),
        search=links.SEARCH,
        articles=links.ARTICLES,
        tags=links.TAGS,
        sitemap=links.SITEMAP,
        opensearch=links.OPENSEARCH,
        endpoints="\n".join(_endpoints()),
    )
    return _static(links.LLMS) or Response(text, mimetype="text/markdown")


def _now() -> datetime:
    """The current minute: who asks again within it has the answer already."""
    return datetime.now(TIME_ZONE).replace(second=0, microsecond=0)


def _endpoints() -> list[str]:
    """An item of Markdown for each endpoint under /v1, from what the document says of it."""
    found = {}
    for rule in current_app.url_map.iter_rules():
        if rule.rule.startswith("/v1/") and "GET" in (rule.methods or ()):
            view = current_app.view_functions[rule.endpoint]
            said = view.__dict__["_apidoc"]["manual_doc"]
            described = f"{said['summary']} {said['description']}" if "summary" in said else inspect.getdoc(view) or ""
            found[documented(rule.rule)] = " ".join(described.split())
    return [f"- `{path}`: {described}" for path, described in sorted(found.items())]


def _opensearch(base: str) -> Response:
    """The description. Browsers want suggestions in a format of their own, and a page of HTML, which there is not."""
    root = element("OpenSearchDescription", attributes={"xmlns": OPENSEARCH_NAMESPACE})
    root.append(element("ShortName", NAME))
    root.append(element("Description", _DESCRIPTION))
    for form in (JSON, ATOM, JSON_FEED):
        kind = "" if form is JSON else f"&format={form.name}"
        root.append(_url("results", form.media_type, f"{base}{links.SEARCH}?q={{searchTerms}}{kind}"))
    suggestions = f"{base}{links.SUGGEST}?q={{searchTerms}}&format={OPENSEARCH_SUGGESTIONS.name}"
    root.append(_url("suggestions", OPENSEARCH_SUGGESTIONS.media_type, suggestions))
    root.append(_url("self", "application/opensearchdescription+xml", f"{base}{links.OPENSEARCH}"))
    root.append(element("Query", attributes={"role": "example", "searchTerms": "Klimaschutz"}))
    root.append(element("Language", LANGUAGE))
    root.append(element("OutputEncoding", "UTF-8"))
    root.append(element("InputEncoding", "UTF-8"))
    return Response(document(root), mimetype="application/opensearchdescription+xml")


def _url(relation: str, media_type: str, template: str) -> Any:
    return element("Url", attributes={"type": media_type, "rel": relation, "template": template})


def _xml(body: bytes) -> Response:
    return Response(body, mimetype="application/xml")


def _static(path: str) -> Response | None:
    """As `unchanged`, of what has nothing of the archive in it."""
    return unchanged(None, path, ())
