"""Tantivy through tantivy-py, indexing with one thread."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import tantivy
from tantivy import Occur

from bench.corpus import Text
from bench.engines.base import FACETS, HITS, TITLE_WEIGHT, Answer, InProcess
from bench.queries import Query

_HEAP_BYTES = 400_000_000
_ALL_TAGS = 65_000
_FIELDS = (("title", TITLE_WEIGHT), ("text", 1.0))
_BY_TAG = {"tags": {"terms": {"field": "tags", "size": FACETS, "segment_size": _ALL_TAGS}}}


@dataclass(frozen=True)
class Prepared:
    """A query object, and whether tags are counted."""

    query: tantivy.Query
    facet: bool


class Adapter(InProcess):
    """Tags and days are fast fields; totals are exact, and so are facets: every segment counts all its tags."""

    def __init__(self) -> None:
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
        self._analyzer = words.filter(tantivy.Filter.stemmer("german")).build()
        self._schema = _schema()
        self._searcher: tantivy.Searcher | None = None

    def versions(self) -> dict[str, str]:
        """The package that binds the library."""
        return {"tantivy-py": version("tantivy")}

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Adds the texts one by one and waits for merges."""
        index = tantivy.Index(self._schema, path=str(folder))
        index.register_tokenizer("german", self._analyzer)
        writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        for text in texts:
            document = tantivy.Document(id=text.id, title=text.title, text=text.text, tags=list(text.tags))
            if text.published is not None:
                document.add_integer("published", text.published)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        """Opens one searcher."""
        index = tantivy.Index.open(str(folder))
        index.register_tokenizer("german", self._analyzer)
        self._searcher = index.searcher()
        self.note = f"Segments: {self._searcher.num_segments}."

    def prepare(self, query: Query) -> Prepared:
        """The query object."""
        text = self._text_query(query)
        allowed = self._allowed(query)
        if allowed is not None:
            text = tantivy.Query.boolean_query([(Occur.Must, text), (Occur.Must, allowed)])
        return Prepared(text, query.facet)

    def search(self, prepared: Prepared) -> Answer:
        """Best ten and total in one search, facets in a second."""
        if self._searcher is None:
            raise RuntimeError("No index is open.")
        result = self._searcher.search(prepared.query, HITS, count=True)
        titles = [self._searcher.doc(address)["title"][0] for _, address in result.hits]
        counts: dict[str, int] = {}
        if prepared.facet:
            buckets = self._searcher.aggregate(prepared.query, _BY_TAG)["tags"]["buckets"]
            counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
        return Answer(int(result.count), titles, counts)  # type: ignore[attr-defined]

    def _text_query(self, query: Query) -> tantivy.Query:
        if query.prefix:
            pattern = re.escape(query.words[0]) + ".*"
            return _either([tantivy.Query.regex_query(self._schema, name, pattern) for name, _ in _FIELDS])
        stems = [stem for word in query.words for stem in self._analyzer.analyze(word)]
        if query.phrase and len(stems) > 1:
            return _either([tantivy.Query.phrase_query(self._schema, name, list(stems)) for name, _ in _FIELDS])
        if query.every:
            return tantivy.Query.boolean_query([(Occur.Must, self._terms([stem])) for stem in stems])
        return self._terms(stems)

    def _terms(self, stems: list[str]) -> tantivy.Query:
        """One flat list of terms: the form that Tantivy answers fastest."""
        terms = [tantivy.Query.term_query(self._schema, name, stem) for stem in stems for name, _ in _FIELDS]
        return _either(terms)

    def _allowed(self, query: Query) -> tantivy.Query | None:
        if query.tag is not None:
            tag = tantivy.Query.term_query(self._schema, "tags", query.tag, index_option="basic")
            return tantivy.Query.const_score_query(tag, 0.0)
        if query.first is None and query.last is None:
            return None
        kind = tantivy.FieldType.Integer
        days = tantivy.Query.range_query(self._schema, "published", kind, query.first, query.last)
        return tantivy.Query.const_score_query(days, 0.0)


def _either(queries: list[tantivy.Query]) -> tantivy.Query:
    """Title and text by turns, the title with its weight."""
    weights = [weight for _, weight in _FIELDS] * len(queries)
    weighted = [tantivy.Query.boost_query(query, weight) for query, weight in zip(queries, weights, strict=False)]
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in weighted])


def _schema() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    schema.add_text_field("title", stored=True, tokenizer_name="german")
    schema.add_text_field("text", stored=True, tokenizer_name="german")
    schema.add_text_field("tags", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    schema.add_integer_field("published", stored=True, indexed=True, fast=True)
    return schema.build()
