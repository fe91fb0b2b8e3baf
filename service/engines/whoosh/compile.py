"""From the query tree and the filters of `service.search` to Whoosh's query tree."""

from collections.abc import Mapping, Sequence

from whoosh import query

from service.articles.slug import slug
from service.german.tokens import Chain
from service.index.documents import to_moment
from service.index.schema import form_field, weights
from service.search.query import And, Field, Node, Not, Or, Phrase, Word
from service.search.request import Filters

_KEYWORD_FIELDS = frozenset({Field.TAG, Field.SOURCE, Field.SECTION, Field.LANGUAGE})
_TEXT_FIELDS = {Field.AUTHOR: "authors"}
_ANY_OF = ("tag", "source", "section", "author", "language")


def compile_query(node: Node | None, chain: Chain) -> query.Query:
    """Whoosh's query for a tree; everything for None."""
    match node:
        case None:
            return query.Every()
        case And(children):
            return query.And(_with_something_to_take_from([compile_query(child, chain) for child in children]))
        case Or(children):
            return query.Or(
                [query.And(_with_something_to_take_from([compile_query(child, chain)])) for child in children]
            )
        case Not(child):
            return query.Not(compile_query(child, chain))
        case Word() | Phrase():
            return _leaf(node, chain)


def compile_filters(filters: Filters) -> query.Query | None:
    """Whoosh's query for the filters; None if there are none."""
    wanted: list[query.Query] = [
        query.Or([query.Term(name, value) for value in getattr(filters, name)])
        for name in _ANY_OF
        if getattr(filters, name)
    ]
    wanted.extend(query.Term("tag", value) for value in filters.tag_all)
    wanted.extend(query.Not(query.Term("tag", value)) for value in filters.tag_not)
    if filters.published_from is not None or filters.published_to is not None:
        start, end = filters.published_from, filters.published_to
        wanted.append(
            query.NumericRange(
                "published",
                None if start is None else to_moment(start),
                None if end is None else to_moment(end),
            )
        )
    return query.And(_with_something_to_take_from(wanted)) if wanted else None


def _with_something_to_take_from(queries: Sequence[query.Query]) -> list[query.Query]:
    """Whoosh takes a `Not` away from its neighbours; where it has none, from everything."""
    if all(isinstance(child, query.Not) for child in queries):
        return [query.Every(), *queries]
    return list(queries)


def _leaf(leaf: Word | Phrase, chain: Chain) -> query.Query:
    is_prefix = isinstance(leaf, Word) and leaf.is_prefix
    if leaf.field in _KEYWORD_FIELDS:
        kind = query.Prefix if is_prefix else query.Term
        value = slug(leaf.text)
        return kind(leaf.field.value, value.partition("-")[0] if leaf.field is Field.LANGUAGE else value)
    fields = weights() if leaf.field is None else {_TEXT_FIELDS.get(leaf.field, leaf.field.value): 1.0}
    tokens = list(chain.tokens(leaf.text))
    if is_prefix:
        words = [_word(fields, token.stem) for token in tokens[:-1]]
        beginning = tokens[-1].form
        return query.And(
            [
                *words,
                query.Or([query.Prefix(form_field(name), beginning, boost=weight) for name, weight in fields.items()]),
            ]
        )
    if len(tokens) == 1:
        return _word(fields, tokens[0].stem)
    stems = [token.stem for token in tokens]
    return query.Or([query.Phrase(name, stems, boost=weight) for name, weight in fields.items()])


def _word(fields: Mapping[str, float], stem: str) -> query.Query:
    """A word in any of the fields; its scores add up (BM25F)."""
    return query.Or([query.Term(name, stem, boost=weight) for name, weight in fields.items()])
