"""The answers that a worker keeps: bytes and headers by canonical request, the least recently used out first."""

import hashlib
import re
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache
from flask import Response

_TOOK = re.compile(rb'"took_ms":([0-9.]+)')
_OF_ONE_REQUEST = frozenset({"content-length", "date", "vary"})
"""Headers that are not kept; an answer varies by `Accept` only where a request left the format to it."""
_OVERHEAD = 1_000
"""Bytes that an answer takes beside its body and its headers: its key, and the objects that hold it all."""
_HEADER = 200
"""Bytes of the objects that hold a header."""
_LARGEST_SHARE = 8
"""No answer may take more than one part in so many of the cache."""


@dataclass(frozen=True)
class Kept:
    """An answer cut in two where its `took_ms` stands, whose value is each request's own; uncut where there is none."""

    before: bytes
    after: bytes | None
    headers: tuple[tuple[str, str], ...]
    total: int | None

    @property
    def size(self) -> int:
        """Bytes that it takes, with its key."""
        headers = sum(len(name) + len(value) + _HEADER for name, value in self.headers)
        return len(self.before) + len(self.after or b"") + headers + _OVERHEAD

    def response(self, took_ms: float) -> Response:
        """The answer to another request, which took so many milliseconds."""
        body = self.before if self.after is None else b"%s%s%s" % (self.before, str(took_ms).encode(), self.after)
        return Response(body, headers=list(self.headers))


def cut(response: Response, total: int | None) -> Kept:
    """An answer as it is kept.

    In JSON the bytes `"took_ms":` are always a member's name: inside of a string there would be a backslash before each
    quotation mark.
    """
    body = response.get_data()
    headers = tuple((name, value) for name, value in response.headers if name.lower() not in _OF_ONE_REQUEST)
    found = _TOOK.search(body) if response.mimetype == "application/json" else None
    if found is None:
        return Kept(body, None, headers, total)
    return Kept(body[: found.start(1)], body[found.end(1) :], headers, total)


class Results:
    """Answers, up to a number of bytes. Threads may share it.

    A key names its generation, so what is of an old one is asked for no more and goes first. It may be of any length: a
    digest stands for it.
    """

    def __init__(self, most_bytes: int) -> None:
        self._kept: LRUCache[bytes, Kept] = LRUCache(most_bytes, getsizeof=lambda kept: kept.size)
        self._largest = most_bytes // _LARGEST_SHARE
        self.is_on = most_bytes > 0
        self._lock = Lock()

    def get(self, key: str) -> Kept | None:
        """The answer to an equal request, if it is still there."""
        with self._lock:
            return self._kept.get(_digest(key))

    def keep(self, key: str, answer: Kept) -> None:
        """Keep an answer, unless it is too large."""
        if answer.size <= self._largest:
            with self._lock:
                self._kept[_digest(key)] = answer


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=32).digest()
