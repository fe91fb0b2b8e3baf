"""The report of a run: one Markdown table for each topic."""

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from statistics import mean, median

from bench import memory
from bench.figures import EngineFigures, QueryFigures, SizeFigures
from bench.run import Results

_OURS = "ours"
_ALL = "all"
_MB = 1e6
_TOPICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Median": median,
    "Mean": mean,
    "95th percentile": lambda times: percentile(times, 0.95),
    "Maximum": max,
}
_OTHERS = (
    "This is the index alone. Every endpoint at 100,000 articles: [RESULTS-API.md](RESULTS-API.md); requests over "
    "HTTP: [RESULTS-HTTP.md](RESULTS-HTTP.md); many added and deleted articles: [RESULTS-HARD.md](RESULTS-HARD.md); "
    "how good answers are: [RESULTS-RELEVANCE.md](RESULTS-RELEVANCE.md)."
)


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest time that is not below so large a share of all."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def report(results: Results) -> str:
    """The whole report."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in results.queries.items())
    parts = [
        "# Results of the bench",
        (
            f"Made by `{results.settings.command}` on {_machine()}. "
            f"{sum(results.queries.values())} queries: {kinds}. "
            "Every answer has up to ten stored titles and an exact total; the query is parsed beforehand. "
            "Engines run one after another, each in a process of its own: all queries once to warm up (Lucene: ten "
            f"times), then up to {results.settings.rounds} rounds of all queries; a query's time is its median."
        ),
        _OTHERS,
        *(part for size in results.sizes for part in _size(size, list(results.queries))),
    ]
    if len(results.sizes) > 1:
        parts += ["## Growth", "Median of all queries in ms, and texts indexed per second.", _growth(results.sizes)]
    parts += ["## Versions", _versions(results.sizes[-1])]
    return "\n\n".join(parts) + "\n"


def _size(size: SizeFigures, kinds: list[str]) -> Iterable[str]:
    engines = [engine for engine in size.engines if engine.search is not None]
    yield f"## {size.texts:,} texts, {size.raw_bytes / _MB:,.0f} MB"
    notes = _notes(size)
    if notes:
        yield notes
    for topic, statistic in _TOPICS.items():
        yield f"### {topic} in ms (times that of `{_OURS}`)"
        yield _times(engines, kinds, statistic)
    yield "### Each query for the first time: median in ms"
    yield _first(engines, kinds)
    yield "### Indexing"
    yield _indexing(engines)
    yield "### Opening and memory"
    yield _opening(engines)
    yield "### Queries with the same total"
    yield _agreement(engines, kinds)
    yield from _fields(engines)


def _times(engines: list[EngineFigures], kinds: list[str], statistic: Callable[[Sequence[float]], float]) -> str:
    """The ratio compares the queries that both engines answered."""
    rows = []
    for kind in [*kinds, _ALL]:
        found = {engine.name: _of(engine, kind, lambda query: query.median) for engine in engines}
        ours = found.get(_OURS, {})
        cells = []
        for name, times in found.items():
            both = [ours[number] for number in times if number in ours] if name != _OURS else []
            cells.append(_cell(times, both, statistic))
        rows.append([kind, *cells])
    return _table(["class", *(engine.name for engine in engines)], rows)


def _first(engines: list[EngineFigures], kinds: list[str]) -> str:
    rows = []
    for kind in [*kinds, _ALL]:
        found = [_of(engine, kind, lambda query: query.first) for engine in engines]
        rows.append([kind, *(_cell(times, [], median) for times in found)])
    return _table(["class", *(engine.name for engine in engines)], rows)


def _of(engine: EngineFigures, kind: str, value: Callable[[QueryFigures], float]) -> dict[int, float]:
    """The times of a class by query; over all classes only where the engine answers all of them."""
    if engine.search is None or (kind == _ALL and engine.name == "bm25s"):
        return {}
    return {query.number: value(query) for query in engine.search.queries if kind in {query.kind, _ALL}}


def _cell(times: dict[int, float], ours: list[float], statistic: Callable[[Sequence[float]], float]) -> str:
    if not times:
        return "–"
    value = statistic(list(times.values()))
    return f"{_number(value * 1e3)} ({_number(value / statistic(ours))})" if ours else _number(value * 1e3)


def _indexing(engines: list[EngineFigures]) -> str:
    rows = []
    for engine in engines:
        if (build := engine.build) is not None:
            rate = build.texts / build.seconds
            size = [_mb(build.raw_bytes), _mb(build.index_bytes), f"{build.index_bytes / build.raw_bytes:.2f}"]
            rows.append([engine.name, f"{build.texts:,}", f"{rate:,.0f}", *size, _mb(build.peak_bytes)])
    return _table(["engine", "texts", "texts/s", "raw MB", "index MB", "index/raw", "peak MB"], rows)


def _opening(engines: list[EngineFigures]) -> str:
    rows = []
    for engine in engines:
        if (search := engine.search) is not None:
            opened = [_mb(search.open_bytes), _mb(search.open_private_bytes)]
            ended = [_mb(search.end_bytes), _mb(search.end_private_bytes)]
            rows.append([engine.name, _number(search.open_seconds * 1e3), *opened, *ended])
    heads = ["opening ms", "MB after opening", "of it private", "MB after the queries", "of it private"]
    return _table(["engine", *heads], rows)


def _agreement(engines: list[EngineFigures], kinds: list[str]) -> str:
    """Compares totals with the engine that was asked most: the same analysis has to give the same matches."""
    most = max((engine.build.texts for engine in engines if engine.build), default=0)
    whole = {engine.name: _totals(engine) for engine in engines if engine.build and engine.build.texts == most}
    if not whole:
        return "Nothing to compare."
    reference = max(whole, key=lambda name: len(whole[name]))
    rows = []
    for kind in kinds:
        cells = []
        for found in whole.values():
            numbers = [key for key in found if key[1] == kind]
            same = sum(found[key] == whole[reference].get(key) for key in numbers)
            cells.append(f"{same} of {len(numbers)}" if numbers else "–")
        rows.append([kind, *cells])
    return f"Compared with {reference}.\n\n" + _table(["class", *whole], rows)


def _totals(engine: EngineFigures) -> dict[tuple[int, str], int]:
    queries = engine.search.queries if engine.search else ()
    return {(query.number, query.kind): query.total for query in queries}


def _fields(engines: list[EngineFigures]) -> Iterable[str]:
    for engine in engines:
        if engine.build is not None and engine.build.fields:
            yield f"### Fields of `{engine.name}`"
            rows = sorted(engine.build.fields.items(), key=lambda item: -item[1])
            yield _table(["field", "MB"], [[name, f"{size / _MB:,.1f}"] for name, size in rows])


def _growth(sizes: Sequence[SizeFigures]) -> str:
    rows = []
    for number, engine in enumerate(sizes[0].engines):
        cells = [_growth_cell(size.engines[number]) for size in sizes]
        rows.append([engine.name, *cells])
    return _table(["engine", *(f"{size.texts:,} texts" for size in sizes)], rows)


def _growth_cell(engine: EngineFigures) -> str:
    if engine.build is None or engine.search is None:
        return "–"
    time = median(query.median for query in engine.search.queries) * 1e3
    return f"{_number(time)} ms, {engine.build.texts / engine.build.seconds:,.0f}/s"


def _notes(size: SizeFigures) -> str:
    notes = []
    for engine in size.engines:
        words = [f"Left out: {engine.missing}." if engine.missing else engine.note]
        if engine.build is not None and engine.build.texts < size.texts:
            words.append(f"Indexed the first {engine.build.texts:,} texts only.")
        if engine.name == "whoosh" and engine.search is not None:
            words.append(f"Asked {len(engine.search.queries)} of the queries, in {engine.search.rounds} rounds.")
        text = " ".join(word for word in words if word)
        if text:
            notes.append(f"- {engine.name}: {text}")
    return "\n".join(notes)


def _versions(size: SizeFigures) -> str:
    versions = {"Python": platform.python_version()}
    for engine in size.engines:
        versions |= engine.versions
    return _table(["what", "version"], [[name, version] for name, version in versions.items()])


def _machine() -> str:
    installed = memory.installed()
    amount = f" and {installed / 2**30:.0f} GB of memory" if installed else ""
    return f"a machine with {os.cpu_count()} cores{amount}"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(value: float) -> str:
    """Three figures that count, and no exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004


def _mb(size: int | None) -> str:
    return "–" if size is None else f"{size / _MB:,.0f}"
