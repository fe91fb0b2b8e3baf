"""Runs the engines one after another, each step in a process of its own, and gathers the figures."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from bench import corpus, queries, zipf
from bench.figures import EngineFigures, SizeFigures, build_figures, search_figures
from bench.queries import Query
from bench.settings import EXAMPLES, Settings

_GENERATED = 20_000
_GENERATED_MOST = 100_000


@dataclass(frozen=True)
class Results:
    """Everything that a run has measured."""

    settings: Settings
    queries: dict[str, int]
    sizes: tuple[SizeFigures, ...]


def run(settings: Settings, say: Callable[[str], None]) -> Results:
    """Measures every engine on every number of texts."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        source = settings.corpus or _generated(folder, settings, say)
        asked = queries.read(settings.queries) if settings.queries else queries.make(corpus.read(source))
        numbered = list(enumerate(asked))
        sizes = tuple(_size(settings, source, limit, numbered, folder, say) for limit in settings.limits)
    return Results(settings, _by_kind(asked), sizes)


def _generated(folder: Path, settings: Settings, say: Callable[[str], None]) -> Path:
    """A corpus out of the examples; above a bound it grows like any other corpus."""
    target = folder / "generated.jsonl"
    texts = min(max(settings.limits) or _GENERATED, _GENERATED_MOST)
    say(f"making {texts} texts from {EXAMPLES}/")
    zipf.write(EXAMPLES, target, texts)
    return target


def _size(  # noqa: PLR0913, PLR0917 - one step of the run, called in one place
    settings: Settings,
    source: Path,
    limit: int,
    asked: list[tuple[int, Query]],
    folder: Path,
    say: Callable[[str], None],
) -> SizeFigures:
    texts = folder / "texts.jsonl"
    prepared = corpus.prepare(source, texts, limit)
    say(f"{prepared.texts} texts, {prepared.raw_bytes / 1e6:.0f} MB, {len(asked)} queries")
    engines = []
    for name in settings.engines:
        sampled = name == "whoosh" and 0 < settings.whoosh_limit < prepared.texts
        own_texts, own_queries = texts, asked
        if sampled:
            own_texts = folder / "sample.jsonl"
            corpus.prepare(texts, own_texts, settings.whoosh_limit)
        if name == "whoosh" and settings.whoosh_queries:
            own_queries = _sample(asked, settings.whoosh_queries)
        engines.append(_engine(settings, name, own_texts, own_queries, folder / name))
        say(_line(engines[-1]))
    return SizeFigures(prepared.texts, prepared.raw_bytes, tuple(engines))


def _engine(settings: Settings, name: str, texts: Path, asked: list[tuple[int, Query]], folder: Path) -> EngineFigures:
    """Builds and searches in two processes, so that what indexing leaves in memory is not counted as search."""
    folder.mkdir()
    try:
        job: dict[str, Any] = {"engine": name, "folder": str(folder)}
        built = _worker({**job, "action": "build", "texts": str(texts)}, settings)
        if "missing" in built:
            return EngineFigures(name, {}, missing=built["missing"])
        rows = [(number, asdict(query)) for number, query in asked]
        limits = {"rounds": settings.rounds, "budget": settings.budget}
        found = _worker({**job, "action": "search", "queries": rows, **limits}, settings)
        build, search = build_figures(built["figures"]), search_figures(found["figures"])
        return EngineFigures(name, found["versions"], found["note"], build=build, search=search)
    except subprocess.CalledProcessError as error:
        return EngineFigures(name, {}, missing=f"it failed with code {error.returncode}")
    finally:
        shutil.rmtree(folder)


def _worker(job: dict[str, Any], settings: Settings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-job-") as name:
        source, target = Path(name) / "job.json", Path(name) / "figures.json"
        source.write_bytes(orjson.dumps(job))
        environment = {**os.environ, "PROCS": str(settings.procs)}
        command = [sys.executable, "-m", "bench.worker", str(source), str(target)]
        subprocess.run(command, check=True, env=environment)
        figures: dict[str, Any] = orjson.loads(target.read_bytes())
        return figures


def _sample(asked: Iterable[tuple[int, Query]], each: int) -> list[tuple[int, Query]]:
    """The first queries of each class."""
    taken: dict[str, int] = {}
    sample = []
    for number, query in asked:
        taken[query.kind] = taken.get(query.kind, 0) + 1
        if taken[query.kind] <= each:
            sample.append((number, query))
    return sample


def _by_kind(asked: list[Query]) -> dict[str, int]:
    counts = dict.fromkeys(queries.CLASSES, 0)
    for query in asked:
        counts[query.kind] = counts.get(query.kind, 0) + 1
    return {kind: count for kind, count in counts.items() if count}


def _line(figures: EngineFigures) -> str:
    if figures.build is None or figures.search is None:
        return f"{figures.name}: left out, {figures.missing}"
    rate = figures.build.texts / figures.build.seconds
    total = sum(query.median for query in figures.search.queries)
    return f"{figures.name}: {rate:.0f} texts/s, {total:.2f} s for {len(figures.search.queries)} queries"
