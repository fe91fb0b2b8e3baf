"""The Flask application."""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from threading import BoundedSemaphore
from time import perf_counter
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from flask.json.provider import JSONProvider

from service.api import links, problems
from service.api.body import MEDIA_TYPE, MOST_READ, QUERIED
from service.api.caching import Results
from service.api.concordance import concordance
from service.api.context import Wiring, finish_caching, wire, wiring
from service.api.deprecation import DEPRECATED, Deprecated, announce_end
from service.api.discovery import discovery
from service.api.docs import register_docs
from service.api.document import make_api
from service.api.export import export
from service.api.host import check_host
from service.api.meta import meta, register_document
from service.api.names import name_lists
from service.api.similar import similar
from service.api.suggest import suggest
from service.api.timeline import timeline
from service.api.transport import compress, share
from service.api.versions import versions
from service.api.views import articles, search
from service.articles.dates import TIME_ZONE
from service.config import Settings
from service.search.port import Engine

_MEGABYTE = 1_000_000
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


def create_app(engine: Engine, settings: Settings, deprecated: Mapping[str, Deprecated] = DEPRECATED) -> Flask:
    """The application over an engine. The engine is not asked anything before the first request."""
    app = Flask("service", static_folder=None)
    app.json = _Json(app)
    app.config["MAX_CONTENT_LENGTH"] = MOST_READ
    app.url_map.merge_slashes = False
    results, exports = Results(settings.result_cache_mb * _MEGABYTE), BoundedSemaphore(max(1, settings.threads - 1))
    wire(app, Wiring(engine, settings, results, deprecated, exports))
    problems.register_handlers(app)
    app.before_request(_begin)
    app.before_request(check_host)
    app.after_request(_log)  # the first to be named comes last
    compress(app)
    share(app, settings.cors_origins)
    app.after_request(_finish)
    app.teardown_request(lambda _error: structlog.contextvars.clear_contextvars())
    api = make_api(app)
    reading = (articles, similar, versions, concordance, export)
    for blueprint in (search, *reading, *name_lists(), timeline, suggest, discovery, meta):
        api.register_blueprint(blueprint)
    register_docs(app)
    register_document(app, api, deprecated)
    return app


def _begin() -> None:
    g.started = perf_counter()
    g.began = datetime.now(TIME_ZONE)
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    """Headers of every answer."""
    finish_caching(response)
    _announce_query(response)
    announce_end(response, wiring().deprecated)
    response.headers["X-Request-ID"] = g.request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _announce_query(response: Response) -> None:
    """What the path takes by QUERY (RFC 10008), and where the answer to a body is to be had without one."""
    if request.path not in QUERIED:
        return
    response.headers["Accept-Query"] = MEDIA_TYPE
    if request.method in ("QUERY", "POST") and response.status_code == HTTPStatus.OK and "asked" in g:
        where = links.address(*g.asked)
        if links.is_sendable(where):
            response.headers["Location"] = where


def _log(response: Response) -> Response:
    """The one log line of a request."""
    fields: dict[str, object] = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "took_ms": round((perf_counter() - g.started) * 1000, 1),
    }
    if "total" in g:
        fields |= {"total": g.total, "zero_hits": g.total == 0}
    if "cached" in g:
        fields["cached"] = True
    q = request.args.get("q", g.get("q"))
    if wiring().settings.log_queries and q is not None:
        fields["q"] = q
    structlog.get_logger().info("request", **fields)
    return response
