"""What ties one article to others, and what a client gets of it: similar articles, and tags that it could carry too."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.german.outline import LINE_MARK, Outline, side_by_side
from service.german.tokens import Chain
from service.german.words import is_function_stem
from service.search.page import Hit, Tag
from service.search.request import Filters

MOST_TERMS = 25
"""Terms of an article that others are looked for by."""
_TITLE, _WORD, _PART = 3.0, 1.0, 0.5
"""What an occurrence of a stem counts: in the title, elsewhere, and as a part of a compound or as another reading."""
_LEAST_LETTERS = 2


@dataclass(frozen=True)
class SimilarRequest:
    """Articles like one, among those that pass the filters; `fields` are the parts that are wanted, or empty."""

    article_id: str
    filters: Filters = field(default_factory=Filters)
    limit: int = 10
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class SimilarHit:
    """An article that is like another: `hit.score` is at most 1, `terms` and `tags` are what both have."""

    hit: Hit
    terms: tuple[str, ...]
    tags: tuple[Tag, ...]


@dataclass(frozen=True)
class SimilarArticles:
    """The articles most like one, the best first, and the terms that they were looked for by, the heaviest first."""

    terms: tuple[str, ...]
    hits: tuple[SimilarHit, ...]


@dataclass(frozen=True)
class TagSuggestionsRequest:
    """Tags that an article could carry too; `fields` are the parts of each that are wanted, or empty."""

    article_id: str
    limit: int = 10
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class TagSuggestion:
    """A tag that an article does not carry, and why it could: which similar articles do, and whether it is named."""

    tag: Tag
    score: float
    similar: tuple[str, ...]
    is_in_text: bool


def weighted_counts(outline: Outline) -> Mapping[str, float]:
    """How often an article has each stem that can say what it is about; what stands in the title counts more.

    Function words, numbers and single letters say nothing of it.
    """
    stems = outline.stems.split()
    title = stems[: stems.index(LINE_MARK)] if LINE_MARK in stems else stems
    counts: Counter[str] = Counter()
    for found, weight in ((stems, _WORD), (title, _TITLE - _WORD), (outline.parts.split(), _PART)):
        for stem, count in Counter(found).items():
            counts[stem] += weight * count  # type: ignore[assignment]  # a Counter adds fractions as well
    return {stem: count for stem, count in counts.items() if _says_something(stem)}


def has_stem(outline: Outline, stem: str) -> bool:
    """Whether an article has a stem, as a word, a part or a reading."""
    wanted = side_by_side((stem,))
    return wanted in outline.stems or wanted in outline.parts


def spelling(outline: Outline, stem: str, chain: Chain) -> str:
    """A stem of an article as a reader would write it: its most frequent spelling there, of equals the shortest.

    Of one that the article has in compounds alone, the part of the first of these, in the compound's case.
    """
    wanted = side_by_side((stem,))
    written = Counter(outline.token(number, chain).surface for number in outline.find(wanted))
    if written:
        return min(written, key=lambda surface: (-written[surface], len(surface), surface))
    for number in outline.find_part(wanted):
        token = outline.token(number, chain)
        for part in token.word.parts:
            if part.stem == stem:
                start, end = (place - token.start for place in token.part_span(part))
                found = token.surface[start:end]
                return found[:1].upper() + found[1:] if token.surface[:1].isupper() else found
        return token.surface
    return stem


def _says_something(stem: str) -> bool:
    return (
        len(stem) >= _LEAST_LETTERS
        and not is_function_stem(stem)
        and any(char.isalpha() for char in stem)
        and stem != LINE_MARK
    )
