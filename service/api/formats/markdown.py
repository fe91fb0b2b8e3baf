"""Markdown, as CommonMark 0.31 defines it."""

import re

from service.api.formats.written import Absolute, cited_address, one_line
from service.articles.dates import berlin_day
from service.search.page import Hit

_INLINE = re.compile(r"[\\`*_\[\]<~]|&(?=[#A-Za-z])")
"""What may begin or end code, emphasis, links, HTML, character references, or (beyond CommonMark) struck text."""
_BLOCK = re.compile(r"[-+#>]|[0-9]{1,9}(?P<mark>[.)])")
"""What may begin a list, a heading or a quotation, or be a rule."""
_CLOSING = re.compile(r"#+$")


def to_markdown(hit: Hit, absolute: Absolute) -> bytes:
    """Title, byline and address, text, and the tags under the label that the house format has for them.

    The byline has authors, source, section and day, as far as they are known.
    """
    article = hit.article
    day = None if article.published is None else berlin_day(article.published).isoformat()
    known = [part for part in (", ".join(article.authors), article.source, article.section, day) if part]
    blocks = [f"# {_heading(article.title)}"]
    if known:
        blocks.append(f"*{_inline(' · '.join(known))}*")
    blocks.append(f"<{cited_address(article, absolute)}>")
    blocks += [f"## {_heading(line)}" if kind == "headings" else _paragraph(line) for kind, line in article.lines()]
    if hit.tags:
        blocks.append(f"Themen: {_inline(', '.join(tag.name for tag in hit.tags))}")
    return ("\n\n".join(blocks) + "\n").encode()


def _inline(text: str) -> str:
    return _INLINE.sub(lambda found: f"\\{found[0]}", one_line(text))


def _heading(text: str) -> str:
    """A heading: number signs at its end would be taken for its closing sequence."""
    return _CLOSING.sub(lambda found: "\\#" * len(found[0]), _inline(text))


def _paragraph(text: str) -> str:
    escaped = _inline(text)
    found = _BLOCK.match(escaped)
    if found is None:
        return escaped
    at = found.start("mark") if found["mark"] else 0
    return f"{escaped[:at]}\\{escaped[at:]}"
