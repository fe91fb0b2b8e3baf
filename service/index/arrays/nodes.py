"""Each node of Whoosh's query tree as array operations. What is not here falls back to Whoosh's own matcher."""

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

import numpy as np
from whoosh import query
from whoosh.query import positional, spans

from service.index.arrays import expand
from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.matches import (
    Dense,
    Matches,
    Sparse,
    constant,
    intersect,
    nothing,
    require,
    subtract,
    to_sparse,
    unite,
    unite_best,
)
from service.index.arrays.proximity import Nearness, near, phrase

PROBE_SHARE = 8
"""Where a node has matched fewer than one of this many documents, others are asked for these documents only."""
_SIDES = 2
"""Of words that stand near each other."""
Probed = tuple[Array, Array | None]


@singledispatch
def evaluate(node: Any, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    """What a node matches in a segment, deleted documents among it."""
    return leaf.fall_back(node, budget, scored=scored)


@singledispatch
def probe(node: Any, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    """For each of some ascending documents whether a node matches it, and its score there, 0 where it does not."""
    return evaluate(node, leaf, budget, scored=scored).at(docs)


@singledispatch
def bound(node: Any, leaf: Leaf) -> int:  # noqa: ARG001 - nodes that know more ask it
    """How many documents a node can match at most, as far as that is known at once."""
    return leaf.documents


@evaluate.register
def _(node: query.Term, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    return leaf.term(leaf.find(node.fieldname, node.text), scored=scored).boosted(node.boost)


@probe.register
def _(node: query.Term, leaf: Leaf, _budget: Budget, docs: Array, *, scored: bool) -> Probed:
    has, scores = leaf.probe(leaf.find(node.fieldname, node.text), docs, scored=scored)
    return has, scores if scores is None or node.boost == 1.0 else scores * np.float32(node.boost)


@bound.register
def _(node: query.Term, leaf: Leaf) -> int:
    return leaf.document_frequency(leaf.find(node.fieldname, node.text))


@evaluate.register
def _(node: query.And, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if not node.subqueries:
        return nothing(scored=scored)
    return _all_of(list(node.subqueries), leaf, budget, scored=scored).boosted(boost_of(node))


def _all_of(children: list[Any], leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    """The documents that all have: the rarest is evaluated, the others are only asked for its documents."""
    children.sort(key=lambda child: bound(child, leaf))
    found = evaluate(children[0], leaf, budget, scored=scored)
    for number, child in enumerate(children[1:], start=1):
        if len(found) * PROBE_SHARE > leaf.documents:
            rest = [evaluate(other, leaf, budget, scored=scored) for other in children[number:]]
            return intersect([found, *rest])
        few = to_sparse(found)
        has, scores = probe(child, leaf, budget, few.docs, scored=scored)
        added = None if few.scores is None or scores is None else few.scores + scores
        found = Sparse(few.docs, added).keep(has)
    return found


@probe.register
def _(node: query.And, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    if not node.subqueries:
        return evaluate(node, leaf, budget, scored=scored).at(docs)
    has, scores = np.ones(len(docs), bool), np.zeros(len(docs), np.float32) if scored else None
    for child in node.subqueries:
        own, added = probe(child, leaf, budget, docs, scored=scored)
        has &= own
        if scores is not None and added is not None:
            scores += added
    return has, None if scores is None else scores * has * np.float32(boost_of(node))


@bound.register
def _(node: query.And, leaf: Leaf) -> int:
    return min((bound(child, leaf) for child in node.subqueries), default=0)


@evaluate.register
def _(node: query.Or, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if node.scale or node.minmatch:
        return leaf.fall_back(node, budget, scored=scored)
    parts = [
        # Most children are terms; for these the dispatch would take longer than the work.
        leaf.term(leaf.find(child.fieldname, child.text), scored=scored).boosted(child.boost)
        if type(child) is query.Term
        else evaluate(child, leaf, budget, scored=scored)
        for child in _flat(node)
    ]
    return unite(parts, leaf.documents).boosted(boost_of(node)) if parts else nothing(scored=scored)


@probe.register
def _(node: query.Or, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    if node.scale or node.minmatch or not node.subqueries:
        return evaluate(node, leaf, budget, scored=scored).at(docs)
    has, scores = np.zeros(len(docs), bool), np.zeros(len(docs), np.float32) if scored else None
    for child in _flat(node):
        own, added = probe(child, leaf, budget, docs, scored=scored)
        has |= own
        if scores is not None and added is not None:
            scores += added
    return has, scores if scores is None or boost_of(node) == 1.0 else scores * np.float32(boost_of(node))


@bound.register
def _(node: query.Or, leaf: Leaf) -> int:
    return min(
        leaf.documents,
        sum(
            leaf.document_frequency(leaf.find(child.fieldname, child.text))
            if type(child) is query.Term
            else bound(child, leaf)
            for child in node.subqueries
        ),
    )


def _flat(node: query.Or) -> Iterator[Any]:
    """The children of an `Or`, and in place of one that is an `Or` without a boost its own."""
    for child in node.subqueries:
        if type(child) is query.Or and boost_of(child) == 1.0 and not child.scale and not child.minmatch:
            yield from _flat(child)
        else:
            yield child


@evaluate.register
def _(node: query.DisjunctionMax, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    parts = [evaluate(child, leaf, budget, scored=scored) for child in node.subqueries]
    return unite_best(parts, leaf.documents).boosted(boost_of(node)) if parts else nothing(scored=scored)


@evaluate.register
def _(node: query.Not, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    unwanted = evaluate(node.query, leaf, budget, scored=False)
    return constant(subtract(leaf.everything, unwanted, leaf.documents), 1.0, scored=scored)


@probe.register
def _(node: query.Not, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    unwanted, _ = probe(node.query, leaf, budget, docs, scored=False)
    has = ~unwanted if leaf.alive is None else ~unwanted & leaf.alive.take(docs)
    return has, has.astype(np.float32) if scored else None


@evaluate.register
def _(node: query.AndNot, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    unwanted = evaluate(node.b, leaf, budget, scored=False)
    return subtract(evaluate(node.a, leaf, budget, scored=scored), unwanted, leaf.documents)


@evaluate.register
def _(node: query.AndMaybe, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    found = evaluate(node.a, leaf, budget, scored=scored)
    if not scored:
        return found
    if len(found) * PROBE_SHARE > leaf.documents:
        extra = require(evaluate(node.b, leaf, budget, scored=True), found, leaf.documents)
        return unite([found, extra], leaf.documents)
    few = to_sparse(found)
    _, scores = probe(node.b, leaf, budget, few.docs, scored=True)
    return few if scores is None or few.scores is None else Sparse(few.docs, few.scores + scores)


@evaluate.register
def _(node: query.Require, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if bound(node.b, leaf) < bound(node.a, leaf):
        required = evaluate(node.b, leaf, budget, scored=False)
        if len(required) * PROBE_SHARE > leaf.documents:
            return require(evaluate(node.a, leaf, budget, scored=scored), required, leaf.documents)
        docs = to_sparse(required).docs
        has, scores = probe(node.a, leaf, budget, docs, scored=scored)
        return Sparse(docs, scores).keep(has)
    found = evaluate(node.a, leaf, budget, scored=scored)
    if len(found) * PROBE_SHARE > leaf.documents:
        return require(found, evaluate(node.b, leaf, budget, scored=False), leaf.documents)
    few = to_sparse(found)
    return few.keep(probe(node.b, leaf, budget, few.docs, scored=False)[0])


@probe.register
def _(node: query.Require, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    has, scores = probe(node.a, leaf, budget, docs, scored=scored)
    has = has & probe(node.b, leaf, budget, docs, scored=False)[0]
    return has, None if scores is None else scores * has


@bound.register
def _(node: query.Require, leaf: Leaf) -> int:
    return min(bound(node.a, leaf), bound(node.b, leaf))


@evaluate.register
def _(node: query.ConstantScoreQuery, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    return constant(evaluate(node.child, leaf, budget, scored=False), node.score, scored=scored)


@probe.register
def _(node: query.ConstantScoreQuery, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    has, _ = probe(node.child, leaf, budget, docs, scored=False)
    return has, has * np.float32(node.score) if scored else None


@bound.register
def _(node: query.ConstantScoreQuery, leaf: Leaf) -> int:
    return bound(node.child, leaf)


@evaluate.register
def _(node: query.Every, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    if node.fieldname is None:
        return constant(leaf.everything, node.boost, scored=scored)
    data = leaf.field(node.fieldname)
    if data is None:
        return nothing(scored=scored)
    return _of_terms(data, leaf, node, np.arange(len(data.terms)), scored=scored)


def _expanded(node: Any, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    """A node that stands for the terms that `expand` finds for it."""
    data = leaf.field(node.fieldname)
    if data is None:
        return nothing(scored=scored)
    return _of_terms(data, leaf, node, expand.terms_of(node, data, leaf, budget), scored=scored)


for _kind in (query.Prefix, query.Wildcard, query.FuzzyTerm, query.Regex, query.TermRange):
    evaluate.register(_kind, _expanded)


@evaluate.register
def _(node: query.NumericRange, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    data = leaf.field(node.fieldname)
    if data is None:
        return nothing(scored=scored)
    first, last = expand.numeric_terms(node, data, leaf)
    if expand.postings_between(data, first, last) * PROBE_SHARE > leaf.documents:
        inside = expand.by_column(node, leaf, None)
        if inside is not None:
            return constant(Dense(inside, None), node.boost, scored=scored)
    return _of_terms(data, leaf, node, np.arange(first, last), scored=scored)


@probe.register
def _(node: query.NumericRange, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    inside = expand.by_column(node, leaf, docs)
    if inside is None:
        return evaluate(node, leaf, budget, scored=scored).at(docs)
    return inside, inside * np.float32(node.boost) if scored else None


@bound.register
def _(node: query.NumericRange, leaf: Leaf) -> int:
    data = leaf.field(node.fieldname)
    return 0 if data is None else expand.postings_between(data, *expand.numeric_terms(node, data, leaf))


@evaluate.register
def _(node: positional.Phrase, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if not _has_positions(leaf, node.fieldname) or not node.words:
        return leaf.fall_back(node, budget, scored=scored)
    known = [term for word in node.words if (term := leaf.find(node.fieldname, word)) is not None]
    if len(known) < len(node.words):
        return nothing(scored=scored)
    if node.slop == 1:
        return phrase(leaf, known, budget, scored=scored).boosted(node.boost)
    return near(leaf, known, Nearness(node.slop), budget, scored=scored).boosted(node.boost)


@bound.register
def _(node: positional.Phrase, leaf: Leaf) -> int:
    return min((leaf.document_frequency(leaf.find(node.fieldname, word)) for word in node.words), default=0)


@evaluate.register
def _(node: spans.SpanNear, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if not _is_plain(node, leaf):
        return leaf.fall_back(node, budget, scored=scored)
    return _terms_near(node, leaf, budget, None, scored=scored)


@probe.register
def _(node: spans.SpanNear, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    if not _is_plain(node, leaf):
        return evaluate(node, leaf, budget, scored=scored).at(docs)
    return _terms_near(node, leaf, budget, docs, scored=scored).at(docs)


def _is_plain(node: spans.SpanNear, leaf: Leaf) -> bool:
    """Whether both sides are terms of one field with positions."""
    terms = all(type(child) is query.Term and child.boost == 1.0 for child in (node.a, node.b))
    name = node.a.field()
    return terms and node.b.field() == name and _has_positions(leaf, name) and node.mindist >= 1


def _terms_near(node: spans.SpanNear, leaf: Leaf, budget: Budget, docs: Array | None, *, scored: bool) -> Matches:
    terms = [term for child in (node.a, node.b) if (term := leaf.find(child.fieldname, child.text)) is not None]
    if len(terms) < _SIDES:
        return nothing(scored=scored)
    return near(leaf, terms, Nearness(node.slop, node.mindist, node.ordered), budget, docs, scored=scored)


@bound.register
def _(node: spans.SpanNear, leaf: Leaf) -> int:
    return min(bound(node.a, leaf), bound(node.b, leaf))


@evaluate.register
def _(_node: query.qcore._NullQuery, _leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    return nothing(scored=scored)


def _of_terms(data: FieldData, leaf: Leaf, node: Any, numbers: Array, *, scored: bool) -> Matches:
    """The documents of expanded terms; each scores the boost of the node, however many of the terms it has."""
    return constant(expand.docs_of(data, numbers, leaf.documents), node.boost, scored=scored)


def _has_positions(leaf: Leaf, name: str) -> bool:
    form = leaf.schema[name].format if name in leaf.schema else None
    return form is not None and bool(form.supports("positions"))


def boost_of(node: Any) -> float:
    """The boost of a compound; Whoosh hands a single child on as it is and so forgets it."""
    return float(node.boost) if len(node.subqueries) > 1 else 1.0
