"""The command line: index, serve, mcp, openapi, correct, analyze."""

import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import orjson

import service
from service.bootstrap import BuildReport, archive_vocabulary, index_articles, is_read_only, make_app, serve_tools
from service.config import Settings, ignored_variables, read_settings
from service.errors import ArtikelsucheError, IndexBusyError
from service.german.spelling import Speller
from service.german.tokens import Chain, fold
from service.german.vocabulary import Vocabulary, read_vocabulary
from service.observability import configure_logging

_GUNICORN = ("gunicorn", "--config", "python:service.gunicorn_conf", "service.wsgi:create()")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(service.__version__, prog_name="artikelsuche")
@click.pass_context
def main(context: click.Context) -> None:
    """Full-text search for a German news archive. Settings come from ARTIKEL_* variables; README.md lists them."""
    try:
        context.obj = read_settings()
    except ArtikelsucheError as error:
        raise click.ClickException(str(error)) from error
    for sentence in ignored_variables():
        click.echo(f"Warning: {sentence}", err=True)
    configure_logging(context.obj.log_level)


@main.command(short_help="Index a folder of articles.")
@click.argument("articles", required=False, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 if a file was rejected.")
@click.option("--wait", is_flag=True, help="Wait for another indexer to finish instead of leaving.")
@click.pass_obj
def index(settings: Settings, articles: Path | None, *, strict: bool, wait: bool) -> None:
    """Index a folder of ARTICLES (default: ARTIKEL_ARTICLES), if it or the analysis has changed."""
    rejected = _index(settings if articles is None else replace(settings, articles=articles), wait=wait)
    if strict and rejected:
        sys.exit(1)


@main.command(short_help="Index, then serve the API.")
@click.pass_obj
def serve(settings: Settings) -> None:
    """Bring the index up to date, then serve it under gunicorn."""
    _bring_up_to_date(settings)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", *_GUNICORN])  # noqa: S606 - our own process goes on as gunicorn


@main.command(short_help="Index, then answer a language model (MCP).")
@click.pass_obj
def mcp(settings: Settings) -> None:
    """Bring the index up to date, then answer the tool calls of a language model on standard input (MCP)."""
    try:
        with redirect_stdout(sys.stderr):  # standard output belongs to the protocol
            _bring_up_to_date(settings)
        serve_tools(settings)
    except ArtikelsucheError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.pass_obj
def openapi(settings: Settings) -> None:
    """Print the OpenAPI document as YAML."""
    app = make_app(settings)
    click.echo(app.test_client().get("/openapi.yaml").get_data(as_text=True), nl=False)


@main.command(short_help="Correct misspelled words.")
@click.option("--vocabulary", type=click.Path(path_type=Path), help="Lines WORD<TAB>FREQUENCY; default: the index.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def correct(settings: Settings, vocabulary: Path | None, *, as_json: bool) -> None:
    """Correct words: one a line on standard input, up to three corrections for each, best first."""
    known = _vocabulary_of_index(settings) if vocabulary is None else _vocabulary_of_file(vocabulary)
    speller = Speller(known.forms, known.frequencies)
    for word in _lines():
        found = [
            {
                "word": known.spellings[correction.form],
                "edits": correction.edits,
                "distance": round(correction.distance, 2),
                "frequency": correction.frequency,
            }
            for correction in speller.corrections(fold(word))
        ]
        row = {"word": word, "corrections": found}
        click.echo(orjson.dumps(row) if as_json else "\t".join([word, *(str(each["word"]) for each in found)]))


@main.command(short_help="Show the tokens of a text.")
@click.argument("text", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a text.")
def analyze(text: str | None, *, as_json: bool) -> None:
    """Show the tokens of TEXT, or of each line on standard input, as the index has them."""
    chain = Chain()
    for each in _lines() if text is None else [text]:
        tokens = _analyzed(each, chain)
        click.echo(orjson.dumps({"text": each, "tokens": tokens}) if as_json else _table(tokens))


def _analyzed(text: str, chain: Chain) -> list[dict[str, Any]]:
    return [
        {
            "surface": text[token.start : token.end],
            "start": token.start,
            "end": token.end,
            "position": token.position,
            "form": token.form,
            "variant": token.word.variant,
            "stem": token.stem,
            "parts": chain.surface_parts(token),
        }
        for token in chain.tokens(text)
    ]


def _table(tokens: list[dict[str, Any]]) -> str:
    """Tokens as columns, with an empty line behind them."""
    names = ["position", "start", "end", "surface", "form", "variant", "stem", "parts"]
    rows = [names, *([str(token[name]) for name in names[:-1]] + ["|".join(token["parts"])] for token in tokens)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join([*lines, ""])


def _lines() -> Iterator[str]:
    """The lines of standard input, without what ends them; a person who sees nothing happen is told to type."""
    if sys.stdin.isatty():
        click.echo("Reading from the terminal, line by line; end with Ctrl+D.", err=True)
    with click.open_file("-", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            yield line.rstrip("\r\n")


def _vocabulary_of_file(file: Path) -> Vocabulary:
    try:
        with file.open(encoding="utf-8") as lines:
            return read_vocabulary(lines)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}; name a file to --vocabulary.") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: it is not in UTF-8; convert it.") from error
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from error


def _vocabulary_of_index(settings: Settings) -> Vocabulary:
    try:
        return archive_vocabulary(settings)
    except ArtikelsucheError as error:
        raise click.ClickException(f"{error} Index articles first, or name a --vocabulary.") from error


def _bring_up_to_date(settings: Settings) -> None:
    """Index before serving, unless another copy does."""
    if is_read_only(settings):
        click.echo(f"{settings.index} cannot be written; serving what is in it.", err=True)
    else:
        _index(settings, wait=True)


def _index(settings: Settings, *, wait: bool) -> int:
    """Index, and tell the user how it went; the number of rejected files."""
    click.echo(f"Indexing {settings.articles} into {settings.index} ...", err=True)
    try:
        report = _build(settings, wait=wait)
    except ArtikelsucheError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}." if error.filename else str(error)) from error
    for notice in report.notices:
        click.echo(str(notice), err=True)
    state = "indexed" if report.changed else "unchanged"
    articles, files = _counted(report.articles, "article"), _counted(len(report.rejected), "file")
    click.echo(f"{articles} {state}, {files} rejected; generation {report.generation}.")
    return len(report.rejected)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _build(settings: Settings, *, wait: bool) -> BuildReport:
    try:
        return index_articles(settings, wait=False)
    except IndexBusyError as error:
        if not wait:
            raise
        click.echo(f"{error} Waiting for it.", err=True)
        return index_articles(settings, wait=True)
