"""What can be offered to someone who is typing."""

from dataclasses import dataclass
from enum import StrEnum

MOST_SUGGESTIONS = 20
MAX_TYPED_LENGTH = 100
"""Code points of what has been typed."""


class SuggestionKind(StrEnum):
    """What is suggested."""

    TAG = "tag"
    AUTHOR = "author"
    SECTION = "section"
    SOURCE = "source"
    PHRASE = "phrase"
    TITLE = "title"


@dataclass(frozen=True)
class SuggestRequest:
    """What has been typed so far, and how many completions are wanted. Without a word, the archive says what it has.

    `fields` are the parts of each that are wanted, or empty.
    """

    q: str = ""
    limit: int = 8
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """A completion; `count` articles have it.

    `target` is the slug of a tag, author, section or source, and the id of the newest article with a title; a phrase
    has none.
    """

    text: str
    kind: SuggestionKind
    count: int
    target: str
