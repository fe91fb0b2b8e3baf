"""The endpoints under /v1."""

from dataclasses import dataclass, field
from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from service.api import answers, links
from service.api.context import note_total, took_ms, unchanged, wiring
from service.api.document import problems
from service.api.parsing import QueryParser
from service.api.requests import ArticlesArgs, NoParameters, SearchArgs, TagArgs, TagsArgs
from service.api.responses import SearchPageSchema, TagDetailSchema, TagPageSchema, WholeArticleSchema
from service.search.port import Snapshot
from service.search.request import Filters, SearchRequest, Sort, TagsRequest, Window


@dataclass(frozen=True)
class Page:
    """What differs from list to list; `total` counts the results of all pages, if it is complete."""

    query: answers.Answer
    total: int
    results: list[answers.Answer]
    is_complete: bool = True
    extras: answers.Answer = field(default_factory=dict)


class StrictBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """A blueprint whose parameters are loaded strictly."""

    ARGUMENTS_PARSER = QueryParser()


search = StrictBlueprint("search", __name__, description="Search for articles.")
articles = StrictBlueprint("articles", __name__, description="Articles, one, several or all.")
tags = StrictBlueprint("tags", __name__, description="The tags of the archive and their counts.")


@search.route(links.SEARCH)
@search.arguments(SearchArgs(), location="query")
@search.response(200, SearchPageSchema, description="One page of the articles that match.")
@problems(422, 503)
@search.doc(operationId="search")
def search_articles(asked: SearchRequest) -> Response:
    """Search for articles.

    Words, phrases and filters in; articles with highlights out, the best first.
    """
    with wiring().engine.snapshot() as snapshot:
        return _search(snapshot, links.SEARCH, asked, Sort.RELEVANCE)


@articles.route(links.ARTICLES)
@articles.arguments(ArticlesArgs(), location="query")
@articles.response(
    200, {"oneOf": [{"$ref": "#/components/schemas/SearchPage"}, {"$ref": "#/components/schemas/Batch"}]}
)
@problems(422, 503)
@articles.doc(operationId="listArticles")
def list_articles(asked: SearchRequest | list[str]) -> Response:
    """List articles, or fetch several by id.

    Without `id`, a page of articles, newest first. With `id`, those whole articles and which are missing.
    """
    with wiring().engine.snapshot() as snapshot:
        if isinstance(asked, SearchRequest):
            return _search(snapshot, links.ARTICLES, asked, Sort.NEWEST)
        not_modified = unchanged(snapshot, links.ARTICLES, [("id", article_id) for article_id in asked])
        if not_modified is not None:
            return not_modified
        batch = snapshot.articles(asked)
        note_total(len(batch.hits))
        return jsonify(
            {
                "results": [answers.whole_article(hit) for hit in batch.hits],
                "missing": batch.missing,
                "took_ms": took_ms(),
                "generation": snapshot.generation,
            }
        )


@articles.route(f"{links.ARTICLES}/<article_id>")
@articles.arguments(NoParameters(), location="query")
@articles.response(200, WholeArticleSchema, description="The whole article.")
@problems(404, 422, 503)
@articles.doc(operationId="getArticle")
def get_article(_asked: dict[str, Any], article_id: str) -> Response:
    """Get one whole article.

    Title, lead, sections and paragraphs of one article, and its plain text.
    """
    with wiring().engine.snapshot() as snapshot:
        hit = snapshot.article(article_id)
        return unchanged(snapshot, links.article_path(article_id), ()) or jsonify(answers.whole_article(hit))


@tags.route(links.TAGS)
@tags.arguments(TagsArgs(), location="query")
@tags.response(200, TagPageSchema, description="One page of the tags.")
@problems(422, 503)
@tags.doc(operationId="listTags")
def list_tags(asked: TagsRequest) -> Response:
    """List tags with their counts.

    The tags of the articles that pass the filters, with the number of those articles.
    """
    with wiring().engine.snapshot() as snapshot:
        parameters = links.tags_parameters(asked)
        not_modified = unchanged(snapshot, links.TAGS, [*parameters, *links.page_parameters(asked.window)])
        if not_modified is not None:
            return not_modified
        found = snapshot.tags(asked)
        query, results = answers.tags_query(asked), [answers.tag_count(tag) for tag in found.tags]
        return paged(snapshot, links.TAGS, parameters, asked.window, Page(query, found.total, results))


@tags.route(f"{links.TAGS}/<tag_id>")
@tags.arguments(TagArgs(), location="query")
@tags.response(200, TagDetailSchema, description="The tag.")
@problems(404, 422, 503)
@tags.doc(operationId="getTag")
def get_tag(asked: Filters, tag_id: str) -> Response:
    """Get one tag.

    How often a tag is used under the filters, since when, until when, and beside which others.
    """
    with wiring().engine.snapshot() as snapshot:
        found = snapshot.tag(tag_id, asked)
        path = links.tag_path(found.tag.id)
        not_modified = unchanged(snapshot, path, links.filter_parameters(asked))
        if not_modified is not None:
            return not_modified
        note_total(found.tag.count)
        return jsonify(answers.tag_detail(found, asked, took_ms(), snapshot.generation))


def _search(snapshot: Snapshot, path: str, asked: SearchRequest, default_sort: Sort) -> Response:
    parameters = links.search_parameters(asked, default_sort)
    not_modified = unchanged(snapshot, path, [*parameters, *links.page_parameters(asked.window)])
    if not_modified is not None:
        return not_modified
    found = snapshot.search(asked)
    query, results = answers.search_query(asked, found), [answers.result(hit) for hit in found.hits]
    page = Page(query, found.total, results, found.is_complete, answers.search_extras(found))
    return paged(snapshot, path, parameters, asked.window, page)


def paged(snapshot: Snapshot, path: str, parameters: links.Parameters, window: Window, page: Page) -> Response:
    """The answer that every list gives; its neighbours go into the `Link` header too."""
    note_total(page.total)
    neighbours = links.neighbours(path, parameters, window, page.total)
    links.announce(neighbours)
    return jsonify(
        {
            "query": page.query,
            "total": {"value": page.total, "relation": "eq" if page.is_complete else "gte"},
            "page": window.page,
            "page_size": window.size,
            "took_ms": took_ms(),
            "generation": snapshot.generation,
            "results": page.results,
            **page.extras,
            **neighbours,
        }
    )
