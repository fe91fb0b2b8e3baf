"""The one place that names a concrete engine and wires the settings to it."""

import os
import sys

from flask import Flask

from service.api.app import create_app
from service.api.arguments import Arguments
from service.api.names import NamesArgs
from service.api.requests import SearchArgs
from service.api.timeline import TimelineArgs
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.errors import ExtraMissingError
from service.german.vocabulary import Vocabulary
from service.index.build import BuildReport, build
from service.index.generations import Store
from service.index.reader import OpenGeneration
from service.mcp.parameters import Readers

__all__ = [
    "BuildReport",
    "archive_vocabulary",
    "index_articles",
    "is_read_only",
    "make_app",
    "serve_tools",
    "tool_readers",
]


def make_app(settings: Settings) -> Flask:
    """The application that serves the index folder of the settings."""
    return create_app(WhooshEngine(Store(settings.index)), settings)


def serve_tools(settings: Settings) -> None:
    """Answer the tool calls of a client on standard input until it goes; see `service.mcp`.

    Raises:
        ExtraMissingError: the SDK of the protocol is not installed, or cannot be loaded.
    """
    try:
        from service.mcp.server import serve_stdio  # noqa: PLC0415 - only this command needs the SDK
    except ImportError as error:
        raise ExtraMissingError(
            f"The SDK of the Model Context Protocol cannot be loaded ({error}); in the folder of Artikelsuche, install "
            f"it with {sys.executable} -m pip install --editable '.[mcp]'."
        ) from error
    serve_stdio(WhooshEngine(Store(settings.index)), tool_readers(), log_queries=settings.log_queries)


def tool_readers() -> Readers:
    """The parameters of the API's searches, for tools."""
    return Readers(
        search=Arguments(SearchArgs(), lambda asked: asked),
        names=Arguments(NamesArgs(), lambda asked: asked),
        timeline=Arguments(TimelineArgs(), lambda asked: asked.request),
    )


def is_read_only(settings: Settings) -> bool:
    """Whether the index folder holds a generation but cannot be written: another copy indexes, this one serves."""
    return Store(settings.index).current() is not None and not os.access(settings.index, os.W_OK)


def archive_vocabulary(settings: Settings) -> Vocabulary:
    """The words of the current generation, each with the number of its articles.

    Raises:
        NotReadyError: there is no generation.
        IndexDamagedError: it cannot be read.
    """
    with Store(settings.index).reading() as folder:
        forms, counts = OpenGeneration(folder).forms()
    return Vocabulary(forms, counts, {form: form for form in forms})


def index_articles(settings: Settings, *, wait: bool) -> BuildReport:
    """Bring the index folder of the settings up to date with their articles folder; see `service.index.build`."""
    return build(settings.articles, Store(settings.index), wait=wait, processes=settings.index_processes)
