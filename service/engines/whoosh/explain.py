"""Why an article has its score."""

from collections.abc import Iterator
from typing import Any

from whoosh import query
from whoosh.query.spans import SpanNear

from service.index.analysis import FORM, PART, STEM, VARIANT
from service.index.arrays.decay import Decay
from service.index.arrays.flatfile import Array
from service.index.reader import OpenGeneration
from service.index.schema import form_field, tier_field, weights
from service.search.explanation import Contribution
from service.search.tier import Tier

RECENCY = "recency"
_TIERS = {FORM: Tier.EXACT, VARIANT: Tier.VARIANT, STEM: Tier.INFLECTION, PART: Tier.COMPOUND}
_ALL_TEXT = "words"


def contributions(
    generation: OpenGeneration, wanted: query.Query, numbers: Array, decay: Decay | None
) -> list[tuple[Contribution, ...]]:
    """For each of some documents what adds up to the score of its article, most first."""
    found = [
        [_contribution(node, score) for node, score in parts] for parts in generation.contributions(wanted, numbers)
    ]
    if decay is not None:
        for parts, factor in zip(found, generation.decay_of(decay, numbers), strict=True):
            more = (factor - 1.0) * sum(part.score for part in parts)
            parts.append(Contribution("published", None, RECENCY, more))
    return [tuple(sorted(parts, key=lambda part: -part.score)) for parts in found]


def _contribution(node: Any, score: float) -> Contribution:
    if isinstance(node, query.Term):
        return _of_term(str(node.fieldname), str(node.text), score)
    if isinstance(node, query.Prefix):
        name, text = str(node.fieldname), str(node.text)
        return Contribution(_shown(name), None, f"{text[1:] if _is_loose(name) else text}*", score)
    terms = list(dict.fromkeys(_terms(node)))
    return Contribution(_shown(terms[0][0]) if terms else None, None, " ".join(text for _, text in terms), score)


def _of_term(name: str, text: str, score: float) -> Contribution:
    if _is_loose(name):
        return Contribution(_shown(name), _TIERS[text[0]], text[1:], score)
    is_form = any(name == form_field(field) for field in _fields())
    is_stem = name in _fields()
    tier = Tier.EXACT if is_form else Tier.INFLECTION if is_stem else None
    return Contribution(_shown(name), tier, text, score)


def _terms(node: Any) -> Iterator[tuple[str, str]]:
    """Fields and texts of the words of a phrase, or of those that stand near each other."""
    match node:
        case query.Term():
            yield str(node.fieldname), str(node.text)
        case query.Phrase():
            yield from ((node.fieldname, word) for word in node.words)
        case SpanNear():
            yield from _terms(node.a)
            yield from _terms(node.b)
        case _:
            for child in node.children():
                yield from _terms(child)


def _is_loose(name: str) -> bool:
    """Whether the terms of a field begin with a letter for their tier."""
    return name == _ALL_TEXT or any(name == tier_field(field) for field in _fields())


def _shown(name: str) -> str | None:
    """The field as a client knows it; None for all text."""
    if name == _ALL_TEXT:
        return None
    return next((field for field in _fields() if name in {form_field(field), tier_field(field)}), name)


def _fields() -> tuple[str, ...]:
    return (*weights(), "authors")
