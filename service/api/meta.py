"""The endpoints around the API: directory, health, and the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Flask, Response, json
from flask_smorest import Blueprint

import service
from service.api import links, shown
from service.api.context import wiring
from service.api.deprecation import Deprecated, mark
from service.api.document import DocumentedApi, document, problems, to_yaml
from service.api.fields import doc


class DirectorySchema(ma.Schema):
    """What there is."""

    name = shown.text("The name of the service.", "Artikelsuche")
    version = shown.text("Its release.", "0.1.0")
    links = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.String(),
        required=True,
        metadata=doc("Addresses by name.", {"search": "/v1/search?q=sicherheitsrat"}),
    )


class LivenessSchema(ma.Schema):
    """Whether the service lives."""

    status = shown.text("`ok`.", "ok", validate=ma.validate.OneOf(["ok"]))


class ReadinessSchema(LivenessSchema):
    """Whether the service can answer."""

    generation = shown.generation()


meta = Blueprint("meta", __name__, description="The service itself.")


@meta.route("/")
@meta.response(200, DirectorySchema, description="The directory.")
@meta.doc(operationId="getDirectory")
def directory() -> dict[str, Any]:
    """List what there is.

    The addresses of this service.
    """
    return {
        "name": "Artikelsuche",
        "version": service.__version__,
        "links": {
            "self": "/",
            "search": f"{links.SEARCH}?q=sicherheitsrat",
            "articles": links.ARTICLES,
            **{path.rpartition("/")[2]: path for path in links.NAMES.values()},
            "timeline": f"{links.TIMELINE}?q=sicherheitsrat&interval=year",
            "suggest": f"{links.SUGGEST}?q=klim",
            "export": f"{links.EXPORT}?q=deich",
            "concordance": f"{links.CONCORDANCE}?q=deich",
            "docs": links.DOCS,
            "opensearch": links.OPENSEARCH,
            "sitemap": links.SITEMAP,
            "news_sitemap": links.NEWS_SITEMAP,
            "robots": links.ROBOTS,
            "llms": links.LLMS,
            "openapi_json": "/openapi.json",
            "openapi_yaml": "/openapi.yaml",
            "livez": "/livez",
            "readyz": "/readyz",
        },
    }


@meta.route("/livez")
@meta.response(200, LivenessSchema, description="The process answers.")
@meta.doc(operationId="getLiveness")
def livez() -> dict[str, str]:
    """Tell whether the process lives.

    For a supervisor: restart the process if this does not answer.
    """
    return {"status": "ok"}


@meta.route("/readyz")
@meta.response(200, ReadinessSchema, description="A generation of the index is open.")
@problems(503)
@meta.doc(operationId="getReadiness")
def readyz() -> dict[str, str]:
    """Tell whether searches can be answered.

    For a load balancer: send requests here once this answers 200.
    """
    with wiring().engine.snapshot() as snapshot:
        return {"status": "ok", "generation": snapshot.generation}


def register_document(app: Flask, api: DocumentedApi, deprecated: Mapping[str, Deprecated]) -> None:
    """Serve the OpenAPI document. Both forms are written once, when the application is made."""
    made = document(api)
    mark(made, deprecated)
    as_json = json.dumps(made)
    as_yaml = to_yaml(made)

    @app.get("/openapi.json")
    def openapi_json() -> Response:
        return Response(as_json, content_type="application/json")

    @app.get("/openapi.yaml")
    def openapi_yaml() -> Response:
        return Response(as_yaml, content_type="application/yaml")
