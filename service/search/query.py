"""The tree that a query is read into. Engines compile it; the grammar makes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What may stand before a colon in `q`."""

    TITLE = "title"
    LEAD = "lead"
    HEADINGS = "headings"
    BODY = "body"
    TAG = "tag"
    AUTHOR = "author"
    SOURCE = "source"
    SECTION = "section"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Word:
    """A word, or several written as one (`Corona-Pandemie`); with `is_prefix` the beginning of a word.

    With `is_exact` no other form of it.
    """

    text: str
    field: Field | None = None
    is_prefix: bool = False
    is_exact: bool = False


@dataclass(frozen=True)
class Phrase:
    """Words that stand side by side in this order; with `is_exact` in no other form."""

    text: str
    field: Field | None = None
    is_exact: bool = False


@dataclass(frozen=True)
class And:
    """All of the children; those that are `Not` take away from the others."""

    children: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    """At least one of the children."""

    children: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """Everything but the child."""

    child: "Node"


Node = Word | Phrase | And | Or | Not


@dataclass(frozen=True)
class ParsedQuery:
    """A query as it was understood: `node` is None where it has no word at all. `notes` are for the client."""

    node: Node | None
    notes: tuple[str, ...] = ()


def positive_leaves(node: Node | None) -> Iterator[Word | Phrase]:
    """The words and phrases that an article is found by, in the order of the query; nothing below a `Not`."""
    match node:
        case Word() | Phrase():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from positive_leaves(child)
