"""Plain text."""

from service.api.formats.written import Absolute, one_line
from service.search.page import Hit


def to_text(hit: Hit, _absolute: Absolute) -> bytes:
    """Title, lead, headings and paragraphs, parted by blank lines, and nothing that is not in the article.

    Control characters become blanks: a terminal would obey them.
    """
    return ("\n\n".join(map(one_line, (hit.article.title, *hit.article.texts()))) + "\n").encode()
