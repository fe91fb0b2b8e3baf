"""Schema and query trees in Whoosh's terms, the same for stock Whoosh and for this project."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from whoosh import fields, query
from whoosh.analysis import Analyzer, Token

from bench.analysis import WORD, Analysis
from bench.corpus import Text
from bench.engines.base import TITLE_WEIGHT
from bench.queries import Query

_FIELDS = (("title", TITLE_WEIGHT), ("text", 1.0))


class StemAnalyzer(Analyzer):
    """Words, lower case, stems. It pickles as its class alone: Whoosh pickles schemas."""

    def __init__(self) -> None:
        self._analysis = Analysis()

    def __reduce__(self) -> tuple[type["StemAnalyzer"], tuple[()]]:
        """The class alone."""
        return type(self), ()

    def __repr__(self) -> str:
        """The class has no options."""
        return "StemAnalyzer()"

    def context_free_terms(self, piece: str) -> list[str]:
        """The stems of the words in a piece: each is analysed by itself, so a writer asks once for each piece."""
        return [self._analysis.stem(word) for word in WORD.findall(piece.lower())]

    def __call__(self, value: str, **_modes: Any) -> Iterator[Token]:
        """The tokens of a text."""
        token = Token(positions=True, chars=True)
        for position, found in enumerate(WORD.finditer(value)):
            token.text = self._analysis.stem(found.group().lower())
            token.pos = position
            token.startchar, token.endchar = found.span()
            token.boost = 1.0
            token.stopped = False
            yield token


@dataclass(frozen=True)
class Prepared:
    """A query tree, the tree that narrows it, and whether tags are counted."""

    tree: query.Query
    allowed: query.Query | None
    facet: bool


def schema() -> fields.Schema:
    """The fields of the bench."""
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        title=fields.TEXT(analyzer=StemAnalyzer(), stored=True),
        text=fields.TEXT(analyzer=StemAnalyzer(), stored=True),
        tags=fields.KEYWORD(commas=True, stored=True),
        published=fields.NUMERIC(int, bits=64, sortable=True),
    )


def document(text: Text) -> dict[str, Any]:
    """The text as the fields of the schema."""
    document: dict[str, Any] = {"id": text.id, "title": text.title, "text": text.text, "tags": ",".join(text.tags)}
    if text.published is not None:
        document["published"] = text.published
    return document


def prepare(asked: Query, analysis: Analysis) -> Prepared:
    """The query as a tree over title and text."""
    stems = [analysis.stem(word) for word in asked.words]
    tree: query.Query
    if asked.prefix:
        tree = query.Or([query.Prefix(name, asked.words[0], boost=weight) for name, weight in _FIELDS])
    elif asked.phrase and len(stems) > 1:
        tree = query.Or([query.Phrase(name, stems, boost=weight) for name, weight in _FIELDS])
    else:
        each = [query.Or([query.Term(name, stem, boost=weight) for name, weight in _FIELDS]) for stem in stems]
        group = query.And if asked.every else query.Or
        tree = each[0] if len(each) == 1 else group(each)
    return Prepared(tree, _allowed(asked), asked.facet)


def _allowed(asked: Query) -> query.Query | None:
    if asked.tag is not None:
        return query.Term("tags", asked.tag)
    if asked.first is not None or asked.last is not None:
        return query.NumericRange("published", asked.first, asked.last)
    return None
