"""The Flask application."""

import re
import uuid
from time import perf_counter
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from flask.json.provider import JSONProvider

from service.api import problems
from service.api.concordance import concordance
from service.api.context import Wiring, add_caching_headers, wire, wiring
from service.api.document import make_api
from service.api.meta import meta, register_document
from service.api.similar import similar
from service.api.suggest import suggest
from service.api.views import articles, search, tags
from service.config import Settings
from service.search.port import Engine

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class _Json(JSONProvider):
    """orjson: UTF-8 as it is, keys in the order that they were given in."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """JSON as text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """What the JSON says."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """The answer, one line."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), option=orjson.OPT_APPEND_NEWLINE)
        return Response(body, mimetype="application/json")


def create_app(engine: Engine, settings: Settings) -> Flask:
    """The application over an engine. The engine is not asked anything before the first request."""
    app = Flask("service", static_folder=None)
    app.json = _Json(app)
    app.url_map.merge_slashes = False
    wire(app, Wiring(engine, settings))
    problems.register_handlers(app)
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(lambda _error: structlog.contextvars.clear_contextvars())
    api = make_api(app)
    for blueprint in (search, articles, tags, suggest, similar, concordance, meta):
        api.register_blueprint(blueprint)
    register_document(app, api)
    return app


def _begin() -> None:
    g.started = perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    """Headers of every answer, and the one log line of its request."""
    add_caching_headers(response)
    response.headers["X-Request-ID"] = g.request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    fields: dict[str, object] = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "took_ms": round((perf_counter() - g.started) * 1000, 1),
    }
    if "total" in g:
        fields |= {"total": g.total, "zero_hits": g.total == 0}
    if wiring().settings.log_queries and "q" in request.args:
        fields["q"] = request.args["q"]
    structlog.get_logger().info("request", **fields)
    return response
