"""Articles like one, by what it is about: its distinctive terms, its tags and its date.

Terms weigh by tf-idf. Each counts in another article at most as much as in the article itself (the lesser of the two,
as in a histogram intersection), so that nothing is more like an article than a copy of it, and no long article is like
all. Scores are shares of what ties the article to others at all, from 0 to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from math import log

from whoosh import query

from service.engines.whoosh.compile import compile_filters
from service.index.analysis import PART, STEM
from service.index.arrays.own_nodes import Capped, Closeness
from service.index.documents import Stored
from service.index.reader import OpenGeneration
from service.index.schema import NO_MOMENT
from service.search.page import Hit, Tag
from service.search.request import Filters
from service.search.similar import (
    MOST_TERMS,
    SimilarArticles,
    SimilarHit,
    SimilarRequest,
    has_stem,
    spelling,
    weighted_counts,
)

_WORDS = "words"
_WHOLE = 0.5
"""The share of a term's weight that only words with its stem have, and not compounds with it."""
_CLOSE = 0.05
"""The share of all else that a date adds, if both articles have the same."""
_HALF = 30 * 86_400_000_000
"""Microseconds between two articles after which that is half as much."""
_LOOKED_UP = 250
"""Stems of an article of which the frequency is looked up: those that it has most often, of equals the first."""
_DIGITS = 4


@dataclass(frozen=True)
class Tie:
    """What another article may share: a stem or the slug of a tag, and what it weighs."""

    name: str
    weight: float


@dataclass(frozen=True)
class Ties:
    """What ties an article to others, the heaviest first.

    `most` is what all of it would weigh if others had the heaviest terms too that only this article has.
    """

    number: int
    stored: Stored
    terms: Sequence[Tie]
    tags: Sequence[Tie]
    published: int | None
    most: float


class Similarity:
    """Finds similar articles in one generation. Threads may share it."""

    def __init__(self, generation: OpenGeneration) -> None:
        self._generation = generation

    def similar(self, number: int, request: SimilarRequest) -> SimilarArticles:
        """The articles that are most like the one with this number, and what they share with it."""
        ties = self.ties(number)
        chain, outline = self._generation.chain, ties.stored.outline
        terms = {tie.name: spelling(outline, tie.name, chain) for tie in ties.terms}
        return SimilarArticles(
            tuple(dict.fromkeys(terms.values())),
            tuple(
                self._hit(self._generation.stored(other), score, terms, {tie.name for tie in ties.tags})
                for other, score in self.best(ties, request.filters, request.limit)
            ),
        )

    def best(self, ties: Ties, filters: Filters, limit: int) -> list[tuple[int, float]]:
        """The numbers of the most similar articles and their scores, the best first."""
        wanted = self._wanted(ties)
        if wanted is None:
            return []
        allowed = [compile_filters(filters) or query.Every(), query.Not(query.Term("id", ties.stored.article.id))]
        found = self._generation.ranked(wanted, query.And(allowed), limit)
        scores = [] if found.scores is None else found.scores.tolist()
        return [
            (number, round(min(1.0, score / ties.most), _DIGITS))
            for number, score in zip(found.numbers.tolist(), scores, strict=True)
        ]

    def ties(self, number: int) -> Ties:
        """What ties the article with this number to others."""
        stored = self._generation.stored(number)
        counts = weighted_counts(stored.outline)
        weights = {
            stem: min(counts[stem], 1 + log(counts[stem])) * self._generation.idf(_WORDS, PART + stem)
            for stem in nlargest(_LOOKED_UP, counts, key=counts.__getitem__)
        }
        heaviest = sorted(weights, key=lambda stem: (-weights[stem], stem))
        shared = (stem for stem in heaviest if self._generation.document_frequency(_WORDS, PART + stem) > 1)
        tags = [Tie(key, self._generation.idf("tag", key)) for key in stored.tag_ids]
        most = sum(weights[stem] for stem in heaviest[:MOST_TERMS]) + sum(tag.weight for tag in tags)
        published = self._generation.column("published", number)
        is_dated = published != NO_MOMENT
        return Ties(
            number,
            stored,
            [Tie(stem, weights[stem]) for stem in islice(shared, MOST_TERMS)],
            tags,
            published if is_dated else None,
            most * (1 + _CLOSE) if is_dated else most,
        )

    def _wanted(self, ties: Ties) -> query.Query | None:
        """What similar articles are found by; None where nothing ties the article to any."""
        terms = [query.Term(_WORDS, kind + tie.name) for tie in ties.terms for kind in (STEM, PART)]
        own = self._generation.scores(terms, ties.number)
        parts: list[query.Query] = [query.Term("tag", tie.name, boost=tie.weight) for tie in ties.tags]
        for tie, whole, any_part, most, most_of_parts in zip(
            ties.terms, terms[::2], terms[1::2], own[::2], own[1::2], strict=True
        ):
            # What the article itself has in compounds alone is looked for by these alone.
            share = _WHOLE if most > 0 else 0.0
            if share:
                parts.append(Capped(whole, most, share * tie.weight / most))
            if most_of_parts > 0:
                parts.append(Capped(any_part, most_of_parts, (1 - share) * tie.weight / most_of_parts))
        if not parts:
            return None
        if ties.published is None:
            return query.Or(parts)
        closeness = Closeness("published", ties.published, _HALF, NO_MOMENT, ties.most * _CLOSE / (1 + _CLOSE))
        return query.AndMaybe(query.Or(parts), closeness)

    def _hit(self, stored: Stored, score: float, terms: dict[str, str], own_tags: set[str]) -> SimilarHit:
        names = self._generation.names["tag"]
        tags = tuple(Tag(key, names[key]) for key in stored.tag_ids)
        shared = dict.fromkeys(written for stem, written in terms.items() if has_stem(stored.outline, stem))
        return SimilarHit(
            Hit(stored.article, tags, score), tuple(shared), tuple(tag for tag in tags if tag.id in own_tags)
        )
