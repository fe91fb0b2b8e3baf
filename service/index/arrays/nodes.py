"""Each node of Whoosh's query tree as array operations. What is not here falls back to Whoosh's own matcher."""

from functools import singledispatch
from typing import Any

from whoosh import query
from whoosh.query import positional, spans

from service.index.arrays import expand
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.matches import (
    Matches,
    constant,
    distinct,
    intersect,
    nothing,
    require,
    subtract,
    unite,
    unite_best,
)
from service.index.arrays.proximity import Nearness, near


@singledispatch
def evaluate(node: Any, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    """What a node matches in a segment, deleted documents among it."""
    return leaf.fall_back(node, budget, scored=scored)


@evaluate.register
def _(node: query.Term, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    term = _to_bytes(leaf, node.fieldname, node.text)
    return (
        nothing(scored=scored) if term is None else leaf.term(node.fieldname, term, scored=scored).boosted(node.boost)
    )


@evaluate.register
def _(node: query.And, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if not node.subqueries:
        return nothing(scored=scored)
    found = intersect([evaluate(child, leaf, budget, scored=scored) for child in node.subqueries])
    return found.boosted(_boost(node))


@evaluate.register
def _(node: query.Or, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if node.scale or node.minmatch:
        return leaf.fall_back(node, budget, scored=scored)
    parts = [evaluate(child, leaf, budget, scored=scored) for child in node.subqueries]
    return unite(parts, leaf.documents).boosted(_boost(node)) if parts else nothing(scored=scored)


@evaluate.register
def _(node: query.DisjunctionMax, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    parts = [evaluate(child, leaf, budget, scored=scored) for child in node.subqueries]
    return unite_best(parts, leaf.documents).boosted(_boost(node)) if parts else nothing(scored=scored)


@evaluate.register
def _(node: query.Not, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    unwanted = evaluate(node.query, leaf, budget, scored=False)
    return constant(subtract(leaf.everything, unwanted, leaf.documents), 1.0, scored=scored)


@evaluate.register
def _(node: query.AndNot, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    unwanted = evaluate(node.b, leaf, budget, scored=False)
    return subtract(evaluate(node.a, leaf, budget, scored=scored), unwanted, leaf.documents)


@evaluate.register
def _(node: query.AndMaybe, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    found = evaluate(node.a, leaf, budget, scored=scored)
    if not scored:
        return found
    extra = require(evaluate(node.b, leaf, budget, scored=True), found, leaf.documents)
    return unite([found, extra], leaf.documents)


@evaluate.register
def _(node: query.Require, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    required = evaluate(node.b, leaf, budget, scored=False)
    return require(evaluate(node.a, leaf, budget, scored=scored), required, leaf.documents)


@evaluate.register
def _(node: query.ConstantScoreQuery, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    return constant(evaluate(node.child, leaf, budget, scored=False), node.score, scored=scored)


@evaluate.register
def _(node: query.Every, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    if node.fieldname is None:
        return constant(leaf.everything, node.boost, scored=scored)
    data = leaf.field(node.fieldname)
    if data is None:
        return nothing(scored=scored)
    return constant(distinct(data.docs, leaf.documents), node.boost, scored=scored)


@evaluate.register
def _(node: query.Prefix, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    beginning = _to_bytes(leaf, node.fieldname, node.text)
    data = leaf.field(node.fieldname)
    if beginning is None or data is None:
        return nothing(scored=scored)
    return _of_terms(leaf, node, expand.prefix(data, beginning), scored=scored)


@evaluate.register
def _(node: query.Wildcard, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    data = leaf.field(node.fieldname)
    if data is None:
        return nothing(scored=scored)
    return _of_terms(leaf, node, expand.wildcard(node, data, budget), scored=scored)


@evaluate.register
def _(node: query.FuzzyTerm, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    return _of_terms(leaf, node, expand.fuzzy(node, leaf, budget), scored=scored)


@evaluate.register
def _(node: query.TermRange, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    data = leaf.field(node.fieldname)
    if data is None:
        return nothing(scored=scored)
    return _of_terms(leaf, node, expand.term_range(node, data, leaf), scored=scored)


@evaluate.register
def _(node: query.NumericRange, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if leaf.field(node.fieldname) is None:
        return nothing(scored=scored)
    compiled = node._compile_query(leaf.searcher.reader())  # noqa: SLF001 - the tiers of a numeric field are Whoosh's
    return constant(evaluate(compiled, leaf, budget, scored=False), node.boost, scored=scored)


@evaluate.register
def _(node: positional.Phrase, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if not _has_positions(leaf, node.fieldname) or not node.words:
        return leaf.fall_back(node, budget, scored=scored)
    terms = [_to_bytes(leaf, node.fieldname, word) for word in node.words]
    known = [term for term in terms if term is not None]
    if len(known) < len(terms):
        return nothing(scored=scored)
    found = near(leaf, node.fieldname, known, Nearness(node.slop), scored=scored)
    return found.boosted(node.boost)


@evaluate.register
def _(node: spans.SpanNear, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    both = (node.a, node.b)
    plain = all(type(child) is query.Term and child.boost == 1.0 for child in both)
    name = node.a.field()
    if not plain or node.b.field() != name or not _has_positions(leaf, name) or node.mindist < 1:
        return leaf.fall_back(node, budget, scored=scored)
    terms = [term for child in both if (term := _to_bytes(leaf, name, child.text)) is not None]
    if len(terms) < len(both):
        return nothing(scored=scored)
    return near(leaf, name, terms, Nearness(node.slop, node.mindist, node.ordered), scored=scored)


@evaluate.register
def _(_node: query.qcore._NullQuery, _leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    return nothing(scored=scored)


def _of_terms(leaf: Leaf, node: Any, numbers: Array, *, scored: bool) -> Matches:
    """The documents of expanded terms; each scores the boost of the node, however many of the terms it has."""
    data = leaf.field(node.fieldname)
    if data is None:
        return nothing(scored=scored)
    return constant(distinct(expand.docs_of(data, numbers), leaf.documents), node.boost, scored=scored)


def _has_positions(leaf: Leaf, name: str) -> bool:
    form = leaf.schema[name].format if name in leaf.schema else None
    return form is not None and bool(form.supports("positions"))


def _boost(node: Any) -> float:
    """The boost of a compound; Whoosh hands a single child on as it is and so forgets it."""
    return float(node.boost) if len(node.subqueries) > 1 else 1.0


def _to_bytes(leaf: Leaf, name: str, text: Any) -> bytes | None:
    """A term as it stands in the dictionary; None where the field does not exist or cannot hold it."""
    if name not in leaf.schema:
        return None
    try:
        return bytes(leaf.schema[name].to_bytes(text))
    except ValueError:
        return None
