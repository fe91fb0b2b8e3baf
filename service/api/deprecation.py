"""Operations that will go: one table, from which answers get their headers and the document its marks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request
from werkzeug.http import http_date


@dataclass(frozen=True)
class Deprecated:
    """Since when an operation should not be used, and when it goes, as far as that is known; both aware."""

    since: datetime
    sunset: datetime | None = None


DEPRECATED: Mapping[str, Deprecated] = {}
"""By method and path as in the document: `GET /v1/articles/{article_id}`."""


def announce_end(response: Response, table: Mapping[str, Deprecated]) -> None:
    """The headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), if its operation is in the table."""
    if not table or request.url_rule is None:
        return
    method = "GET" if request.method == "HEAD" else request.method
    path = request.url_rule.rule.replace("<", "{").replace(">", "}")
    found = table.get(f"{method} {path}")
    if found is None:
        return
    response.headers["Deprecation"] = f"@{int(found.since.timestamp())}"
    if found.sunset is not None:
        response.headers["Sunset"] = http_date(found.sunset)


def mark(document: dict[str, Any], table: Mapping[str, Deprecated]) -> None:
    """Write `deprecated: true` beside the operations of the table.

    Raises:
        KeyError: the document has no such operation.
    """
    for operation in table:
        method, _, path = operation.partition(" ")
        document["paths"][path][method.lower()]["deprecated"] = True
