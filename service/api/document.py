"""The OpenAPI document: what flask-smorest cannot know by itself is added here, and in `service.api.openapi`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import yaml
from flask import Flask
from flask_smorest import Api

import service
from service.api.body import describe
from service.api.negotiate import JSON, Format
from service.api.openapi import examples, headers, media_types, responses
from service.api.openapi.components import loosen, prune
from service.api.openapi.links import LINKS
from service.api.openapi.vocabularies import forget_null, name_vocabularies
from service.api.problems import CONTENT_TYPE
from service.api.requests import SearchBodySchema
from service.api.responses import BatchSchema, ProblemSchema

View = TypeVar("View", bound=Callable[..., Any])

_PATH_PARAMETERS = {
    "article_id": ("Id of the article, from a result.", "000_692ed9f868c8dedc"),
    "tag_id": ("Slug or name of the tag.", "energie"),
    "source_id": ("Slug or name of the source.", "kuestendienst"),
    "author_id": ("Slug or name of the author.", "anna-oeztuerk"),
    "section_id": ("Slug or name of the section.", "wirtschaft"),
    "number": ("Number of the sitemap, from 1.", 1),
}
_ASKED_WITH_Q = frozenset({"search", "suggest", "listOccurrences", "getTimeline", "exportArticles"})
"""Operations that are asked for the sake of their `q`: a page that lets one try them begins with one."""
_NEVER_STORED = frozenset({"getLiveness", "getReadiness"})
_SPARSE = (
    *("Result", "WholeArticle", "NameCount", "NameDetail", "SimilarResult", "Version", "ConcordanceLine"),
    *("Suggestion", "TagSuggestion", "Series"),
)
"""Schemas of results of which a client may ask for some fields only."""
_OPERATION_ORDER = ("operationId", "summary", "description", "tags", "parameters", "requestBody", "responses")
_DESCRIPTION = """Full-text search for a German news archive.

Everything is read with GET; a search may also be asked in JSON, by QUERY (RFC 10008) or POST. Errors are
`application/problem+json` (RFC 9457). Answers carry a weak `ETag`; send it back in `If-None-Match` and a 304 says that
nothing has changed. All lists have one page shape, and `next` leads through it. Where there are several formats, the
parameter `format` names one, else the header `Accept` decides.

Examples are real answers over the articles that come with the service. Beside these operations there are this document,
at `/openapi.json` and `/openapi.yaml`, and a page that shows it, at `/docs`.
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
    """Say that a view may answer with these problems."""

    def decorate(view: View) -> View:
        documentation: dict[str, Any] = view.__dict__.setdefault("_apidoc", {})
        described = documentation.setdefault("response", {}).setdefault("responses", {})
        for status in statuses:
            reason = responses.REASONS.get(status, "")  # those that operations share are described elsewhere
            described[status] = [
                {"description": reason, "schema": ProblemSchema(), "content_type": CONTENT_TYPE},
            ]
        return view

    return decorate


def also_written(offered: Iterable[Format]) -> Callable[[View], View]:
    """Say that a view answers in these formats, beside JSON where that is among them."""

    def decorate(view: View) -> View:
        described = view.__dict__["_apidoc"]["response"]["responses"]
        others = [
            {"content_type": one.media_type, "schema": media_types.SCHEMAS[one.media_type]}
            for one in offered
            if one is not JSON
        ]
        given = described[200]
        for each in others:
            each["description"] = given[0]["description"]
        in_json = [each for each in given if "schema" in each]
        described[200] = [*reversed(others), *in_json]  # flask-smorest writes the last one first
        return view

    return decorate


def make_api(app: Flask) -> DocumentedApi:
    """The API of an application, with nothing registered yet."""
    app.config.update(API_TITLE="Artikelsuche", API_VERSION=service.__version__, OPENAPI_VERSION="3.1.0")
    api = DocumentedApi(
        app,
        spec_kwargs={
            "info": {"description": _DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": "/", "description": "This server."}],
            "security": [],
        },
    )
    api.spec.components.schema("Batch", schema=BatchSchema)
    return api


def document(api: DocumentedApi) -> dict[str, Any]:
    """The document, as JSON types."""
    made: dict[str, Any] = api.spec.to_dict()
    exchanges = examples.read_exchanges()
    loosen(made, _SPARSE)
    for operations in made["paths"].values():
        in_path = operations.pop("parameters", [])
        for method, operation in operations.items():
            _complete_parameters(operation, in_path, is_stored=_is_stored(method, operation))
            _complete_responses(operation, exchanges, is_stored=_is_stored(method, operation))
            operations[method] = _in_reading_order(operation)
    made["components"] |= {
        "headers": headers.HEADERS,
        "parameters": headers.PARAMETERS,
        "responses": responses.shared(exchanges.get(examples.SHARED, ())),
    }
    describe(made["components"]["schemas"]["SearchBody"]["properties"], SearchBodySchema())
    name_vocabularies(made)
    prune(made)
    return made


def _is_stored(method: str, operation: Mapping[str, Any]) -> bool:
    """Whether answers have an ETag."""
    return method == "get" and operation["operationId"] not in _NEVER_STORED


def _complete_parameters(operation: dict[str, Any], in_path: Sequence[Mapping[str, Any]], *, is_stored: bool) -> None:
    """What the document says of each parameter, and those that no schema has."""
    asked = operation.get("parameters", [])
    forget_null(asked)
    for parameter in asked:
        if parameter["name"] == "q" and operation["operationId"] in _ASKED_WITH_Q:
            (parameter["example"],) = parameter["schema"]["examples"]
    for parameter in in_path:
        description, example = _PATH_PARAMETERS[parameter["name"]]
        asked.insert(0, {**parameter, "description": description, "example": example})
    if is_stored:
        asked.append(headers.IF_NONE_MATCH_REFERENCE)
    operation["parameters"] = asked


def _complete_responses(
    operation: dict[str, Any], exchanges: Mapping[str, Sequence[examples.Exchange]], *, is_stored: bool
) -> None:
    """The answers that operations share, and links, examples and headers of its own."""
    described = operation["responses"]
    if "503" in described:
        described["503"] = responses.reference(responses.NOT_READY)
    if is_stored:
        described["304"] = responses.reference(responses.NOT_MODIFIED)
    described["default"] = responses.reference(responses.ANY)
    if operation["operationId"] in LINKS:
        described["200"]["links"] = LINKS[operation["operationId"]]
    examples.illustrate(operation, exchanges.get(operation["operationId"], ()))


def _in_reading_order(operation: dict[str, Any]) -> dict[str, Any]:
    operation["responses"] = dict(sorted(operation["responses"].items()))
    return {name: operation[name] for name in _OPERATION_ORDER if operation.get(name)}


def to_yaml(made: dict[str, Any]) -> str:
    """The document as it is committed in openapi.yaml."""
    return yaml.dump(made, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.CSafeDumper):
    """Writes what is equal twice, and lines as lines."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """An example that stands in two places is written in both."""
        return True


def _represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)
