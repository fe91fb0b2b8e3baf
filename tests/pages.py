"""The pages of the documentation, README.md and docs/: their blocks and the commands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from support import ROOT

PAGES = {
    str(file.relative_to(ROOT)): file.read_text(encoding="utf-8")
    for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
"""The text of each page, by its path in the repository."""
_COMMAND = re.compile(r"^\$ (?P<command>.*\n(?:> .*\n)*)(?P<shown>(?:(?!\$ ).*\n)*)", flags=re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code: fenced, with its language, or indented, without one."""

    page: str
    line: int
    language: str
    content: str


@dataclass(frozen=True)
class Command:
    """A command, without prompts, and what the page shows below it."""

    page: str
    text: str
    shown: str


def tokens(page: str) -> list[Token]:
    """The page as markdown-it reads it."""
    return MarkdownIt("commonmark").parse(PAGES[page])


def blocks(page: str) -> list[Block]:
    """The blocks of a page, in their order."""
    found = [token for token in tokens(page) if token.type in {"fence", "code_block"}]
    return [Block(page, (token.map or [0])[0] + 1, token.info.strip(), token.content) for token in found]


def commands(page: str) -> Iterator[Command]:
    """The commands of the blocks of a page that show a console."""
    for block in blocks(page):
        if block.language == "console":
            assert block.content.startswith("$ "), block
            for found in _COMMAND.finditer(block.content):
                yield Command(page, re.sub("^> ", "", found["command"], flags=re.MULTILINE).rstrip(), found["shown"])
