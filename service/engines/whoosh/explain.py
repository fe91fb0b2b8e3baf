"""Why an article has its score."""

from collections.abc import Iterator
from typing import Any

from whoosh import query

from service.index.analysis import FORM, PART, STEM, VARIANT
from service.index.arrays.decay import Decay
from service.index.reader import OpenGeneration
from service.index.schema import form_field, tier_field, weights
from service.search.explanation import Contribution
from service.search.tier import Tier

RECENCY = "recency"
_TIERS = {FORM: Tier.EXACT, VARIANT: Tier.VARIANT, STEM: Tier.INFLECTION, PART: Tier.COMPOUND}
_ALL_TEXT = "words"


def contributions(
    generation: OpenGeneration, wanted: query.Query, number: int, decay: Decay | None
) -> tuple[Contribution, ...]:
    """What adds up to the score of an article, most first."""
    found = [_contribution(node, score) for node, score in generation.contributions(wanted, number)]
    if decay is not None:
        more = generation.decay_of(decay, number) - 1.0
        found.append(Contribution("published", None, RECENCY, more * sum(one.score for one in found)))
    return tuple(sorted(found, key=lambda one: -one.score))


def _contribution(node: Any, score: float) -> Contribution:
    if isinstance(node, query.Term):
        return _of_term(str(node.fieldname), str(node.text), score)
    if isinstance(node, query.ConstantScoreQuery):
        node = node.child
    terms = list(_terms(node))
    return Contribution(_shown(terms[0][0]) if terms else None, None, " ".join(text for _, text in terms), score)


def _of_term(name: str, text: str, score: float) -> Contribution:
    if name == _ALL_TEXT or any(name == tier_field(field) for field in _fields()):
        return Contribution(_shown(name), _TIERS[text[0]], text[1:], score)
    is_form = any(name == form_field(field) for field in _fields())
    is_stem = name in _fields()
    tier = Tier.EXACT if is_form else Tier.INFLECTION if is_stem else None
    return Contribution(_shown(name), tier, text, score)


def _terms(node: Any) -> Iterator[tuple[str, str]]:
    """Fields and texts of the words in a node, such as those of a phrase or a beginning."""
    if isinstance(node, query.Phrase):
        yield from ((node.fieldname, word) for word in node.words)
    elif hasattr(node, "fieldname") and hasattr(node, "text"):
        yield str(node.fieldname), str(node.text)
    else:
        for child in node.children():
            yield from _terms(child)


def _shown(name: str) -> str | None:
    """The field as a client knows it; None for all text."""
    if name == _ALL_TEXT:
        return None
    return next((field for field in _fields() if name in {form_field(field), tier_field(field)}), name)


def _fields() -> tuple[str, ...]:
    return (*weights(), "authors")
