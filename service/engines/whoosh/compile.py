"""From the query tree and the filters of `service.search` to Whoosh's query tree."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from whoosh import query
from whoosh.query.spans import SpanNear

from service.articles.slug import slug
from service.index.analysis import FORM, PART, STEM, VARIANT
from service.index.arrays.own_nodes import IfRare, Outnumber
from service.index.documents import to_moment
from service.index.schema import form_field, tier_field, weights
from service.search.query import And, Field, Node, Not, Or, Phrase, Word
from service.search.request import NONE, Filters, Match, TextField
from service.search.tier import Tier
from service.search.wanted import NEAR, WantedLeaf, WantedWord, phrase_stems

KEYWORD_FIELDS = frozenset({Field.TAG, Field.SOURCE, Field.SECTION, Field.LANGUAGE})
_TEXT_FIELDS = {Field.AUTHOR: "authors"}
_ANY_OF = ("tag", "source", "section", "author", "language")
_LONG_FIELDS = ("lead", "body")
_RARE = 10
"""Neighbours of which both are in more than one of so many articles are not looked for: it would take longest."""
Leaves = Mapping[Word | Phrase, WantedLeaf]


@dataclass(frozen=True)
class TierWeights:
    """What a match counts in each tier, beside what it counts in the tiers below it."""

    exact: float = 0.1
    variant: float = 0.5
    inflection: float = 1.0
    compound: float = 0.7
    near: float = 0.1
    """The score of a compound of the query whose parts stand near each other."""
    apart: float = 0.2
    """What parts of a compound of the query count where any word may match."""
    function: float = 0.1
    """What function words count of all that."""
    lesser: float = 0.85
    """What words that are no nouns count of it where any word may match: nouns say what a question is about."""
    neighbours: float = 1.0
    """The score of two neighbours of a question that stand near each other in an article too."""
    keyword_fields: tuple[tuple[str, float], ...] = (("title", 0.5), ("lead", 0.3))
    """What a word counts more in some fields, where all words must be there."""
    question_fields: tuple[tuple[str, float], ...] = (("title", 0.05), ("lead", 0.15))
    """The same where any may: in questions many words are beside the point, and titles with them mislead."""
    alone: float = 3.5
    """What the word of a query with no other counts more in the title. With lengths left out of it, a single occurrence
    there is worth more than any number of compounds with it elsewhere (2.2 times `compound`, `apart` for each part)."""


@dataclass(frozen=True)
class Compiler:
    """Makes Whoosh's queries of query trees whose leaves are known."""

    leaves: Leaves
    match: Match = Match.ALL
    search_in: frozenset[TextField] = frozenset()
    tiers: TierWeights = TierWeights()

    def compiled(self, node: Node | None) -> query.Query:
        """Whoosh's query for a whole tree; everything for None."""
        made = self._compiled(node)
        if isinstance(node, Word) and node.field is None and not node.is_prefix and not self.search_in:
            words = self.leaves[node].words
            if len(words) == 1 and Tier.INFLECTION in words[0].tiers and not words[0].has_gap:
                above = [query.Term("title", stem, boost=self.tiers.alone) for stem in words[0].stems]
                exact = query.Term("title_form", words[0].form, boost=self.tiers.exact)
                return query.Or([made, exact, *above])
        return made

    def _compiled(self, node: Node | None) -> query.Query:
        match node:
            case None:
                return query.Every()
            case And(children):
                return query.And([self._compiled(child) for child in children])
            case Or(children):
                return query.Or([*map(self._compiled, children), *self._neighbours(children)])
            case Not(child):
                return query.ConstantScoreQuery(query.Not(self._compiled(child)), 0.0)
            case Word() | Phrase():
                return self._leaf(node, self.leaves[node])

    def _leaf(self, leaf: Word | Phrase, wanted: WantedLeaf) -> query.Query:
        if leaf.field in KEYWORD_FIELDS:
            kind = query.Prefix if wanted.is_prefix else query.Term
            value = slug(leaf.text)
            return kind(leaf.field.value, value.partition("-")[0] if leaf.field is Field.LANGUAGE else value)
        names = searched_fields(leaf.field, self.search_in)
        return query.Or([self._in_field(wanted, name) for name in names]) if names else self._in_field(wanted, None)

    def _in_field(self, wanted: WantedLeaf, name: str | None) -> query.Query:
        """A word or phrase in one field or in any."""
        if wanted.is_prefix:
            return query.And(
                [*(self._word(word, name) for word in wanted.words[:-1]), _beginning(wanted.words[-1], name)]
            )
        if len(wanted.words) == 1:
            return self._word(wanted.words[0], name)
        phrase = _phrase(wanted.words, name)
        return phrase if wanted.joined is None else query.Or([phrase, self._word(wanted.joined, name)])

    def _word(self, word: WantedWord, name: str | None) -> query.Query:
        """A word in one field or in any; the scores of fields and tiers add up (BM25F)."""
        found = query.Or([*self._found_by(word, name), *self._apart(word, name)])
        if not word.has_gap:
            return found
        return query.Require(found, query.Or([*_only_in(word, name), *self._apart(word, name)]))

    def _found_by(self, word: WantedWord, name: str | None) -> Iterator[query.Query]:
        """What a word itself is found by: the terms of each tier."""
        tiers = self.tiers
        scale = self._scale(word)
        loose = _loose(name)
        form = (loose, FORM + word.form) if name is None else (form_field(name), word.form)
        yield query.Term(*form, boost=tiers.exact * scale)
        if Tier.VARIANT in word.tiers:
            yield from (query.Term(loose, VARIANT + it, boost=tiers.variant * scale) for it in word.variants)
        if Tier.INFLECTION in word.tiers:
            yield from (self._stem(stem, name, tiers.inflection * scale) for stem in word.stems)
        if Tier.COMPOUND in word.tiers:
            yield from (query.Term(loose, PART + stem, boost=tiers.compound * scale) for stem in word.stems)

    def _scale(self, word: WantedWord) -> float:
        """What a word counts beside others."""
        if word.is_function_word:
            return self.tiers.function
        return self.tiers.lesser if self.match is Match.ANY and not word.may_be_noun else 1.0

    def _neighbours(self, children: Sequence[Node]) -> Iterator[query.Query]:
        """Words that stand side by side in a question, but for function words between them, near each other."""
        if self.match is not Match.ANY:
            return
        wanted = [self.leaves[child] for child in children if isinstance(child, Word) and child.field is None]
        words = [leaf.words[0] for leaf in wanted if len(leaf.words) == 1 and not leaf.is_prefix]
        stems = [word.stems[0] for word in words if Tier.INFLECTION in word.tiers and not word.is_function_word]
        fields = [name for name in _LONG_FIELDS if not self.search_in or name in self.search_in]
        for pair in pairwise(stems):
            if pair[0] != pair[1]:
                yield from (IfRare(_near(it, pair, self.tiers.neighbours), _RARE) for it in fields)

    def _apart(self, word: WantedWord, name: str | None) -> Iterator[query.Query]:
        """What a compound is found by that stands in parts."""
        for words in word.splits:
            yield from (_near(it, words, self.tiers.near) for it in (weights() if name is None else (name,)))
        if self.match is Match.ANY:
            yield from (query.Term(_loose(name), PART + part, boost=self.tiers.apart) for part in word.parts)

    def _stem(self, stem: str, name: str | None, weight: float) -> query.Query:
        if name is not None:
            return query.Term(name, stem, boost=weight)
        fields = self.tiers.keyword_fields if self.match is Match.ALL else self.tiers.question_fields
        inside = [query.Term(it, stem, boost=more * weight) for it, more in fields]
        return query.Or([query.Term("words", STEM + stem, boost=weight), *inside])


def searched_fields(field: Field | None, search_in: Collection[TextField]) -> Sequence[str]:
    """The text fields in which a word is looked for that names one or none; empty for all that a search looks into."""
    if field is not None:
        return [_TEXT_FIELDS.get(field, field.value)]
    return [name for name in TextField if name in search_in]


def _only_in(word: WantedWord, name: str | None) -> Iterator[query.Query]:
    """The articles with a match in one of the tiers that are asked for, and not in a better one alone.

    Every occurrence has the terms of its tier and of all tiers below. So a match in no better tier is where the terms
    of a tier stand more often than those of the next better one.
    """
    loose = _loose(name)
    forms = [query.Term(loose, FORM + word.form) if name is None else query.Term(form_field(name), word.form)]
    variants = [query.Term(loose, VARIANT + it) for it in word.variants]
    stems = [query.Term(loose, STEM + it) if name is None else query.Term(name, it) for it in word.stems]
    parts = [query.Term(loose, PART + it) for it in word.stems]
    steps = pairwise((forms, variants, stems, parts))
    yield from forms
    for tier, (better, own) in zip((Tier.VARIANT, Tier.INFLECTION, Tier.COMPOUND), steps, strict=True):
        if tier in word.tiers:
            yield Outnumber(own, better)


def _loose(name: str | None) -> str:
    """The field with what the words of a field, or of all, are found by."""
    return "words" if name is None else tier_field(name)


def _near(field: str, stems: Sequence[str], score: float) -> query.Query:
    """Words that stand near each other, in any order, each near the next."""
    terms = [query.Term(field, stem) for stem in stems]
    near = [SpanNear(first, second, slop=NEAR, ordered=False) for first, second in pairwise(terms)]
    return query.ConstantScoreQuery(near[0] if len(near) == 1 else query.And(near), score)


def _beginning(word: WantedWord, name: str | None) -> query.Query:
    fields = weights() if name is None else {name: 1.0}
    beginnings = [query.Prefix(form_field(it), word.form, boost=weight) for it, weight in fields.items()]
    if Tier.VARIANT in word.tiers and word.variant_beginning is not None:
        beginnings.append(query.Prefix(_loose(name), VARIANT + word.variant_beginning))
    return query.Or(beginnings)


def _phrase(words: Sequence[WantedWord], name: str | None) -> query.Query:
    fields = weights() if name is None else {name: 1.0}
    is_exact = Tier.INFLECTION not in words[0].tiers
    spoken = [tuple(word.form for word in words)] if is_exact else phrase_stems(words)
    return query.Or(
        [
            query.Phrase(form_field(it) if is_exact else it, list(terms), boost=weight)
            for it, weight in fields.items()
            for terms in spoken
        ]
    )


def compile_filters(filters: Filters) -> query.Query | None:
    """Whoosh's query for the filters; None if there are none."""
    wanted: list[query.Query] = [
        query.Or([_carrying(name, value) for value in getattr(filters, name)])
        for name in _ANY_OF
        if getattr(filters, name)
    ]
    wanted.extend(_carrying("tag", value) for value in filters.tag_all)
    wanted.extend(query.Not(_carrying("tag", value)) for value in filters.tag_not)
    if filters.date_from is not None or filters.date_to is not None:
        start, end = (None if it is None else to_moment(it.moment) for it in (filters.date_from, filters.date_to))
        wanted.append(query.NumericRange(filters.use_date.value, start, end))
    if filters.min_words is not None or filters.max_words is not None:
        wanted.append(query.NumericRange("word_count", filters.min_words, filters.max_words))
    return query.And(wanted) if wanted else None


def _carrying(name: str, value: str) -> query.Query:
    """The articles with a keyword, or without any."""
    return query.And([query.Every(), query.Not(query.Every(name))]) if value == NONE else query.Term(name, value)
