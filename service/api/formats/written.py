"""What the writers of several formats need."""

import re
from collections.abc import Callable
from urllib.parse import quote

from service.api.links import article_path
from service.articles.model import Article

Absolute = Callable[[str], str]
"""Makes an absolute address of a path of this service."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Control characters, and all that any program takes for the end of a line."""
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_KEPT_IN_ADDRESSES = "%/:?#@!$&'()*+,;=~"


def one_line(text: str) -> str:
    """The text without control characters and line ends, for formats whose values end with the line."""
    return _CONTROL.sub(" ", text).strip()


def uri(address: str) -> str:
    """An address as RFC 3986 writes it: in ASCII, without blanks, braces, brackets and quotation marks."""
    return quote(_STRAY_PERCENT.sub("%25", address), safe=_KEPT_IN_ADDRESSES)


def cited_address(article: Article, absolute: Absolute) -> str:
    """Where the article was published, else where this service has it."""
    return absolute(article_path(article.id)) if article.url is None else uri(article.url)
