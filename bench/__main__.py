"""`make bench`: runs the engines, prints the report and writes it to bench/RESULTS.md."""

import os

import click
import orjson

from bench.report import report
from bench.run import run
from bench.settings import from_environment


def main() -> None:
    """Reads the environment: CORPUS, QUERIES, ENGINES, LIMIT, WHOOSH_LIMIT, WHOOSH_QUERIES, ROUNDS, BUDGET, PROCS."""
    settings = from_environment()
    load = os.getloadavg()[0]
    if load > 1:
        click.echo(f"Other work runs on this machine (load {load:.1f}): the times will be too high.", err=True)
    results = run(settings, lambda line: click.echo(line, err=True))
    text = report(results)
    click.echo(text)
    settings.results.write_text(text, "utf-8")
    if settings.json is not None:
        settings.json.write_bytes(orjson.dumps({"command": settings.command, "sizes": results.sizes}))


if __name__ == "__main__":
    main()
