"""Answers that are not the result, as the OpenAPI document says them: problems, and that nothing has changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.api.openapi.examples import Exchange
from service.api.openapi.headers import referred
from service.api.problems import CONTENT_TYPE, INTERNAL, to_body

REASONS = {
    400: "The body is no JSON object.",
    404: "There is no such thing in the archive.",
    406: "The header `Accept` asks for none of the formats that there are.",
    413: "The body is too large.",
    415: "The body is not said to be JSON, or is compressed.",
    422: "A parameter is unknown, wrong, repeated, or goes too deep.",
}
"""What problems of an operation's own mean, by status."""
NOT_MODIFIED, NOT_READY, ANY = "NotModified", "NotReady", "Problem"
_ALWAYS = ("Cache-Control", "Vary", "X-Content-Type-Options", "X-Request-ID")
_AT_TIMES = ("Accept-Query",)
"""On paths that take a body."""
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def reference(name: str) -> dict[str, str]:
    """A reference to an answer that operations share."""
    return {"$ref": f"#/components/responses/{name}"}


def shared(exchanges: Sequence[Exchange]) -> Mapping[str, Any]:
    """The answers that operations share, by name."""
    examples = {each.name: {"summary": each.request, "value": each.value} for each in exchanges}
    internal = {"summary": "Any request.", "value": to_body(INTERNAL)}
    return {
        NOT_MODIFIED: {
            "description": "The client's copy, named by `If-None-Match`, is still right.",
            "headers": referred(("ETag", "Link", *_ALWAYS, *_AT_TIMES)),
        },
        NOT_READY: _problem(
            "No generation of the index is open yet; try again in a few seconds.",
            ("Retry-After",),
            {name: shown for name, shown in examples.items() if name == "not_ready"},
        ),
        ANY: _problem(
            "Any other problem: a method that the path does not know (405), an address (414) or headers (431) that "
            "are too long, a request that is no HTTP (400), a fault of the service (500).",
            ("Allow",),
            {name: shown for name, shown in examples.items() if name != "not_ready"} | {"internal": internal},
        ),
    }


def _problem(description: str, headers: Sequence[str], examples: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "headers": referred((*headers, *_ALWAYS, *_AT_TIMES)),
        "content": {CONTENT_TYPE: {"schema": _PROBLEM, "examples": examples}},
    }
