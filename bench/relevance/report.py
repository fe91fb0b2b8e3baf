"""The report of a run: a table for each set, and one for each variant of its queries."""

from collections.abc import Iterator

from bench.relevance.metrics import METRICS
from bench.relevance.run import Results, Row, SetFigures

_INTRODUCTION = (
    "Figures are means over the queries; the gain of a passage is its relevance divided by log2 of its place and one. "
    "Any word may match, but in the project's own set (`examples`), where the judgement of a query says whether all "
    "of its words must. `ours without …` is this project with one tier of matches switched off. Stock Whoosh: BM25F "
    "over Snowball's stems. Lucene: BM25 (k1 1.2, b 0.75) over its GermanAnalyzer. Both have title and text as one "
    "field, and read no operators."
)


def report(results: Results) -> str:
    """The whole report."""
    half = results.settings.half
    parts = ["# Relevance", f"Made by `{results.settings.command}`. {_INTRODUCTION}"]
    if half is not None:
        parts.append(f"Only half {half} of the queries was asked.")
    for judged in results.sets:
        parts.extend(_set(judged))
    return "\n\n".join(parts) + "\n"


def _set(judged: SetFigures) -> Iterator[str]:
    yield f"## {judged.name}: {judged.passages:,} passages, {judged.queries['']:,} queries"
    yield from (f"{engine} is left out: {reason}." for engine, reason in judged.missing.items())
    for wording, rows in judged.rows.items():
        if wording:
            yield f"### {judged.name}, {wording}: {judged.queries[wording]:,} queries (clean: the same as they are)"
        yield _table(rows, judged.queries[wording])


def _table(rows: list[Row], queries: int) -> str:
    with_clean = any(row.clean is not None for row in rows)
    heads = [name for metric in METRICS for name in ([metric, "clean"] if with_clean else [metric])]
    lines = [["engine", *heads], ["---", *["---:"] * len(heads)]]
    for row in rows:
        title = row.engine if row.queries == queries else f"{row.engine} ({row.queries} of the queries)"
        lines.append([title, *_cells(row)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> Iterator[str]:
    for metric in METRICS:
        yield f"{row.figures[metric]:.4f}"
        if row.clean is not None:
            yield f"{row.clean[metric]:.4f}"
