"""Concordances: every occurrence of the words of a query with the words around it (keyword in context)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from service.articles.model import Article
from service.german.outline import Outline
from service.german.tokens import Chain, Token
from service.search.highlight import Highlighter, Places
from service.search.query import Field
from service.search.request import Cursor, Selection, Window
from service.search.tier import Tier, best_tier, worst_tier

MOST_OCCURRENCES = 1_000
"""So many occurrences are gathered for pages; there may be more, to which cursors lead."""
MOST_ARTICLES = 1_000
"""Articles that are looked through for an answer: tags and authors match too, and have no place in the text."""
MOST_CONTEXT = 40
"""Words on each side of a match that can be asked for."""
LONGEST_CONTEXT = 2_000
"""Code points on each side of a match that are looked at."""
_CHUNK = re.compile(r"\S+")
_HAS_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")


class ConcordanceSort(StrEnum):
    """The order of the occurrences: newest article first and then by place, or by the words beside them."""

    PLACE = "place"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class ConcordanceCursor:
    """A place between two occurrences in the order of their places: keyset paging through all that there are.

    It is `behind` an article, and behind the first `passed` occurrences of the next one, which is `article_id`. `seen`
    counts all before it.
    """

    behind: Cursor = field(default_factory=Cursor)
    article_id: str = ""
    passed: int = 0
    seen: int = 0


@dataclass(frozen=True)
class ConcordanceRequest(Selection):
    """A part of the occurrences in the articles of a selection, each with so many words on both sides.

    That is a page, or what stands behind a cursor, which goes in the order of places only. `fields` are the parts of
    each that are wanted, or empty.
    """

    context: int = 8
    sort: ConcordanceSort = ConcordanceSort.PLACE
    window: Window = field(default_factory=Window)
    cursor: ConcordanceCursor | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConcordanceLine:
    """An occurrence: `left + match + right` is a piece of one sentence of the article, as it stands there.

    `field` is one of title, lead, headings and body.
    """

    article: Article
    left: str
    match: str
    right: str
    tier: Tier
    field: Field


@dataclass(frozen=True)
class ConcordancePage:
    """A part of the occurrences.

    `total` counts those that were gathered, or, behind a cursor, those up to the end of this part: all that there are
    if it `is_exact`. It is not where there are more, to which `cursor` leads, nor where the search was cut short by its
    time limit, and so is not complete.
    """

    total: int
    lines: tuple[ConcordanceLine, ...]
    notes: tuple[str, ...] = ()
    is_exact: bool = True
    is_complete: bool = True
    corrected: Mapping[str, str] = field(default_factory=dict)
    cursor: ConcordanceCursor | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Words of an outline, from the number `first` to `last`, and each way in which they match."""

    first: int
    last: int
    ways: tuple[Places, ...]


class ArticleConcordance:
    """The occurrences in one article."""

    def __init__(self, article: Article, outline: Outline, chain: Chain) -> None:
        self._article = article
        self._outline = outline
        self._chain = chain
        self._kinds = [Field.TITLE, *(Field(kind) for kind, _ in article.lines())]
        self._tokens: dict[int, Sequence[Token]] = {}

    @property
    def id(self) -> str:
        """The id of the article."""
        return self._article.id

    def occurrences(self, highlighter: Highlighter) -> list[Occurrence]:
        """All occurrences in the order of the text: where some overlap, the first, and of these the longest.

        A word that matches in a part is an occurrence as a whole; each of several words that stand near each other in
        place of a compound is one.
        """
        stems = self._outline.stems.split()
        found: dict[tuple[int, int], list[Places]] = {}
        for places in highlighter.places(self._outline, self._kinds):
            found.setdefault((places[0][0], self._last(places, stems)), []).append(places)
        kept: list[Occurrence] = []
        for first, last in sorted(found, key=lambda span: (span[0], -span[1])):
            if not kept or kept[-1].last < first:
                kept.append(Occurrence(first, last, tuple(found[first, last])))
        return kept

    def line(self, occurrence: Occurrence, context: int) -> ConcordanceLine:
        """An occurrence with up to so many words on each side, which do not go beyond its sentence.

        Words are what stands between blanks and has a letter or a digit.
        """
        row, last_row = self._outline.row_of(occurrence.first), self._outline.row_of(occurrence.last)
        number = self._outline.numbers[row]
        text = self._outline.lines[number]
        start = self._token(occurrence.first).start + self._outline.starts[row]
        end = self._token(occurrence.last).end + self._outline.starts[last_row]
        return ConcordanceLine(
            self._article,
            _last_words(text[max(self._outline.starts[row], start - LONGEST_CONTEXT) : start], context),
            text[start:end],
            _first_words(text[end : min(self._outline.ends[last_row], end + LONGEST_CONTEXT)], context),
            self._tier(occurrence),
            self._kinds[number],
        )

    def _last(self, places: Places, stems: Sequence[str]) -> int:
        """The number of the last word of a match: several words can be one, as a word with hyphens is."""
        number, mark = places[-1]
        if len(places) > 1 or isinstance(mark, Tier) or stems[number] in mark.stems:
            return number
        return number + mark.width(self._token(number).word) - 1

    def _tier(self, occurrence: Occurrence) -> Tier:
        """The best tier of all ways in which it matches; a phrase matches as its worst word does."""
        found = best_tier(
            *(
                worst_tier(
                    *(mark if isinstance(mark, Tier) else mark.tier(self._token(number).word) for number, mark in way)
                )
                for way in occurrence.ways
            )
        )
        assert found is not None  # noqa: S101 - only what matches is an occurrence
        return found

    def _token(self, number: int) -> Token:
        row = self._outline.row_of(number)
        if row not in self._tokens:
            self._tokens[row] = self._outline.tokens(row, self._chain)
        return self._tokens[row][number - self._outline.firsts[row]]


def words_of(context: str) -> Iterator[str]:
    """The words of a context without the punctuation around them."""
    return (_AROUND.sub("", found[0]) for found in _chunks(context))


def _chunks(text: str) -> Iterator[re.Match[str]]:
    return (found for found in _CHUNK.finditer(text) if _HAS_LETTER_OR_DIGIT.search(found[0]))


def _last_words(text: str, number: int) -> str:
    begins = [found.start() for found in _chunks(text)]
    if number == 0:
        return ""
    return text[begins[-number] :] if len(begins) > number else text


def _first_words(text: str, number: int) -> str:
    ends = [found.end() for found in islice(_chunks(text), number)]
    return text if len(ends) < number else text[: ends[-1]] if ends else ""
