"""What a view needs of the running request: its snapshot of the archive, its clock, and the caching headers."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, json, request

import service
from service.config import Settings
from service.search.port import Engine, Snapshot

_KEY = "artikelsuche"
_MOST_KEPT, _LONGEST_KEPT = 2_000, 200
"""So many query strings are kept, and none with more bytes."""
Made = TypeVar("Made")
_NEVER_STORED = ("meta.livez", "meta.readyz")


class Loaded:
    """What query strings were loaded into; equal ones load alike. Forgets all when it is full. Threads may share it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, bytes], Any] = {}

    def get(self, schema: object, query_string: bytes, load: Callable[[], Made]) -> Made:
        """What this query string loads into under a schema. Only what could be loaded is kept."""
        key = (schema, query_string)
        if b"now" in query_string:
            return load()  # a date that is relative to now means another moment tomorrow
        if key in self._kept:
            found: Made = self._kept[key]
            return found
        made = load()
        if len(query_string) <= _LONGEST_KEPT:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = made
        return made


@dataclass(frozen=True)
class Wiring:
    """What the application was made with, and what it remembers of its requests."""

    engine: Engine
    settings: Settings
    loaded: Loaded = field(default_factory=Loaded)


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


def unchanged(snapshot: Snapshot | None, path: str, parameters: Iterable[tuple[str, str]]) -> Response | None:
    """Set the ETag of this answer; a 304 if the client has it already.

    The tag is weak, as `took_ms` differs; it stands over generation, release, format and the canonical request.
    Without a snapshot the answer does not depend on the archive.
    """
    parts = [snapshot and snapshot.generation, service.__version__, "json", path, list(parameters)]
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
