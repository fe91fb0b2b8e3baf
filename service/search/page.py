"""What a client gets back."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service.articles.model import Article
from service.search.explanation import Contribution, TermExplanation
from service.search.facet import Facet
from service.search.relax import Relaxation
from service.search.request import Cursor, Sort
from service.search.tier import Tier

CUT_SHORT = "The search took too long and was cut short; there may be more. Make it narrower."
"""What an answer says that a time limit has made incomplete."""
_TO_ESCAPE = re.compile("[&<>\"']")


@dataclass(frozen=True)
class Range:
    """A match inside a highlight's text: half open, in code points."""

    start: int
    end: int
    tier: Tier


@dataclass(frozen=True)
class Highlight:
    """A title or a passage of an article with its matches, in order and not overlapping."""

    text: str
    ranges: tuple[Range, ...]

    @property
    def html(self) -> str:
        """The text escaped for HTML, matches in `<mark>`; there is no other markup in it."""
        escape = html.escape if _TO_ESCAPE.search(self.text) else str
        pieces = []
        done = 0
        for found in self.ranges:
            pieces.append(
                f"{escape(self.text[done : found.start])}<mark>{escape(self.text[found.start : found.end])}</mark>"
            )
            done = found.end
        pieces.append(escape(self.text[done:]))
        return "".join(pieces)


@dataclass(frozen=True)
class Highlights:
    """The highlights of one hit: at most one for the title, and some passages of the body.

    `tier` is the best of all matches of the article, shown or not; None where there is nothing to match.
    """

    title: tuple[Highlight, ...] = ()
    body: tuple[Highlight, ...] = ()
    tier: Tier | None = None


@dataclass(frozen=True)
class Tag:
    """A tag: its slug, and its most frequent spelling in the archive."""

    id: str
    name: str


@dataclass(frozen=True)
class Hit:
    """An article of the archive as an answer shows it; `score` is None unless the order is relevance.

    `contributions` add up to the score; None unless asked for.
    `versions` is the number of articles of the archive that are versions of its text, itself among them.
    """

    article: Article
    tags: tuple[Tag, ...]
    score: float | None = None
    highlights: Highlights = Highlights()
    contributions: tuple[Contribution, ...] | None = None
    versions: int = 1


@dataclass(frozen=True)
class SearchPage:
    """One page of a search.

    `total`, which counts what is left after collapsing, is exact but where the search was cut short, as `is_complete`
    says: then there are at least so many. `sort` is the order that was used (newest first where there are no words to
    be relevant to), `notes` say how a query was read that could not be read as written. `corrected` says for words that
    the archive does not know what was searched for instead, `relaxations` what a search that finds nothing could
    change. `terms` is None unless asked for.
    `cursor` is the place behind the last hit, if the request had one and more follows.
    """

    total: int
    hits: tuple[Hit, ...]
    sort: Sort
    notes: tuple[str, ...] = ()
    is_complete: bool = True
    corrected: Mapping[str, str] = field(default_factory=dict)
    relaxations: tuple[Relaxation, ...] = ()
    terms: tuple[TermExplanation, ...] | None = None
    facets: tuple[Facet, ...] = ()
    cursor: Cursor | None = None


@dataclass(frozen=True)
class Export:
    """All articles of a search, read one after another as they are asked for, each with the place behind it.

    `total` is how many they are, behind the cursor that was given too; not all of them where the search was cut short.
    """

    total: int
    rows: Iterator[tuple[Hit, Cursor]]
    is_complete: bool = True


@dataclass(frozen=True)
class Batch:
    """Articles by id, in the order that was asked for, and the ids that no article has."""

    hits: tuple[Hit, ...]
    missing: tuple[str, ...]
