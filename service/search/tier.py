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

_ORDER = {tier: number for number, tier in enumerate(Tier)}


def best_tier(*tiers: Tier | None) -> Tier | None:
    """The best of some tiers."""
    return min((tier for tier in tiers if tier is not None), key=_ORDER.__getitem__, default=None)


def worst_tier(*tiers: Tier | None) -> Tier | None:
    """The worst of some tiers."""
    return max((tier for tier in tiers if tier is not None), key=_ORDER.__getitem__, default=None)
