"""What the words of a query were looked for as, how many articles have each, and what each is worth in one."""

from dataclasses import dataclass

from service.search.tier import Tier


@dataclass(frozen=True)
class TermCount:
    """A form, variant, stem or part, and the number of articles that have it."""

    term: str
    count: int


@dataclass(frozen=True)
class TermExplanation:
    """A word of the query that is looked for in text, and how many articles have it in the fields that are searched.

    Lists of tiers that are not asked for are empty. Of a beginning, which ends in `*`, there are only the articles with
    a form, or a variant, that begins so.

    `variants` are keys that spelling variants share, `stems` what inflections share, `compounds` the same where
    parts of compounds count too. `parts` are those of the word itself, `corrections` words of the archive that
    are written like it; with `searched` the word that was searched for instead.
    """

    word: str
    searched: str
    form: TermCount
    variants: tuple[TermCount, ...]
    stems: tuple[TermCount, ...]
    compounds: tuple[TermCount, ...]
    parts: tuple[TermCount, ...]
    corrections: tuple[TermCount, ...]


@dataclass(frozen=True)
class Contribution:
    """What one thing adds to the score of an article.

    `field` is None where all text counts as one. `tier` is that of the term; None for what has none: phrases,
    beginnings, words near each other, keywords, recency.
    """

    field: str | None
    tier: Tier | None
    term: str
    score: float
