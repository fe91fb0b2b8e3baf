"""What a view needs of the running request: its snapshot of the archive, its clock, and the caching headers."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

from flask import Flask, Response, current_app, g, json, request

import service
from service.config import Settings
from service.search.port import Engine, Snapshot

_KEY = "artikelsuche"
_NEVER_STORED = ("meta.livez", "meta.readyz")


@dataclass(frozen=True)
class Wiring:
    """What the application was made with."""

    engine: Engine
    settings: Settings


def wire(app: Flask, wiring: Wiring) -> None:
    """Give the application its engine and settings."""
    app.extensions[_KEY] = wiring


def wiring() -> Wiring:
    """The engine and settings of the current application."""
    found: Wiring = current_app.extensions[_KEY]
    return found


def note_total(total: int) -> None:
    """Tell the log line of this request how much was found."""
    g.total = total


def took_ms() -> float:
    """Milliseconds since the request came in."""
    started: float = g.started
    return round((perf_counter() - started) * 1000, 1)


def unchanged(snapshot: Snapshot, path: str, parameters: Iterable[tuple[str, str]]) -> Response | None:
    """Set the ETag of this answer; a 304 if the client has it already.

    The tag is weak, as `took_ms` differs; it stands over generation, release, format and the canonical request.
    """
    parts = [snapshot.generation, service.__version__, "json", path, list(parameters)]
    digest = hashlib.blake2b(json.dumps(parts).encode(), digest_size=12).hexdigest()
    g.etag = digest
    if request.if_none_match.contains_weak(digest):
        return Response(status=304)
    return None


def add_caching_headers(response: Response) -> None:
    """`ETag` and `Cache-Control` of an answer whose ETag is known."""
    if "etag" in g and response.status_code in (200, 304):
        response.set_etag(g.etag, weak=True)
        response.headers["Cache-Control"] = f"public, max-age={wiring().settings.cache_seconds}"
    elif request.endpoint in _NEVER_STORED:
        response.headers["Cache-Control"] = "no-store"
