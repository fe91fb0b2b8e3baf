"""The endpoints under /v1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint

from service.api import answers, links
from service.api.context import keep_nothing, note_total, took_ms, unchanged, wiring
from service.api.cursors import encode
from service.api.document import also_written, problems
from service.api.feeds.making import FEED_FORMATS
from service.api.formats import ARTICLE_FORMATS, LIST_FORMATS, WrittenFormat
from service.api.formats.keys import citation_key
from service.api.formats.rows import CSV, csv_response
from service.api.formats.tables import ARTICLE_COLUMNS, article_row
from service.api.negotiate import JSON, Format, negotiated, refuse_fields
from service.api.parsing import QueryParser
from service.api.requests import ArticleArgs, ArticlesArgs, BatchRequest, SearchArgs, SearchBodySchema
from service.api.responses import WholeArticleSchema
from service.api.search_formats import SEARCH_FORMATS, announce_feeds, answer_search
from service.api.search_responses import SearchPageSchema
from service.api.sparse import pick
from service.search.page import Hit
from service.search.port import Snapshot
from service.search.request import SearchRequest, Sort, Window


@dataclass(frozen=True)
class Page:
    """What differs from list to list; `total` counts the results of all pages, if it is complete and exact.

    It is complete unless the search was cut short by its time limit, and then nobody should keep the answer.
    `neighbours` are addresses of parts around this one, None where they are those of pages. `written` is the answer in
    another format than JSON, if one was chosen.
    """

    query: answers.Answer
    total: int
    results: list[answers.Answer]
    is_complete: bool = True
    extras: answers.Answer = field(default_factory=dict)
    neighbours: Mapping[str, str | None] | None = None
    is_exact: bool = True
    written: Response | None = None


_TOO_LONG = "The search is too long for an address, so there is no next or previous; ask for other pages in the body."


class StrictBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """A blueprint whose parameters are loaded strictly."""

    ARGUMENTS_PARSER = QueryParser()


search = StrictBlueprint("search", __name__, description="Search for articles.")
articles = StrictBlueprint("articles", __name__, description="Articles, one, several or all.")


@search.route(links.SEARCH)
@search.arguments(SearchArgs(), location="query")
@also_written(SEARCH_FORMATS)
@search.response(200, SearchPageSchema, description="One page of the articles that match.")
@problems(406, 422, 503)
@search.doc(operationId="search")
def search_articles(asked: SearchRequest) -> Response:
    """Search for articles.

    Words, phrases and filters in; articles with highlights out, the best first.
    """
    chosen = negotiated(request.args.get("format"), SEARCH_FORMATS)
    with wiring().engine.snapshot() as snapshot:
        if chosen in FEED_FORMATS:
            return answer_search(snapshot, asked, chosen)
        return _search(snapshot, links.SEARCH, asked, chosen)


@search.route(links.SEARCH, methods=["POST", "QUERY"])
@search.arguments(SearchBodySchema(), location="json")
@also_written(LIST_FORMATS)
@search.response(200, SearchPageSchema, description="One page of the articles that match.")
@problems(400, 406, 413, 415, 422, 503)
@search.doc(operationId="searchByBody")
def search_by_body(asked: SearchRequest) -> Response:
    """Search for articles, asked in JSON.

    The same search with its parameters in a JSON object: arrays for lists, numbers for numbers. The method QUERY
    (RFC 10008) asks the same, and its answers may be stored. The header `Location` is the address of the same search.
    """
    chosen = negotiated(request.get_json().get("format"), LIST_FORMATS)
    with wiring().engine.snapshot() as snapshot:
        return _search(snapshot, links.SEARCH, asked, chosen)


@articles.route(links.ARTICLES)
@articles.arguments(ArticlesArgs(), location="query")
@also_written(LIST_FORMATS)
@articles.response(
    200,
    {"oneOf": [{"$ref": "#/components/schemas/SearchPage"}, {"$ref": "#/components/schemas/Batch"}]},
    description="One page of the articles; with `id`, those articles.",
)
@problems(406, 422, 503)
@articles.doc(operationId="listArticles")
def list_articles(asked: SearchRequest | BatchRequest) -> Response:
    """List articles, or fetch several by id.

    Without `id`, a page of articles, newest first. With `id`, those whole articles and which are missing.
    """
    with wiring().engine.snapshot() as snapshot:
        if isinstance(asked, SearchRequest):
            chosen = negotiated(request.args.get("format"), LIST_FORMATS)
            return _search(snapshot, links.ARTICLES, asked, chosen)
        parameters = [*(("id", article_id) for article_id in asked.ids), *links.fields_parameters(asked.fields)]
        known = unchanged(snapshot, links.ARTICLES, parameters)
        if known is not None:
            return known
        batch = snapshot.articles(asked.ids)
        note_total(len(batch.hits))
        return jsonify(
            {
                "results": [pick(answers.whole_article(hit), asked.fields) for hit in batch.hits],
                "missing": batch.missing,
                "took_ms": took_ms(),
                "generation": snapshot.generation,
            }
        )


@articles.route(f"{links.ARTICLES}/<article_id>")
@articles.arguments(ArticleArgs(), location="query")
@also_written(ARTICLE_FORMATS)
@articles.response(200, WholeArticleSchema, description="The whole article.")
@problems(404, 406, 422, 503)
@articles.doc(operationId="getArticle")
def get_article(asked: dict[str, Any], article_id: str) -> Response:
    """Get one whole article.

    Title, lead, sections and paragraphs of one article, and its plain text. For machines as JSON-LD and ninjs, for
    readers as Markdown and text, for citing as BibTeX and RIS.
    """
    chosen = negotiated(asked["format"], ARTICLE_FORMATS)
    refuse_fields(asked["wanted"], chosen)
    with wiring().engine.snapshot() as snapshot:
        path = links.article_path(article_id)
        known = unchanged(snapshot, path, links.fields_parameters(asked["wanted"]), chosen.name)
        if known is not None:
            return known
        hit = snapshot.article(article_id)
        links.announce_formats(path, [], [one for one in ARTICLE_FORMATS if one != chosen])
        if isinstance(chosen, WrittenFormat):
            return chosen.answer(hit, links.absolute, citation_key(hit.article.id))
        return jsonify(pick(answers.whole_article(hit), asked["wanted"]))


def _search(snapshot: Snapshot, path: str, asked: SearchRequest, chosen: Format) -> Response:
    default_sort = Sort.NEWEST if path == links.ARTICLES else Sort.RELEVANCE
    parameters = [*links.search_parameters(asked, default_sort), *links.format_parameters(chosen)]
    known = unchanged(
        snapshot, path, [*parameters, *links.part_parameters(asked.window, asked.cursor, encode)], chosen.name
    )
    if known is not None:
        return known
    found = snapshot.search(asked)
    if path == links.SEARCH and chosen is JSON:
        announce_feeds(asked)
    results = [pick(answers.result(hit), asked.fields) for hit in found.hits]
    page = Page(
        answers.search_query(asked, found),
        found.total,
        results,
        found.is_complete,
        answers.search_extras(asked, found),
        links.after(path, parameters, asked.window, (asked.cursor, found.cursor), encode),
        written=_rows(found.hits, asked.fields) if chosen is CSV else None,
    )
    return paged(snapshot, path, parameters, asked.window, page)


def paged(snapshot: Snapshot, path: str, parameters: links.Parameters, window: Window, page: Page) -> Response:
    """The answer that every list gives; its neighbours go into the `Link` header too."""
    note_total(page.total)
    if not page.is_complete:
        keep_nothing()
    found = page.neighbours or links.neighbours(path, parameters, window, page.total)
    neighbours = {name: where if where and links.is_sendable(where) else None for name, where in found.items()}
    query = page.query
    if neighbours != found:
        query = {**query, "notes": [*query.get("notes", ()), _TOO_LONG]}
    links.announce(neighbours)
    if page.written is not None:
        return page.written
    return jsonify(
        {
            "query": query,
            "total": {"value": page.total, "relation": "eq" if page.is_complete and page.is_exact else "gte"},
            "page": window.page,
            "page_size": window.size,
            "took_ms": took_ms(),
            "generation": snapshot.generation,
            "results": page.results,
            **page.extras,
            **neighbours,
        }
    )


def _rows(hits: Sequence[Hit], fields: Sequence[str]) -> Response:
    return csv_response("articles", ARTICLE_COLUMNS, (article_row(hit, links.absolute) for hit in hits), fields)
