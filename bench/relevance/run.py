"""Asks the engines for every judged set and gathers the figures."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from bench.engines.base import NotAvailableError
from bench.relevance.lucene import Lucene
from bench.relevance.metrics import Run, evaluate
from bench.relevance.ours import OURS, TIERS, WHOLE, Ours
from bench.relevance.sets import JudgedSet, Qrels, Query, find
from bench.relevance.settings import Settings
from bench.relevance.whoosh import Whoosh, sample

Rank = Callable[[Sequence[Query]], Run]
Say = Callable[[str], None]

_OWN = {"ours": WHOLE, "tiers": TIERS}
_WHOOSH = "stock Whoosh"


@dataclass(frozen=True)
class Row:
    """The figures of one engine on one wording of the queries.

    `clean` are those of the same queries as they are, where this is a variant of them.
    """

    engine: str
    queries: int
    figures: dict[str, float]
    clean: dict[str, float] | None = None


@dataclass(frozen=True)
class SetFigures:
    """One set: for each wording of its queries ("" is as they are) the engines' figures; which engines are missing."""

    name: str
    passages: int
    queries: dict[str, int]
    rows: dict[str, list[Row]]
    missing: dict[str, str]


@dataclass(frozen=True)
class Results:
    """Everything that a run has measured."""

    settings: Settings
    sets: tuple[SetFigures, ...]


def run(settings: Settings, say: Say) -> Results:
    """Measures every set; only one is in memory at a time."""
    sets = (judged if settings.half is None else judged.half(settings.half) for judged in find(settings.sets))
    return Results(settings, tuple(_measure(judged, settings, say) for judged in sets))


def _measure(judged: JudgedSet, settings: Settings, say: Say) -> SetFigures:
    asked = dict(judged.asked())
    counts = {wording: len(queries) for wording, queries in asked.items()}
    say(f"{judged.name}: {len(judged.passages):,} passages, {sum(counts.values()):,} queries")
    rows: dict[str, list[Row]] = {wording: [] for wording in asked}
    missing: dict[str, str] = {}
    whole: dict[str, Run] = {}
    with tempfile.TemporaryDirectory(prefix="relevance-") as name:
        for group in _groups(settings.engines):
            try:
                for title, rank in _ranks(group, judged, settings, Path(name), say):
                    runs = _runs(title, rank, asked, say)
                    whole = runs if title == OURS else whole
                    _add(rows, title, runs, judged.qrels)
                    if title == _WHOOSH and whole and len(runs[""]) < len(whole[""]):
                        _add(rows, f"{OURS}, the same queries", _same(whole, runs), judged.qrels)
            except NotAvailableError as error:
                missing[group[0]] = str(error)
                say(f"{group[0]}: left out, {error}")
    return SetFigures(judged.name, len(judged.passages), counts, rows, missing)


def _groups(engines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The engines in turn, this project once: its index is built once, however it is asked."""
    own = tuple(engine for engine in engines if engine in _OWN)
    if own:
        yield own
    yield from ((engine,) for engine in engines if engine not in _OWN)


def _ranks(
    group: tuple[str, ...], judged: JudgedSet, settings: Settings, place: Path, say: Say
) -> Iterator[tuple[str, Rank]]:
    """What the engines of a group are asked as, by the titles of their rows."""
    if group == ("whoosh",):
        whoosh = Whoosh(judged, place / "whoosh")
        yield _WHOOSH, lambda queries: whoosh.rank(sample(queries, settings.whoosh_queries))
    elif group == ("lucene",):
        yield "Lucene", Lucene(judged, place / "lucene").rank
    else:
        ours = Ours(judged, place / "ours", say)
        for engine in group:
            for title, expand in _OWN[engine].items():
                yield title, partial(ours.rank, expand=expand)


def _runs(title: str, rank: Rank, asked: Mapping[str, Sequence[Query]], say: Say) -> dict[str, Run]:
    start = perf_counter()
    runs = {wording: rank(queries) for wording, queries in asked.items()}
    say(f"{title}: {sum(map(len, runs.values())):,} queries in {perf_counter() - start:.1f} s")
    return runs


def _add(rows: Mapping[str, list[Row]], title: str, runs: Mapping[str, Run], qrels: Qrels) -> None:
    """One row for each wording of the queries; a variant stands beside the clean queries of the same ids."""
    for wording, found in runs.items():
        ids = [query for query in found if query in runs[""]]
        clean = evaluate(runs[""], qrels, ids) if wording else None
        rows[wording].append(Row(title, len(ids), evaluate(found, qrels, ids), clean))


def _same(whole: Mapping[str, Run], sampled: Mapping[str, Run]) -> dict[str, Run]:
    """The run of the queries that another engine was asked."""
    return {wording: {query: found[query] for query in sampled[wording]} for wording, found in whole.items()}
