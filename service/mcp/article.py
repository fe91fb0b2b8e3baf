"""An article as text for a language model, whole or part by part."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.articles.dates import rfc3339
from service.search.page import Hit


@dataclass(frozen=True)
class Part:
    """The code points of a text from `offset` on; `next_offset` is None at its end. `total` counts all of them."""

    content: str
    offset: int
    total: int
    next_offset: int | None


def as_markdown(hit: Hit) -> str:
    """Title, what is known of the article, and its text with its headings.

    It is to be read and quoted, not rendered: characters that mean something in Markdown stand as in the article.
    """
    article = hit.article
    blocks = [f"# {article.title}"]
    about = "\n".join(f"- {name}: {value}" for name, value in _about(hit))
    if about:
        blocks.append(about)
    blocks += [f"## {text}" if kind == "headings" else text for kind, text in article.lines()]
    return "\n\n".join(blocks) + "\n"


def as_text(hit: Hit) -> str:
    """Title and text, and nothing that is not in the article."""
    return "\n\n".join((hit.article.title, *hit.article.texts())) + "\n"


def cut(text: str, offset: int, length: int) -> Part:
    """The part of a text that begins there and has at most so many code points, one at least.

    It ends behind white space where its second half has any, so that words stay whole. The parts from each
    `next_offset` to the next make up the text.
    """
    content = text[offset : offset + length]
    end = offset + len(content)
    if end < len(text):
        behind = max(map(content.rfind, "\n ")) + 1
        if 2 * behind > length:
            content, end = content[:behind], offset + behind
    return Part(content, offset, len(text), end if end < len(text) else None)


def _about(hit: Hit) -> Iterator[tuple[str, str]]:
    article = hit.article
    published = rfc3339(article.published)
    if published is not None:
        yield "Published", published
    if article.source:
        yield "Source", article.source
    if article.section:
        yield "Section", article.section
    if article.authors:
        yield "Authors", ", ".join(article.authors)
    if hit.tags:
        yield "Tags", ", ".join(tag.name for tag in hit.tags)
    if article.url:
        yield "Address", article.url
