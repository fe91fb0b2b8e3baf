"""Errors as `application/problem+json` (RFC 9457), in one shape for all of them."""

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from service.errors import (
    ArticleNotFoundError,
    ArtikelsucheError,
    CursorError,
    NameNotFoundError,
    NotReadyError,
    TagNotFoundError,
)

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 5
CODES = (
    "unknown_parameter",
    "invalid_parameter",
    "repeated_parameter",
    "page_too_deep",
    "article_not_found",
    "tag_not_found",
    "not_found",
    "gone",
    "method_not_allowed",
    "not_acceptable",
    "unsupported_media_type",
    "rate_limited",
    "not_ready",
    "busy",
    "internal",
)
"""The closed list of codes; some are for later releases."""
_CODES = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
}
_DOMAIN: dict[type[ArtikelsucheError], tuple[HTTPStatus, str]] = {
    ArticleNotFoundError: (HTTPStatus.NOT_FOUND, "article_not_found"),
    TagNotFoundError: (HTTPStatus.NOT_FOUND, "tag_not_found"),
    NameNotFoundError: (HTTPStatus.NOT_FOUND, "not_found"),
    NotReadyError: (HTTPStatus.SERVICE_UNAVAILABLE, "not_ready"),
}


@dataclass(frozen=True)
class ParameterError:
    """What is wrong with one parameter, and how to mend it."""

    parameter: str
    message: str


class ProblemError(Exception):
    """An answer that is a problem. `code` is one of the closed list in docs/api.md."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        errors: tuple[ParameterError, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


INTERNAL = ProblemError(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal",
    "Something went wrong here, not in the request; the header X-Request-ID finds it in the log.",
)


def invalid(code: str, *errors: ParameterError) -> ProblemError:
    """The 422 for wrong parameters."""
    detail = " ".join(f"{error.parameter}: {error.message}" for error in errors)
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, errors)


def register_handlers(app: Flask) -> None:
    """Turn everything that a view or Flask raises into a problem."""
    app.register_error_handler(ProblemError, to_response)
    for kind in _DOMAIN:
        app.register_error_handler(kind, _domain)
    app.register_error_handler(CursorError, _cursor)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _internal)


def to_body(problem: ProblemError) -> dict[str, Any]:
    """The problem as JSON types."""
    return {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        "code": problem.code,
        "errors": [asdict(error) for error in problem.errors],
    }


def to_response(problem: ProblemError) -> Response:
    """The problem on the wire."""
    response = jsonify(to_body(problem))
    response.status_code = problem.status.value
    response.content_type = CONTENT_TYPE
    response.headers.update({"Cache-Control": "no-store", **problem.headers})
    if problem.status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _domain(error: ArtikelsucheError) -> Response:
    status, code = _DOMAIN[type(error)]
    return to_response(ProblemError(status, code, str(error)))


def _cursor(error: CursorError) -> Response:
    return to_response(invalid("invalid_parameter", ParameterError("cursor", str(error))))


def _http(error: HTTPException) -> Response:
    """What Flask and Werkzeug raise themselves: wrong paths, methods and malformed requests."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    details = {
        HTTPStatus.NOT_FOUND: "There is nothing at this path; / lists what there is.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large; leave something out.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This path does not know that method; the header Allow lists those it knows.",
    }
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    detail = details.get(status, f"{status.description}.".replace("..", "."))
    return to_response(ProblemError(status, _CODES.get(status, "invalid_parameter"), detail, headers=headers))


def _internal(_error: Exception) -> Response:
    structlog.get_logger().exception("internal_error")
    return to_response(INTERNAL)
