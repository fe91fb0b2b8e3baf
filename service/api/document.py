"""The OpenAPI document: what flask-smorest cannot know by itself is added here."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import orjson
import yaml
from flask import Flask
from flask_smorest import Api

import service
from service.api.body import describe
from service.api.formats import WrittenFormat, example
from service.api.negotiate import Format
from service.api.problems import CONTENT_TYPE
from service.api.requests import SearchBodySchema
from service.api.responses import BatchSchema, ProblemSchema
from service.api.sparse import loosen
from service.api.vocabularies import forget_null, name_vocabularies

View = TypeVar("View", bound=Callable[..., Any])

_EXAMPLES = {
    400: {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The body is no JSON: unexpected end of data, at character 6.",
        "code": "invalid_parameter",
        "errors": [],
    },
    413: {
        "type": "about:blank",
        "title": "Request Entity Too Large",
        "status": 413,
        "detail": "The body is too large; leave something out.",
        "code": "invalid_parameter",
        "errors": [],
    },
    415: {
        "type": "about:blank",
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": "The body must be JSON and say so: Content-Type: application/json.",
        "code": "unsupported_media_type",
        "errors": [],
    },
    404: {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no article 'gibt-es-nicht'.",
        "code": "article_not_found",
        "errors": [],
    },
    406: {
        "type": "about:blank",
        "title": "Not Acceptable",
        "status": 406,
        "detail": "Accept asks for none of the formats that there are: application/json, text/csv.",
        "code": "not_acceptable",
        "errors": [],
    },
    422: {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "page: must be at least 1.",
        "code": "invalid_parameter",
        "errors": [{"parameter": "page", "message": "must be at least 1."}],
    },
    503: {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "No generation of the index is open.",
        "code": "not_ready",
        "errors": [],
    },
}
_REASONS = {
    400: "The body is no JSON object.",
    413: "The body is too large.",
    415: "The body is not said to be JSON, or is compressed.",
    304: "The client's copy, named by `If-None-Match`, is still right.",
    404: "There is no such thing in the archive.",
    406: "The header `Accept` asks for none of the formats that there are.",
    422: "A parameter is unknown, wrong, repeated, or goes too deep.",
    503: "No generation of the index is open yet; try again in a few seconds.",
}
_PATH_PARAMETERS = {
    "article_id": ("Id of the article, from a result.", "000_692ed9f868c8dedc"),
    "tag_id": ("Slug or name of the tag.", "energie"),
    "source_id": ("Slug or name of the source.", "kuestendienst"),
    "author_id": ("Slug or name of the author.", "anna-oeztuerk"),
    "section_id": ("Slug or name of the section.", "wirtschaft"),
    "number": ("Number of the sitemap, from 1.", 1),
}
_LINKS: dict[tuple[str, str], dict[str, Any]] = {
    ("/v1/search", "article"): {
        "operationId": "getArticle",
        "parameters": {"article_id": "$response.body#/results/0/id"},
    },
    ("/v1/search", "tag"): {
        "operationId": "getTag",
        "parameters": {"tag_id": "$response.body#/results/0/tags/0/id"},
    },
    ("/v1/articles", "article"): {
        "operationId": "getArticle",
        "parameters": {"article_id": "$response.body#/results/0/id"},
    },
    ("/v1/articles/{article_id}", "tag"): {
        "operationId": "getTag",
        "parameters": {"tag_id": "$response.body#/tags/0/id"},
    },
    ("/v1/articles/{article_id}", "batch"): {
        "operationId": "listArticles",
        "parameters": {"id": "$response.body#/id"},
    },
    ("/v1/articles/{article_id}", "versions"): {
        "operationId": "listVersions",
        "parameters": {"article_id": "$response.body#/id"},
    },
    ("/v1/articles/{article_id}/versions", "article"): {
        "operationId": "getArticle",
        "parameters": {"article_id": "$response.body#/results/0/id"},
    },
    ("/v1/articles/{article_id}", "similar"): {
        "operationId": "listSimilarArticles",
        "parameters": {"article_id": "$response.body#/id"},
    },
    ("/v1/articles/{article_id}", "tag_suggestions"): {
        "operationId": "suggestTags",
        "parameters": {"article_id": "$response.body#/id"},
    },
    ("/v1/articles/{article_id}/similar", "article"): {
        "operationId": "getArticle",
        "parameters": {"article_id": "$response.body#/results/0/id"},
    },
    ("/v1/articles/{article_id}/tag-suggestions", "tag"): {
        "operationId": "getTag",
        "parameters": {"tag_id": "$response.body#/results/0/id"},
    },
    ("/v1/concordance", "article"): {
        "operationId": "getArticle",
        "parameters": {"article_id": "$response.body#/results/0/article/id"},
    },
    ("/v1/tags", "tag"): {"operationId": "getTag", "parameters": {"tag_id": "$response.body#/results/0/id"}},
    ("/v1/tags/{tag_id}", "articles"): {
        "operationId": "listArticles",
        "parameters": {"tag": "$response.body#/id"},
    },
    ("/v1/tags/{tag_id}", "related"): {
        "operationId": "getTag",
        "parameters": {"tag_id": "$response.body#/related/0/id"},
    },
    **{
        (f"/v1/{kind}s", kind): {
            "operationId": f"get{kind.capitalize()}",
            "parameters": {f"{kind}_id": "$response.body#/results/0/id"},
        }
        for kind in ("source", "author", "section")
    },
    **{
        (f"/v1/{kind}s/{{{kind}_id}}", "articles"): {
            "operationId": "listArticles",
            "parameters": {kind: "$response.body#/id"},
        }
        for kind in ("source", "author", "section")
    },
    ("/v1/timeline", "search"): {"operationId": "search", "parameters": {"q": "$response.body#/series/0/q"}},
}
_HEADERS = {
    "ETag": {
        "description": "Weak; send it back in `If-None-Match` to hear whether anything has changed.",
        "schema": {"type": "string"},
        "example": 'W/"6dc0b3b3202ac057fe24211c"',
    },
    "Link": {
        "description": "The pages around this one, as `next` and `prev`; an article in its other formats, as "
        "`alternate` (RFC 8288).",
        "schema": {"type": "string"},
        "example": '</v1/search?q=deich&page=2>; rel="next"',
    },
    "X-Request-ID": {
        "description": "The request's name in the log; the client's own, if it sent one.",
        "schema": {"type": "string"},
        "example": "54515ef8e99f4a5e922526cc3db3db8b",
    },
}
_SPARSE = (
    *("Result", "WholeArticle", "NameCount", "NameDetail", "SimilarResult", "Version", "ConcordanceLine"),
    *("Suggestion", "TagSuggestion", "Series"),
)
"""Schemas of results of which a client may ask for some fields only."""
_LOCATION = {
    "description": "The address of the same search by GET (RFC 10008), unless it would have more than 8,000 bytes.",
    "schema": {"type": "string"},
    "example": "/v1/search?q=deich",
}
_OPERATION_ORDER = ("operationId", "summary", "description", "tags", "parameters", "requestBody", "responses")
_DESCRIPTION = """Full-text search for a German news archive.

Everything is read with GET; a search may also be asked in JSON, by QUERY (RFC 10008) or POST. Errors are
`application/problem+json` (RFC 9457). Answers carry a weak `ETag`; send it back in `If-None-Match` and a 304 says that
nothing has changed. All lists have one page shape, and `next` leads through it.
"""


class DocumentedApi(Api):  # type: ignore[misc]  # flask-smorest is untyped
    """flask-smorest without its error handlers and its catalogue of error responses: `problems` has ours."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave them to `service.api.problems`."""

    def _register_responses(self) -> None:
        """Leave them to `problems`."""

    def _register_etag_headers(self) -> None:
        """There is no ETag of a body."""

    def _register_pagination_header(self) -> None:
        """Pages are in the body."""


def problems(*statuses: int) -> Callable[[View], View]:
    """Say that a view may answer with these problems, and with 304."""

    def decorate(view: View) -> View:
        documentation: dict[str, Any] = view.__dict__.setdefault("_apidoc", {})
        responses = documentation.setdefault("response", {}).setdefault("responses", {})
        for status in statuses:
            responses[status] = [
                {
                    "description": _REASONS[status],
                    "schema": ProblemSchema(),
                    "example": _EXAMPLES[status],
                    "content_type": CONTENT_TYPE,
                }
            ]
        return view

    return decorate


def also_written(offered: Iterable[Format], content: Any) -> Callable[[View], View]:
    """Say that a view answers in these formats beside JSON; what they make of the content is the example."""

    def decorate(view: View) -> View:
        responses = view.__dict__["_apidoc"]["response"]["responses"]
        others = [_described(one, content) for one in offered if isinstance(one, WrittenFormat)]
        responses[200] = [*reversed(others), *responses[200]]  # flask-smorest writes the last one first
        return view

    return decorate


def _described(one: WrittenFormat[Any], content: Any) -> dict[str, Any]:
    written = one.write(content, example.absolute)
    is_json = one.media_type.endswith("json")
    return {
        "content_type": one.media_type,
        "schema": {"type": "object" if is_json else "string"},
        "example": orjson.loads(written) if is_json else written.decode(),
    }


def make_api(app: Flask) -> DocumentedApi:
    """The API of an application, with nothing registered yet."""
    app.config.update(API_TITLE="Artikelsuche", API_VERSION=service.__version__, OPENAPI_VERSION="3.1.0")
    api = DocumentedApi(
        app,
        spec_kwargs={
            "info": {"description": _DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": "/", "description": "This server."}],
        },
    )
    api.spec.components.schema("Batch", schema=BatchSchema)
    return api


def document(api: DocumentedApi) -> dict[str, Any]:
    """The document, as JSON types."""
    made: dict[str, Any] = api.spec.to_dict()
    for name in _SPARSE:
        loosen(made["components"]["schemas"], name)
    for path, operations in made["paths"].items():
        for parameter in operations.pop("parameters", []):
            description, example = _PATH_PARAMETERS[parameter["name"]]
            operations["get"].setdefault("parameters", []).insert(
                0, {**parameter, "description": description, "example": example}
            )
        if path.startswith("/v1"):
            operations["get"]["responses"]["304"] = {"description": _REASONS[304]}
            operations["get"]["responses"]["200"]["headers"] = _HEADERS
        found = {name: link for (at, name), link in _LINKS.items() if at == path}
        if found:
            operations["get"]["responses"]["200"]["links"] = found
        forget_null(operations["get"].get("parameters", []))
        operations["get"] = _in_reading_order(operations["get"])
        if "post" in operations:
            answer = operations["post"]["responses"]["200"]
            answer["headers"] = {**_HEADERS, "Location": _LOCATION}
            answer["headers"].pop("ETag")
            answer["links"] = found
            operations["post"] = _in_reading_order(operations["post"])
    describe(made["components"]["schemas"]["SearchBody"]["properties"], SearchBodySchema())
    name_vocabularies(made)
    return made


def _in_reading_order(operation: dict[str, Any]) -> dict[str, Any]:
    operation["responses"] = dict(sorted(operation["responses"].items()))
    return {name: operation[name] for name in _OPERATION_ORDER if name in operation}


def to_yaml(made: dict[str, Any]) -> str:
    """The document as it is committed in openapi.yaml."""
    return yaml.dump(made, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.SafeDumper):
    """Writes what is equal twice, and lines as lines."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """An example that stands in two places is written in both."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)
