"""Stock Whoosh over its own codec as the oracle of the array codec: the same documents, the same segments."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from hypothesis import strategies as st
from whoosh import fields, query
from whoosh.analysis import Analyzer, RegexTokenizer
from whoosh.filedb.filestore import RamStorage
from whoosh.index import Index
from whoosh.query import spans

from service.index.arrays.index import ArrayIndex

_WORD = cast("Analyzer", RegexTokenizer(r"\w+"))  # a tokenizer is an analyzer to Whoosh, though not to its types
WORDS = ["a", "ab", "abc", "b", "bc", "über", "ue", "z"]
TAGS = ["rot", "grün", "blau"]
SCHEMA = fields.Schema(
    key=fields.ID(stored=True, unique=True, sortable=True),
    title=fields.TEXT(analyzer=_WORD, stored=True),
    text=fields.TEXT(analyzer=_WORD),
    heavy=fields.TEXT(analyzer=_WORD, field_boost=2.0, phrase=False),
    tag=fields.KEYWORD(commas=True, scorable=False),
    number=fields.NUMERIC(int, sortable=True, signed=True),
)


class Near(spans.SpanNear):
    """Whoosh's, which cannot say how large it is and so cannot stand in an `And`."""

    def estimate_size(self, reader: Any) -> int:
        """As many documents as have both."""
        return int(self.q.estimate_size(reader))


@dataclass(frozen=True)
class Archive:
    """Documents in segments, and which of them are deleted in the end."""

    segments: Sequence[Sequence[dict[str, Any]]]
    deleted: frozenset[int] = field(default_factory=frozenset)

    @property
    def count(self) -> int:
        """Documents, deleted ones among them."""
        return sum(map(len, self.segments))


def _text(size: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), min_size=1, max_size=size).map(" ".join)


_DOCUMENTS = st.fixed_dictionaries(
    {"text": _text(12)},
    optional={
        "title": _text(4),
        "heavy": _text(4),
        "tag": st.lists(st.sampled_from(TAGS), min_size=1, max_size=2, unique=True).map(",".join),
        "number": st.integers(-5, 5),
    },
)


@st.composite
def archives(draw: st.DrawFn) -> Archive:
    """Up to three segments with deletions."""
    segments = draw(st.lists(st.lists(_DOCUMENTS, min_size=1, max_size=12), min_size=1, max_size=3))
    count = sum(map(len, segments))
    deleted = draw(st.frozensets(st.integers(0, count - 1), max_size=count // 2))
    number = 0
    for segment in segments:
        for document in segment:
            document["key"] = str(number)
            number += 1
    return Archive(segments, deleted)


_BOOSTS = st.sampled_from([1.0, 1.0, 2.5, 0.5])
_TEXT_FIELDS = st.sampled_from(["text", "title"])
_LEAVES = st.one_of(
    st.builds(
        query.Term, st.sampled_from(["text", "title", "heavy"]), st.sampled_from([*WORDS, "fehlt"]), boost=_BOOSTS
    ),
    st.builds(query.Term, st.just("tag"), st.sampled_from([*TAGS, "fehlt"]), boost=_BOOSTS),
    st.builds(
        query.Phrase,
        _TEXT_FIELDS,
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
        slop=st.integers(1, 3),
        boost=_BOOSTS,
    ),
    st.builds(query.Prefix, _TEXT_FIELDS, st.sampled_from(["a", "ab", "ü", "q"]), boost=_BOOSTS),
    st.builds(query.Wildcard, _TEXT_FIELDS, st.sampled_from(["*b*", "?", "a?c", "[ab]*", "*c", "?b*"]), boost=_BOOSTS),
    st.builds(
        query.FuzzyTerm, _TEXT_FIELDS, st.sampled_from(["ab", "uber"]), boost=_BOOSTS, prefixlength=st.integers(0, 1)
    ),
    st.builds(
        query.TermRange,
        _TEXT_FIELDS,
        st.sampled_from([None, "a", "ab", "y"]),
        st.sampled_from([None, "abc", "b", "y"]),
        startexcl=st.booleans(),
        endexcl=st.booleans(),
        boost=_BOOSTS,
    ),
    st.builds(
        query.NumericRange,
        st.just("number"),
        st.none() | st.integers(-6, 3),
        st.none() | st.integers(-3, 6),
        startexcl=st.booleans(),
        endexcl=st.booleans(),
        boost=_BOOSTS,
    ),
    st.builds(
        lambda name, a, b, slop, ordered: Near(query.Term(name, a), query.Term(name, b), slop, ordered),
        _TEXT_FIELDS,
        st.sampled_from(WORDS),
        st.sampled_from(WORDS),
        st.integers(1, 4),
        st.booleans(),
    ),
    st.builds(query.Every, st.sampled_from([None, "title", "tag"]), boost=_BOOSTS),
    st.builds(query.Regex, _TEXT_FIELDS, st.just("a.*")).map(query.ConstantScoreQuery),
)


def _nodes(inner: st.SearchStrategy[query.Query]) -> st.SearchStrategy[query.Query]:
    several = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(query.And, several, boost=_BOOSTS),
        st.builds(query.Or, several, boost=_BOOSTS),
        st.builds(query.Not, inner),
        st.builds(query.AndNot, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.builds(query.Require, inner, inner),
        st.builds(query.ConstantScoreQuery, inner, _BOOSTS),
    )


TREES: st.SearchStrategy[query.Query] = st.recursive(_LEAVES, _nodes, max_leaves=8)


def as_stock(node: query.Query) -> query.Query:
    """The tree without what is meant to differ, or is wrong in Whoosh.

    Expanded terms score their boost. An `AndNot` is asked for as a `Not`, as Whoosh's lets its first document through
    where the unwanted ones begin before it; an `AndMaybe` as an `Or` in which one is required, as Whoosh's sometimes
    loses the score of the other when it skips.
    """
    if isinstance(node, query.Prefix | query.Wildcard | query.FuzzyTerm | query.TermRange):
        return query.ConstantScoreQuery(node, node.boost)
    if isinstance(node, spans.SpanNear | query.Phrase):
        return node
    if isinstance(node, query.AndNot):
        return query.Require(as_stock(node.a), query.Not(as_stock(node.b)))
    if isinstance(node, query.AndMaybe):
        required = as_stock(node.a)
        return query.Require(query.Or([required, as_stock(node.b)]), required)
    return node.apply(as_stock)


@contextmanager
def both(archive: Archive) -> Iterator[tuple[ArrayIndex, Index]]:
    """The archive under both codecs."""
    with TemporaryDirectory() as folder:
        ours = ArrayIndex.create(Path(folder), SCHEMA)
        stock = RamStorage().create_index(SCHEMA)
        for index in (ours, stock):
            for segment in archive.segments:
                writer = index.writer()
                for document in segment:
                    writer.add_document(**document)
                writer.commit(merge=False)
            if archive.deleted:
                writer = index.writer() if index is stock else ArrayIndex.open(Path(folder), SCHEMA).writer()
                for number in archive.deleted:
                    writer.delete_document(number)
                writer.commit(merge=False)
        yield ArrayIndex.open(Path(folder), SCHEMA), stock
