"""What the writers of several formats need."""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, quote, urlsplit

from flask import Response

from service.api.links import article_path
from service.articles.model import Article

Absolute = Callable[[str], str]
"""Makes an absolute address of a path of this service."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Control characters, and all that any program takes for the end of a line."""
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_DELIMITERS = "%!$&'()*+,;=:"
"""What may stand anywhere in an address beside letters, digits and `-._~`: RFC 3986, appendix A."""
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]+\](:[0-9]*)?")


def one_line(text: str, *, keeps_blanks: bool = False) -> str:
    """The text without control characters and line ends, for formats whose values end with the line.

    Blanks at its ends are no part of it, unless they are kept.
    """
    written = _CONTROL.sub(" ", text)
    return written if keeps_blanks else written.strip()


def web_address(url: str | None) -> str | None:
    """An address of the web as RFC 3986 writes it, in ASCII; None where it is none, and cannot be made one."""
    try:
        parts = urlsplit(url or "")
        named = parts.scheme, parts.hostname, parts.port or 1
    except ValueError:  # a bracket without its pair, or a port that is no number
        return None
    authority = _authority(parts)
    if not all(named) or authority is None:
        return None
    return SplitResult(
        parts.scheme,
        authority,
        _encoded(parts.path, "/@"),
        _encoded(parts.query, "/?@"),
        _encoded(parts.fragment, "/?@"),
    ).geturl()


def _authority(parts: SplitResult) -> str | None:
    """Who, host and port; brackets may only stand around an address of IPv6."""
    who, at, host = parts.netloc.rpartition("@")
    if not host.startswith("["):
        host = _encoded(host)
    elif not _IPV6.fullmatch(host):
        return None
    return f"{_encoded(who)}{at}{host}"


def _encoded(part: str, also: str = "") -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=_DELIMITERS + also)


def cited_address(article: Article, absolute: Absolute) -> str:
    """Where the article was published, else where this service has it."""
    return web_address(article.url) or absolute(article_path(article.id))


def saved_as(response: Response, name: str) -> Response:
    """The answer, which a browser saves as a file of this name."""
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
