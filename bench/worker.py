"""One engine in a process of its own: builds its index, or opens it and measures the queries."""

import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from bench import corpus, memory
from bench.corpus import Text
from bench.engines.base import Engine, NotAvailableError
from bench.engines.registry import engine
from bench.figures import BuildFigures, QueryFigures, SearchFigures
from bench.queries import Query


@dataclass
class _Counted:
    """Hands on texts and counts them."""

    source: Iterator[Text]
    texts: int = 0
    raw_bytes: int = 0

    def __iter__(self) -> Iterator[Text]:
        for text in self.source:
            self.texts += 1
            self.raw_bytes += text.raw_bytes
            yield text


@dataclass
class _Measured:
    """One query on its way through the rounds."""

    number: int
    query: Query
    prepared: Any
    seconds: list[float] = field(default_factory=list)
    total: int = 0


def build(adapter: Engine, texts: Path, folder: Path) -> BuildFigures:
    """Builds the index. The seconds contain reading the texts, which is the same for all engines."""
    counted = _Counted(corpus.read(texts))
    start = time.perf_counter()
    adapter.build(counted, folder)
    seconds = time.perf_counter() - start
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    peak = memory.peak(adapter.process)
    return BuildFigures(counted.texts, counted.raw_bytes, seconds, size, peak, adapter.fields(folder))


def search(
    adapter: Engine, folder: Path, queries: list[tuple[int, Query]], rounds: int, budget: float
) -> SearchFigures:
    """Opens the index and runs all queries round by round, so that no query follows itself."""
    start = time.perf_counter()
    adapter.open(folder)
    open_seconds = time.perf_counter() - start
    open_bytes, open_private = memory.resident(adapter.process), memory.private(adapter.process)
    measured = [_Measured(number, query, adapter.prepare(query)) for number, query in queries]
    measured = [one for one in measured if one.prepared is not None]
    started, done = time.perf_counter(), 0
    while done < adapter.warm_ups + rounds:
        _round(adapter, measured)
        done += 1
        if time.perf_counter() - started > budget:
            break
    # Where the budget was used up early, the warm-up is all there is.
    kept = max(1, done - adapter.warm_ups)
    return SearchFigures(
        open_seconds=open_seconds,
        open_bytes=open_bytes,
        open_private_bytes=open_private,
        end_bytes=memory.resident(adapter.process),
        end_private_bytes=memory.private(adapter.process),
        rounds=kept,
        queries=tuple(
            QueryFigures(one.number, one.query.kind, one.seconds[0], median(one.seconds[-kept:]), one.total)
            for one in measured
        ),
    )


def _round(adapter: Engine, measured: list[_Measured]) -> None:
    for one in measured:
        start = time.perf_counter()
        answer = adapter.search(one.prepared)
        seconds = time.perf_counter() - start
        one.seconds.append(seconds if answer.seconds is None else answer.seconds)
        one.total = answer.total


def _work(job: dict[str, Any]) -> dict[str, Any]:
    try:
        adapter = engine(job["engine"])
    except NotAvailableError as error:
        return {"missing": str(error), "versions": {}, "note": ""}
    folder = Path(job["folder"])
    figures: BuildFigures | SearchFigures
    try:
        if job["action"] == "build":
            figures = build(adapter, Path(job["texts"]), folder)
        else:
            queries = [(number, _query(row)) for number, row in job["queries"]]
            figures = search(adapter, folder, queries, job["rounds"], job["budget"])
        return {"figures": asdict(figures), "versions": adapter.versions(), "note": adapter.note}
    finally:
        adapter.close()


def _query(row: dict[str, Any]) -> Query:
    return Query(**{**row, "words": tuple(row["words"])})


def main() -> None:
    """Reads a job from the first file named and writes its figures to the second."""
    job, figures = Path(sys.argv[1]), Path(sys.argv[2])
    figures.write_bytes(orjson.dumps(_work(orjson.loads(job.read_bytes()))))


if __name__ == "__main__":
    main()
