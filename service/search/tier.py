"""How a word of an article can match a word of a query."""

from enum import StrEnum


class Tier(StrEnum):
    """How a word of the article matched a word of the query, best first."""

    EXACT = "exact"
    VARIANT = "variant"
    INFLECTION = "inflection"
    COMPOUND = "compound"
    TYPO = "typo"


EXPANSIONS = frozenset(Tier) - {Tier.EXACT}
"""The tiers that a search can do without."""
