"""What an article is, once it has been read: the same for every format it may come from."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

WORDS_PER_MINUTE = 200
"""Silent reading speed of adults in German, rounded: Brysbaert 2019, doi:10.1016/j.jml.2019.104047."""

_HAS_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Section:
    """A heading, or none, and the paragraphs below it."""

    heading: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Article:
    """One article of the archive.

    `lead` is the first paragraph and is not repeated in `sections`; it is empty where a heading or nothing
    follows the title. `tags` are as written, in the order of the file. `published` and `modified` are aware.
    """

    id: str
    title: str
    lead: str = ""
    sections: tuple[Section, ...] = ()
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    section: str | None = None
    url: str | None = None
    language: str | None = None

    def lines(self) -> Iterator[tuple[str, str]]:
        """Lead, headings and paragraphs in the order of the file, each after what it is; nothing empty."""
        if self.lead:
            yield "lead", self.lead
        for section in self.sections:
            if section.heading is not None:
                yield "headings", section.heading
            for paragraph in section.paragraphs:
                yield "body", paragraph

    def texts(self) -> Iterator[str]:
        """The same lines without what they are."""
        for _, text in self.lines():
            yield text

    @property
    def text(self) -> str:
        """The running text without the title, blocks parted by one blank line."""
        return "\n\n".join(self.texts())

    @cached_property
    def word_count(self) -> int:
        """Words of title, lead, headings and paragraphs; a word has at least one letter or digit."""
        return sum(count_words(text) for text in (self.title, *self.texts()))

    @property
    def reading_minutes(self) -> int:
        """Minutes to read it silently, rounded up, at least one."""
        return max(1, math.ceil(self.word_count / WORDS_PER_MINUTE))


@dataclass(frozen=True)
class Notice:
    """Something in a file that a person should look at; `line` is 1-based where one line is to blame."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        """`path:line: reason`, as compilers write it."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.reason}"


@dataclass(frozen=True)
class Rejected(Notice):
    """A file that is not in the archive, and why."""


@dataclass(frozen=True)
class Read:
    """An article together with what was odd about its file.

    `id_line` is the 1-based line that names its id, `date_line` the one with the date when it was published; 1 where
    none does.
    """

    article: Article
    notices: tuple[Notice, ...] = field(default=())
    id_line: int = 1
    date_line: int = 1


def count_words(text: str) -> int:
    """How many of the chunks between white space hold a letter or a digit."""
    return sum(chunk[0].isalnum() or _HAS_LETTER_OR_DIGIT.search(chunk) is not None for chunk in text.split())
