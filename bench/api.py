"""`make bench-api`: what the endpoints cost beside a plain search, in one process, JSON and all, with no answers kept.

Reads the environment: LIMIT (articles that are generated, 100,000 if it is not given), ROUNDS (times that each address
is asked) and RESULTS.
"""

import os
import platform
import random
import statistics
import string
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import click
import structlog
from flask.testing import FlaskClient

from bench import zipf
from bench.analysis import WORD
from bench.corpus import read
from bench.http_archive import house_format
from bench.memory import private
from service.api.app import create_app
from service.articles.dates import TIME_ZONE
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store

_EXAMPLES = Path("examples")
_ARTICLES, _ROUNDS = 100_000, 100
_AUTHORS, _SECTIONS, _SOURCES = 500, 12, 40
_SEED = 1
_SHORTEST_WORD = 5
_WORDS = 200
"""Different words that are asked for."""


@dataclass(frozen=True)
class Row:
    """Milliseconds of the requests of one kind."""

    name: str
    median: float
    p95: float
    largest: float


def main() -> None:
    """Prints the table and writes it to bench/RESULTS-API.md."""
    number = int(os.environ.get("LIMIT") or _ARTICLES)
    rounds = int(os.environ.get("ROUNDS") or _ROUNDS)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory(prefix="bench-api-") as name:
        place = Path(name)
        words, ids = _write(place / "articles", number)
        start = time.perf_counter()
        report = build(place / "articles", Store(place / "index"))
        indexing = report.articles / (time.perf_counter() - start)
        with closing(WhooshEngine(Store(place / "index"))) as engine:
            client = create_app(engine, Settings(result_cache_mb=0)).test_client()
            tag = client.get("/v1/tags?page_size=1").get_json()["results"][0]["id"]
            rows = [_timed(kind, client, paths) for kind, paths in _asked(words, ids, tag, rounds)]
            exported, growth = _export(client)
    text = _table(report.articles, rounds, rows, (indexing, exported, growth))
    click.echo(text)
    Path(os.environ.get("RESULTS") or "bench/RESULTS-API.md").write_text(text, "utf-8")


def _write(folder: Path, number: int) -> tuple[list[str], list[str]]:
    """Article files with dates and names; words of them, frequent and rare, and some ids."""
    folder.mkdir()
    corpus = folder.with_suffix(".jsonl")
    zipf.write(_EXAMPLES, corpus, number)
    choice = random.Random(_SEED)
    words: dict[str, None] = {}
    ids = []
    for count, text in enumerate(read(corpus)):
        day = datetime.fromordinal(text.published).replace(tzinfo=TIME_ZONE) if text.published else None
        header = [
            f"Datum: {day.date().isoformat()}" if day else "",
            f"Autor: Anna {_letters(choice.randrange(_AUTHORS))}mann",
            f"Ressort: Ressort {_letters(choice.randrange(_SECTIONS))}",
            f"Quelle: Bote {_letters(choice.randrange(_SOURCES))}",
        ]
        written = "\n".join(filter(None, header))
        (folder / f"{text.id}.txt").write_text(f"{written}\n{house_format(text)}", "utf-8")
        if count % 500 == 0:
            ids.append(text.id)
            words |= dict.fromkeys(choice.sample([w for w in WORD.findall(text.text) if len(w) >= _SHORTEST_WORD], 1))
    return list(words)[:_WORDS], ids


def _letters(number: int) -> str:
    return "".join(string.ascii_uppercase[int(digit)] for digit in str(number))


def _asked(words: list[str], ids: list[str], tag: str, rounds: int) -> Iterator[tuple[str, list[str]]]:
    """Kinds of requests, and the addresses that are asked for each."""
    choice = random.Random(_SEED)
    facets = "facet=tag:20&facet=source&facet=section&facet=author&facet=language&facet=year"
    asked = [quote(choice.choice(words)) for _ in range(rounds)]
    yield "search", [f"/v1/search?q={q}" for q in asked]
    yield "search, all six facets", [f"/v1/search?q={q}&{facets}" for q in asked]
    yield "six facets alone (page_size=0)", [f"/v1/search?q={q}&{facets}&page_size=0" for q in asked]
    yield "search, recency", [f"/v1/search?q={q}&recency=30d" for q in asked]
    yield "search, collapse=story", [f"/v1/search?q={q}&collapse=story" for q in asked]
    yield "timeline by month", [f"/v1/timeline?q={q}&interval=month" for q in asked]
    yield "timeline by week", [f"/v1/timeline?q={q}&interval=week" for q in asked]
    yield "similar articles", [f"/v1/articles/{choice.choice(ids)}/similar" for _ in range(rounds)]
    yield "suggested tags", [f"/v1/articles/{choice.choice(ids)}/tag-suggestions" for _ in range(rounds)]
    yield "concordance", [f"/v1/concordance?q={q}" for q in asked]
    yield "suggestions", [f"/v1/suggest?q={quote(choice.choice(words)[:4])}" for _ in range(rounds)]
    yield "tags under a search", [f"/v1/tags?q={q}" for q in asked]
    yield "the most frequent tag", [f"/v1/tags/{tag}"] * rounds


def _timed(name: str, client: FlaskClient, paths: list[str]) -> Row:
    """Every address once to warm up, then each timed."""
    for path in paths[:10]:
        client.get(path)
    times = []
    for path in paths:
        start = time.perf_counter()
        response = client.get(path)
        times.append((time.perf_counter() - start) * 1e3)
        if response.status_code != 200:  # noqa: PLR2004 - found
            raise click.ClickException(f"{path} answers {response.status_code}: {response.text}")
    times.sort()
    return Row(name, statistics.median(times), times[int(len(times) * 0.95)], times[-1])


def _export(client: FlaskClient) -> tuple[float, float]:
    """Articles a second of a whole export, and by how many megabytes the process grew in it."""
    before = private(os.getpid()) or 0
    largest = lines = 0
    start = time.perf_counter()
    response = client.get("/v1/export?format=ndjson", buffered=False)
    for count, piece in enumerate(response.iter_encoded()):
        lines += piece.count(b"\n")
        if count % 100 == 0:
            largest = max(largest, (private(os.getpid()) or 0))
    response.close()
    return lines / (time.perf_counter() - start), (largest - before) / 1e6


def _table(articles: int, rounds: int, rows: list[Row], figures: tuple[float, float, float]) -> str:
    indexing, exported, growth = figures
    limit = f" LIMIT={articles}" if os.environ.get("LIMIT") else ""
    told = (
        f"`make bench-api{limit}` on {os.cpu_count()} cores, Python {platform.python_version()}: {articles:,} "
        f"generated articles; {rounds} requests of each kind in one process through Flask, as JSON, none kept. "
        "Milliseconds."
    )
    lines = [
        "# The endpoints",
        "",
        told,
        "",
        "| request | median | 95% | slowest |",
        "|---|---:|---:|---:|",
        *(f"| {row.name} | {row.median:.1f} | {row.p95:.1f} | {row.largest:.1f} |" for row in rows),
        "",
        f"Export as NDJSON: **{exported:,.0f} articles a second**; the process grew by {growth:.0f} MB.",
        f"Indexing: {indexing:,.0f} articles a second.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
