"""What a view needs of the running request: its snapshot of the archive, its clock, and the caching headers."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from threading import BoundedSemaphore
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, current_app, g, json, request

import service
from service.api.caching import Results, cut
from service.api.deprecation import Deprecated
from service.config import Settings
from service.search.port import Engine, Snapshot

_KEY = "artikelsuche"
_MOST_KEPT, _LONGEST_KEPT = 2_000, 200
"""So many query strings are kept, and none with more bytes; with what they were loaded into they take 2 KB each."""
Made = TypeVar("Made")
_NEVER_STORED = ("meta.livez", "meta.readyz")
_CONDITIONAL = ("GET", "HEAD", "QUERY")
"""Methods whose answers may be stored, and asked for again by `If-None-Match`."""
_DATES = ("from", "to")
_STALE = 10
"""So many times as long as an answer is fresh it may be shown while it is asked for again."""


class Loaded:
    """What query strings were loaded into; equal ones load alike. Forgets all when it is full. Threads may share it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, bytes], Any] = {}

    def get(self, schema: object, query_string: bytes, load: Callable[[], Made]) -> Made:
        """What this query string loads into under a schema. Only what could be loaded is kept."""
        key = (schema, query_string)
        if b"now" in unquote_to_bytes(query_string):
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
    results: Results
    deprecated: Mapping[str, Deprecated]
    exports: BoundedSemaphore
    """How many more exports may begin: each holds a thread as long as its client reads, and one must be left."""
    loaded: Loaded = field(default_factory=Loaded)


def wire(app: Flask, wiring: Wiring) -> None:
    """Give the application its engine and settings."""
    app.extensions[_KEY] = wiring


def wiring() -> Wiring:
    """The engine and settings of the current application."""
    found: Wiring = current_app.extensions[_KEY]
    return found


def base() -> str:
    """The address under which the service is reached from outside, without a slash at its end."""
    # Not `host_url`, which has international names in their own letters: headers and sitemaps want them in ASCII.
    return (wiring().settings.public_url or f"{request.scheme}://{request.host}").rstrip("/")


def note_total(total: int) -> None:
    """Tell the log line of this request how much was found."""
    g.total = total


def took_ms() -> float:
    """Milliseconds since the request came in."""
    started: float = g.started
    return round((perf_counter() - started) * 1000, 1)


def unchanged(
    snapshot: Snapshot | None, path: str, parameters: Sequence[tuple[str, str]], format_name: str = "json"
) -> Response | None:
    """Set the ETag of this answer; the answer itself if there is one already, here or with the client.

    That is a 304 if the client has it, else what this worker kept of an equal request. Whatever an answer depends on
    must be among the arguments. Two things are added here: for dates before now the day, or the hour; and the address
    from outside, as answers have absolute links.

    The tag is weak, as `took_ms` differs; it stands over generation, release, format, address and the canonical
    request. Without a snapshot the answer does not depend on the archive.
    """
    generation = "" if snapshot is None else snapshot.generation
    parts = [generation, service.__version__, base(), format_name, path, [*parameters, *_now(parameters)]]
    key = json.dumps(parts)
    g.asked = path, parameters
    g.etag = _digest(key.encode())
    if request.method in _CONDITIONAL and not request.if_none_match.star_tag and _is_held():
        return Response(status=HTTPStatus.NOT_MODIFIED)
    kept = wiring().results.get(key)
    if kept is None:
        if wiring().results.is_on and request.method in _CONDITIONAL:
            g.keep_as = key
        return None
    g.cached = True
    if kept.total is not None:
        note_total(kept.total)
    return kept.response(took_ms())


def keep_nothing() -> None:
    """Say that the answer to this request depends on more than its request, so that nobody should keep it."""
    g.pop("keep_as", None)
    g.is_passing = True


def _now(parameters: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the dates before now among the parameters depend on, as it was when the request came in."""
    relative = [value for name, value in parameters if name in _DATES and value.startswith("now")]
    if not relative:
        return []
    began: datetime = g.began
    return [("now", began.strftime("%Y-%m-%dT%H%z" if any(value.endswith("h") for value in relative) else "%Y-%m-%d"))]


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def _is_held() -> bool:
    """Whether the client has what the ETag of this answer names."""
    return request.if_none_match.contains_weak(g.etag)


def finish_caching(response: Response) -> None:
    """Keep the answer, if it may be kept; its `ETag` and `Cache-Control`, and a 304 if the client has it already.

    What has no ETag of its own gets that of its bytes.
    """
    if request.endpoint in _NEVER_STORED or "is_passing" in g:
        response.headers["Cache-Control"] = "no-store"
        return
    is_whole = response.status_code == HTTPStatus.OK and not response.is_streamed
    if is_whole and "keep_as" in g:
        wiring().results.keep(g.keep_as, cut(response, g.get("total")))
    if request.method not in _CONDITIONAL:
        response.headers["Cache-Control"] = "no-store"
        return
    if is_whole and "etag" not in g:
        g.etag = _digest(response.get_data())
    if "etag" in g and response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
        response.set_etag(g.etag, weak=True)
        response.headers["Cache-Control"] = _freshness(wiring().settings.cache_seconds)
        if is_whole and _is_held():
            response.status_code = HTTPStatus.NOT_MODIFIED
            response.set_data(b"")


def _freshness(seconds: int) -> str:
    """`Cache-Control` (RFC 9111); what is not much too old may be shown while a cache asks again (RFC 5861)."""
    fresh = f"public, max-age={seconds}"
    return f"{fresh}, stale-while-revalidate={seconds * _STALE}" if seconds else fresh
