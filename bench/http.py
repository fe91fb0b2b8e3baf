"""`make bench-http`: requests a second of a search with ten highlighted hits, beside a route that does nothing.

The search is asked of a service that keeps no answers, and of one that does.

Reads the environment: ARTICLES (a folder of articles; generated ones if there is none), LIMIT (how many to generate),
PAGES (different searches), DURATION (seconds of each measurement), ROUNDS, CONNECTIONS, CLIENT_THREADS, RESULTS. The
settings of the service (ARTIKEL_WORKERS, ARTIKEL_THREADS, ...) hold for both routes.
"""

import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bench.http_app import CONSTANT
from bench.http_archive import full_pages, write_articles

_EXAMPLES = Path("examples")
_SCRIPT = Path(__file__).with_suffix(".lua")
_DEFAULTS = {
    "ARTICLES": "",
    "LIMIT": "10000",
    "PAGES": "1000",
    "DURATION": "5",
    "ROUNDS": "3",
    "CONNECTIONS": "8",
    "CLIENT_THREADS": "1",
    "RESULTS": "bench/RESULTS-HTTP.md",
}
_ROUTES = ("constant JSON object", "`/v1/search`, every answer made", "`/v1/search`, answers kept")
_HEAD = "| route | requests/s | median ms | 99% ms | ratio |"
_AGAIN = 4
"""Answers are kept for one page in so many: all of them do not fit into the memory that is meant for them."""
_SERVER = {"WORKERS": "2", "THREADS": "4"}
_READY = re.compile(r"Serving on http://([\d.]+):(\d+)")


@dataclass(frozen=True)
class Figures:
    """What wrk counted: requests a second, and milliseconds of half and of 99 in 100 answers."""

    rate: float
    median: float
    slow: float


def main() -> None:
    """Prints the table and writes it to bench/RESULTS-HTTP.md."""
    asked = {name: os.environ.get(name, "").strip() or default for name, default in _DEFAULTS.items()}
    if shutil.which("wrk") is None:
        raise click.ClickException("wrk is not on PATH; it is what asks (Debian: apt-get install wrk).")
    with tempfile.TemporaryDirectory(prefix="bench-http-") as name:
        place = Path(name)
        folder = Path(asked["ARTICLES"]) if asked["ARTICLES"] else place / "articles"
        if not asked["ARTICLES"]:
            write_articles(_EXAMPLES, folder, int(asked["LIMIT"]))
        environment = {**os.environ, "ARTIKEL_ARTICLES": str(folder), "ARTIKEL_INDEX": str(place / "index")}
        articles = _index(environment)
        environment["ARTIKEL_BIND"] = "127.0.0.1:0"
        with (
            _serving(place, {**environment, "ARTIKEL_RESULT_CACHE_MB": "0"}) as plain,
            _serving(place, environment) as keeping,
        ):
            pages = full_pages(folder, plain, int(asked["PAGES"]))
            routes = ((plain, [CONSTANT]), (plain, pages), (keeping, pages[: len(pages) // _AGAIN]))
            rounds = [
                [_ask(place, address, paths, asked) for address, paths in routes] for _ in range(int(asked["ROUNDS"]))
            ]
    text = _table(asked, articles, rounds)
    click.echo(text)
    Path(asked["RESULTS"]).write_text(text, "utf-8")


def _index(environment: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", "service", "index"]
    told = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return int(told.split()[0])


@contextmanager
def _serving(place: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The address of gunicorn with the application of the bench; its log goes to a file."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:service.gunicorn_conf", "bench.http_app:create()"]
    with (
        (place / "log").open("a") as log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            found = _READY.match(process.stdout.readline() if process.stdout else "")
            if found is None:
                raise click.ClickException(f"gunicorn did not start: {(place / 'log').read_text()}")
            yield found[1], int(found[2])
        finally:
            process.terminate()
            process.communicate()


def _ask(place: Path, address: tuple[str, int], paths: list[str], asked: Mapping[str, str]) -> Figures:
    """One run of wrk over the paths."""
    file = place / "paths"
    file.write_text("\n".join(paths) + "\n")
    options = [f"-t{asked['CLIENT_THREADS']}", f"-c{asked['CONNECTIONS']}", f"-d{asked['DURATION']}s", "--timeout=10s"]
    url = f"http://{address[0]}:{address[1]}"
    command = ["wrk", *options, "-s", str(_SCRIPT), url, "--", str(file)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = re.search(r"^figures (\d+) (\d+) (\d+) (\d+) (\d+)$", told, re.MULTILINE)
    if found is None:
        raise click.ClickException(f"wrk told no figures: {told}")
    requests, duration, median, slow, errors = (int(figure) for figure in found.groups())
    if errors:
        raise click.ClickException(f"{errors} of {requests} requests to {paths[0]} failed.")
    return Figures(requests / duration * 1e6, median / 1e3, slow / 1e3)


def _table(asked: Mapping[str, str], articles: int, rounds: list[list[Figures]]) -> str:
    constants = [row[0].rate for row in rounds]
    lines = ["# Over HTTP", "", _circumstances(asked, articles), "", _HEAD, "|---|---:|---:|---:|---:|"]
    for name, column in zip(_ROUTES, zip(*rounds, strict=True), strict=True):
        ratio = statistics.median(figures.rate / constant for figures, constant in zip(column, constants, strict=True))
        rate, median, slow = (
            statistics.median(getattr(figures, part) for figures in column) for part in ("rate", "median", "slow")
        )
        lines.append(f"| {name} | {rate:,.0f} | {median:.1f} | {slow:.1f} | {ratio:.2f} |")
    return "\n".join([*lines, ""])


def _circumstances(asked: Mapping[str, str], articles: int) -> str:
    given = [f"{name}={os.environ[name]}" for name in _DEFAULTS if name != "RESULTS" and os.environ.get(name)]
    told = " ".join(["make bench-http", *(pair for pair in given if not pair.startswith("ARTICLES="))])
    kind = "articles of a folder" if asked["ARTICLES"] else "generated articles"
    workers, threads = (os.environ.get(f"ARTIKEL_{name}", "") or default for name, default in _SERVER.items())
    return "\n".join(
        [
            f"`{told}` on {os.cpu_count()} cores, Python {platform.python_version()}: {articles:,} {kind},",
            f"{asked['PAGES']} different searches of one to three words, each with ten highlighted hits,",
            "a quarter of them where answers are kept; gunicorn with",
            f"{workers} workers of {threads} threads, wrk with {asked['CONNECTIONS']} connections on the same machine;",
            f"medians of {asked['ROUNDS']} rounds of {asked['DURATION']} seconds a route.",
        ]
    )


if __name__ == "__main__":
    main()
