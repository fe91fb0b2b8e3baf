"""The host that a request names (RFC 9112, section 3.2)."""

import re
from http import HTTPStatus

from flask import request
from werkzeug.exceptions import BadHost

from service.api.problems import ProblemError

_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_WITHOUT_HOST = ("HTTP/0.9", "HTTP/1.0")


def check_host() -> None:
    """Refuse a request whose header `Host` is missing or names no host: links in answers would begin with it.

    Requests of HTTP/1.0 may lack it; then it is the address that the service listens on.

    Raises:
        ProblemError: it is missing or wrong.
    """
    is_given = "HTTP_HOST" in request.environ or request.environ.get("SERVER_PROTOCOL") in _WITHOUT_HOST
    # Werkzeug's host is empty where there are characters that no host has, and what is too long or empty between dots
    # cannot be routed.
    is_whole = _HOST.fullmatch(request.environ.get("HTTP_HOST", "localhost")) is not None
    if not is_given or not is_whole or not request.host or isinstance(request.routing_exception, BadHost):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "invalid_parameter",
            "The header Host must name the host once, by letters, digits, dots and hyphens, and its port if there is "
            "one, such as archiv.example:8000.",
        )
