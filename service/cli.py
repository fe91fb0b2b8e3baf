"""The command line: index, serve, openapi."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import click

import service
from service.bootstrap import BuildReport, index_articles, is_read_only, make_app
from service.config import Settings, read_settings
from service.errors import ArtikelsucheError, IndexBusyError
from service.observability import configure_logging

_GUNICORN_CONF = "gunicorn.conf.py"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(service.__version__, prog_name="artikelsuche")
@click.pass_context
def main(context: click.Context) -> None:
    """Full-text search for a German news archive. Settings come from ARTIKEL_* variables; README.md lists them."""
    try:
        context.obj = read_settings()
    except ArtikelsucheError as error:
        raise click.ClickException(str(error)) from error
    configure_logging(context.obj.log_level)


@main.command()
@click.argument("articles", required=False, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 if a file was rejected.")
@click.option("--wait", is_flag=True, help="Wait for another indexer to finish instead of leaving.")
@click.pass_obj
def index(settings: Settings, articles: Path | None, *, strict: bool, wait: bool) -> None:
    """Index a folder of ARTICLES (default: ARTIKEL_ARTICLES), if it or the analysis has changed."""
    rejected = _index(settings if articles is None else replace(settings, articles=articles), wait=wait)
    if strict and rejected:
        sys.exit(1)


@main.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Bring the index up to date, then serve it under gunicorn."""
    if is_read_only(settings):
        click.echo(f"{settings.index} cannot be written; serving what is in it.", err=True)
    else:
        _index(settings, wait=True)
    conf = Path(service.__file__).parent.parent / _GUNICORN_CONF
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", str(conf), "service.wsgi:create()"])  # noqa: S606 - our own process goes on as gunicorn


@main.command()
@click.pass_obj
def openapi(settings: Settings) -> None:
    """Print the OpenAPI document as YAML."""
    app = make_app(settings)
    click.echo(app.test_client().get("/openapi.yaml").get_data(as_text=True), nl=False)


def _index(settings: Settings, *, wait: bool) -> int:
    """Index, and tell the user how it went; the number of rejected files."""
    click.echo(f"Indexing {settings.articles} into {settings.index} ...", err=True)
    try:
        report = _build(settings, wait=wait)
    except (ArtikelsucheError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for notice in report.notices:
        click.echo(str(notice), err=True)
    state = "indexed" if report.changed else "unchanged"
    click.echo(
        f"{report.articles} articles {state}, {len(report.rejected)} files rejected; generation {report.generation}."
    )
    return len(report.rejected)


def _build(settings: Settings, *, wait: bool) -> BuildReport:
    try:
        return index_articles(settings, wait=False)
    except IndexBusyError as error:
        if not wait:
            raise
        click.echo(f"{error} Waiting for it.", err=True)
        return index_articles(settings, wait=True)
