"""The house format: plain text, one paragraph a line, a tag list at the end. README.md describes it for writers."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from service.articles.decode import UnreadableError, decode, lines
from service.articles.header import read_header
from service.articles.model import Article, Notice, Read, Section, count_words

HEADING_WORDS = 12
"""A line with more words than this is a paragraph."""

_ENDS_A_PARAGRAPH = (".", "!", ":", ";", "“", "”", "‟", '"', "»", "«", "‘", "’", "'", "›", "‹")
_TAGS_LABEL = re.compile(r"(?:[-–•*]\s*)?(?:themen|thema|tags|schlagwörter|schlagworte)\s*:", re.IGNORECASE)
_LISTED_TAG = re.compile(r"[-–•*]\s*#*\s*(?P<name>.*)")
_HASH_TAG = re.compile(r"(?:[-–•*]\s*)?#+\s*(?P<name>.*)")


def read_house_format(data: bytes, path: str, article_id: str) -> Read:
    """The article in the bytes of one file. `article_id` is used where the header names none.

    Raises:
        UnreadableError: the bytes are no text, or the text has no title.
    """
    numbered = [(number, line.strip()) for number, line in enumerate(lines(decode(data)), start=1)]
    numbered = [(number, line) for number, line in numbered if line]
    content = [line for _, line in numbered]
    header, start = read_header(content)
    body, tags = _split_tags(content[start:])
    if not body or not count_words(body[0]):
        raise UnreadableError("there is no title", _line_without_title(numbered, start))
    lead, sections = _structure(body[1:])
    article = Article(
        id=header.id or article_id,
        title=body[0],
        lead=lead,
        sections=sections,
        tags=tags,
        published=header.published,
        modified=header.modified,
        authors=header.authors,
        source=header.source,
        section=header.section,
        url=header.url,
        language=header.language,
    )
    notices = tuple(Notice(path, numbered[index][0], reason) for index, reason in header.problems)
    id_line, date_line = (1 if index is None else numbered[index][0] for index in (header.id_index, header.date_index))
    return Read(article, notices, id_line, date_line)


def _line_without_title(numbered: Sequence[tuple[int, str]], start: int) -> int:
    """The line where the title should be: the first below the header, or the last of a file that ends there."""
    if not numbered:
        return 1
    return numbered[min(start, len(numbered) - 1)][0]


def _split_tags(content: Sequence[str]) -> tuple[Sequence[str], tuple[str, ...]]:
    """The lines before the tag list, and the tags. Without a label only lines with `#` are tags."""
    for pattern in (_LISTED_TAG, _HASH_TAG):
        first = len(content)
        while first > 0 and pattern.fullmatch(content[first - 1]) and not _is_label(content[first - 1]):
            first -= 1
        labelled = first > 0 and _is_label(content[first - 1])
        if labelled or (pattern is _HASH_TAG and first < len(content)):
            found = (pattern.fullmatch(line) for line in content[first:])
            names = tuple(match["name"] for match in found if match is not None and match["name"])
            return content[: first - labelled], names
    return content, ()


def _is_label(line: str) -> bool:
    return _TAGS_LABEL.fullmatch(unicodedata.normalize("NFC", line)) is not None


def _structure(body: Sequence[str]) -> tuple[str, tuple[Section, ...]]:
    """Lead and sections of the lines below the title."""
    headings = {
        index
        for index, (line, following) in enumerate(pairwise(body))
        if _looks_like_heading(line) and not _looks_like_heading(following, last=index + 2 == len(body))
    }
    lead = body[0] if body and 0 not in headings else ""
    sections: list[Section] = []
    heading: str | None = None
    paragraphs: list[str] = []
    for index in range(1 if lead else 0, len(body)):
        if index in headings:
            if paragraphs:
                sections.append(Section(heading, tuple(paragraphs)))
            heading, paragraphs = body[index], []
        else:
            paragraphs.append(body[index])
    if paragraphs:
        sections.append(Section(heading, tuple(paragraphs)))
    return lead, tuple(sections)


def _looks_like_heading(line: str, *, last: bool = False) -> bool:
    """A short line without a full stop. The last line has nothing to stand above, so it is a paragraph."""
    return not last and not line.endswith(_ENDS_A_PARAGRAPH) and len(line.split()) <= HEADING_WORDS
