"""`make bench-hard`: queries that are meant to hurt, and changes to a large index, on this project's own index.

Reads the environment: CORPUS (NDJSON with `title` and `text`; a generated one if there is none), LIMIT (texts, all if
empty) and RESULTS.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click
import numpy as np
from whoosh import query
from whoosh.query.spans import SpanFirst, SpanNear

from bench import corpus, memory, zipf
from bench.engines.whoosh_queries import document, schema
from bench.settings import EXAMPLES
from service.index.arrays.evaluator import Evaluator
from service.index.arrays.index import ArrayIndex

_GENERATED = 20_000
_CHANGED = 100
_TRIES = 5
_MANY = 500
_NESTED = 50
_FIELD = "text"


def main() -> None:
    """Prints the tables and writes them to bench/RESULTS-HARD.md."""
    limit = int(os.environ.get("LIMIT") or 0)
    with tempfile.TemporaryDirectory(prefix="bench-hard-") as name:
        folder = Path(name)
        source = Path(os.environ["CORPUS"]) if os.environ.get("CORPUS") else folder / "generated.jsonl"
        if not os.environ.get("CORPUS"):
            zipf.write(EXAMPLES, source, limit or _GENERATED)
        index = folder / "index"
        with ArrayIndex.create(index, schema()).writer() as writer:
            for text in islice(corpus.read(source), limit or None):
                writer.add_document(**document(text))
        text = _report(index, source)
    click.echo(text)
    Path(os.environ.get("RESULTS") or "bench/RESULTS-HARD.md").write_text(text, "utf-8")


def _report(folder: Path, source: Path) -> str:
    start = time.perf_counter()
    index = ArrayIndex.open(folder, schema())
    evaluator = index.evaluator()
    opening = time.perf_counter() - start
    words = _frequent_words(index)
    texts = evaluator.search(query.Every()).total
    rows = [_measured(evaluator, name, wanted) for name, wanted in _cases(words)]
    private = memory.private(os.getpid()) or 0
    lines = [
        "# Hard cases",
        "",
        (
            f"`make bench-hard CORPUS={source.name}`: {texts:,} texts. Milliseconds of the first time and the median "
            f"of {_TRIES} more; a query that was cut short says what it did not finish."
        ),
        "",
        "| query | first ms | then ms | matches | cut short |",
        "|---|---:|---:|---:|---|",
        *rows,
        "",
        "| what | value |",
        "|---|---:|",
        f"| opening the index | {opening * 1e3:.1f} ms |",
        f"| {_CHANGED} changed texts until a search finds them | {_change(folder, source):.2f} s |",
        f"| private memory after these queries | {private / 1e6:.0f} MB |",
        "",
    ]
    return "\n".join(lines)


def _measured(evaluator: Evaluator, name: str, wanted: query.Query) -> str:
    times = []
    for _ in range(1 + _TRIES):
        start = time.perf_counter()
        found = evaluator.search(wanted)
        times.append(time.perf_counter() - start)
    limited = ", ".join(sorted(found.limited))
    cell = name.replace("|", "\\|")
    return f"| {cell} | {times[0] * 1e3:.1f} | {np.median(times[1:]) * 1e3:.1f} | {found.total:,} | {limited} |"


def _frequent_words(index: ArrayIndex) -> list[str]:
    """The words that are in most texts of the largest segment, the most frequent first."""
    largest = max(index.segments, key=lambda segment: segment.doc_count_all())
    data = largest.data.fields[_FIELD]
    frequencies = [data.document_frequency(number) for number in range(len(data.terms))]
    order = np.argsort(-np.array(frequencies), kind="stable")[: 2 * _MANY]
    return [data.terms[number].decode() for number in order.tolist()]


def _cases(words: list[str]) -> Iterator[tuple[str, query.Query]]:
    terms = [query.Term(_FIELD, word) for word in words]
    for pattern in ("*a*", "a*", "????", "*", "*ung", "?a*e?", "*a*b*c*", "[a-m]*"):
        yield f"`{pattern}`", query.Wildcard(_FIELD, pattern)
    yield "`.*a.*e.*` as a regular expression", query.Regex(_FIELD, ".*a.*e.*")
    yield "20 patterns `*x*` in `Or`", query.Or([query.Wildcard(_FIELD, f"*{x}*") for x in "abcdefghijklmnopqrst"])
    yield f"the {_MANY} most frequent words in `Or`", query.Or(terms[:_MANY])
    yield f"{_MANY} less frequent words in `Or`", query.Or(terms[_MANY:])
    yield f"the {_MANY} most frequent words in `And`", query.And(terms[:_MANY])
    yield f"{_NESTED} nested brackets", _nested(terms, 0)
    yield "phrase of the ten most frequent words", query.Phrase(_FIELD, words[:10])
    yield "phrase of the most frequent word ten times", query.Phrase(_FIELD, words[:1] * 10)
    yield "the same ten with a slop of 3", query.Phrase(_FIELD, words[:10], slop=3)
    yield "the two most frequent near each other", SpanNear(terms[0], terms[1], slop=3, ordered=False)
    for word, most in (("verwaltungsgericht", 1), ("verwaltungsgericht", 2), ("der", 2)):
        yield f"`{word}` within {most}", query.FuzzyTerm(_FIELD, word, maxdist=most, prefixlength=0)
    fuzzy = [query.FuzzyTerm(_FIELD, word, maxdist=2, prefixlength=0) for word in words[_MANY : _MANY + 10]]
    yield "ten words within 2 in `Or`", query.Or(fuzzy)
    yield "`Or` of 20 words of which 3 must match (Whoosh's matcher)", query.Or(terms[:20], minmatch=3)
    yield "the most frequent word at the beginning (Whoosh's matcher)", SpanFirst(terms[0])


def _nested(terms: list[query.Term], depth: int) -> query.Query:
    if depth == _NESTED:
        return terms[depth]
    return query.And([terms[depth], query.Or([_nested(terms, depth + 1), terms[_NESTED + depth]])])


def _change(folder: Path, source: Path) -> float:
    """Seconds that it takes to replace some texts, open the index and find them."""
    texts = list(islice(corpus.read(source), _CHANGED))
    start = time.perf_counter()
    writer = ArrayIndex.open(folder, schema()).writer()
    for text in texts:
        writer.update_document(**{**document(text), "text": "neufassung " + text.text})
    writer.commit()
    found = ArrayIndex.open(folder, schema()).evaluator().search(query.Term(_FIELD, "neufass"))
    if found.total < _CHANGED:
        raise RuntimeError(f"Only {found.total} of {_CHANGED} changed texts are found.")
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
