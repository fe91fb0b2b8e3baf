"""Headers of the OpenAPI document: each is described once, and referred to by the answers that have it."""

from collections.abc import Iterable, Mapping
from typing import Any

from service.api.problems import RETRY_SECONDS

_ETAG = 'W/"6dc0b3b3202ac057fe24211c"'


def _header(description: str, example: object, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}, "example": example}


HEADERS: Mapping[str, Mapping[str, Any]] = {
    "Accept": _header("The media types that a body may have (RFC 9110).", "application/json"),
    "Accept-Encoding": _header("How a body may be compressed: not at all (RFC 9110).", "identity"),
    "Accept-Query": _header("The media types that this path takes by QUERY (RFC 10008).", "application/json"),
    "Allow": _header("The methods that this path knows.", "GET, HEAD, OPTIONS"),
    "Cache-Control": _header(
        "How long the answer is fresh, and how much longer it may be shown while it is asked for again (RFC 5861); "
        "`no-store` for problems.",
        "public, max-age=60, stale-while-revalidate=600",
    ),
    "Content-Disposition": _header(
        "The name of the file that a browser saves the answer as.", "attachment; filename=articles.csv"
    ),
    "ETag": _header("Weak; send it back in `If-None-Match` to hear whether anything has changed.", _ETAG),
    "Link": _header(
        "The pages around this one, as `next` and `prev`; an article in its other formats, as `alternate` (RFC 8288).",
        '</v1/search?q=deich&page=2>; rel="next"',
    ),
    "Location": _header(
        "The address of the same search by GET (RFC 10008), unless it would have more than 8,000 bytes.",
        "/v1/search?q=deich",
    ),
    "Retry-After": _header("Seconds after which to try again.", RETRY_SECONDS, "integer"),
    "Vary": _header("The headers of the request that the answer depends on.", "Accept, Accept-Encoding"),
    "X-Content-Type-Options": _header("The media type is the one that is said.", "nosniff"),
    "X-Request-ID": _header(
        "The request's name in the log; the client's own, if it sent one.", "54515ef8e99f4a5e922526cc3db3db8b"
    ),
}
"""All that an answer of this service may have, but for those that are the protocol's and CORS's own."""

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of the answer that the client has already: if that is still right, the answer is a 304.",
    "schema": {"type": "string", "examples": [_ETAG]},
}
PARAMETERS = {"IfNoneMatch": IF_NONE_MATCH}
IF_NONE_MATCH_REFERENCE = {"$ref": "#/components/parameters/IfNoneMatch"}


def referred(names: Iterable[str]) -> dict[str, Any]:
    """References to the descriptions of these headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names)}
