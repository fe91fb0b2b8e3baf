"""Plain text."""

from service.api.formats.written import Absolute
from service.search.page import Hit


def to_text(hit: Hit, _absolute: Absolute) -> bytes:
    """Title, lead, headings and paragraphs, parted by blank lines, and nothing that is not in the article."""
    return ("\n\n".join((hit.article.title, *hit.article.texts())) + "\n").encode()
