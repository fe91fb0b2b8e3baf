"""Operations that will go: one table, from which answers get their headers and the document its marks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request
from werkzeug.http import http_date


@dataclass(frozen=True)
class Deprecated:
    """Since when an operation should not be used, and when it goes, as far as that is known; both aware.

    `notice` is the address of a page that says more.
    """

    since: datetime
    sunset: datetime | None = None
    notice: str | None = None


DEPRECATED: Mapping[str, Deprecated] = {}
"""By method and path as in the document: `GET /v1/articles/{article_id}`. HEAD follows GET, and QUERY follows POST."""
_FOLLOWED = {"HEAD": "GET", "QUERY": "POST"}
_PARAMETER = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


def announce_end(response: Response, table: Mapping[str, Deprecated]) -> None:
    """The headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), if its operation is in the table.

    Both RFCs have a relation for links to what there is to know.
    """
    if not table or request.url_rule is None:
        return
    method = _FOLLOWED.get(request.method, request.method)
    found = table.get(f"{method} {documented(request.url_rule.rule)}")
    if found is None:
        return
    response.headers["Deprecation"] = f"@{int(found.since.timestamp())}"
    if found.sunset is not None:
        response.headers["Sunset"] = http_date(found.sunset)
    if found.notice is not None:
        relation = "deprecation" if found.sunset is None else "deprecation sunset"
        response.headers.add("Link", f'<{found.notice}>; rel="{relation}"')


def documented(rule: str) -> str:
    """The path of a rule as the document has it: `/sitemap-{number}.xml`."""
    return _PARAMETER.sub(r"{\1}", rule)


def mark(document: dict[str, Any], table: Mapping[str, Deprecated]) -> None:
    """Write `deprecated: true` beside the operations of the table.

    Raises:
        KeyError: the document has no such operation.
    """
    for operation in table:
        method, _, path = operation.partition(" ")
        document["paths"][path][method.lower()]["deprecated"] = True
