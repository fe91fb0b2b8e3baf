"""`make relevance`: asks the engines, prints the report and writes it to bench/RESULTS-RELEVANCE.md."""

import click
import orjson

from bench.relevance.report import report
from bench.relevance.run import run
from bench.relevance.settings import from_environment


def main() -> None:
    """Reads the environment: SETS, ENGINES, HALF, WHOOSH_QUERIES, JSON, RESULTS."""
    settings = from_environment()
    results = run(settings, lambda line: click.echo(line, err=True))
    text = report(results)
    click.echo(text)
    settings.results.write_text(text, "utf-8")
    if settings.json is not None:
        settings.json.write_bytes(orjson.dumps({"command": settings.command, "sets": results.sets}))


if __name__ == "__main__":
    main()
