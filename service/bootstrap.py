"""The one place that names a concrete engine and wires the settings to it."""

import os

from flask import Flask

from service.api.app import create_app
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.german.vocabulary import Vocabulary
from service.index.build import BuildReport, build
from service.index.generations import Store
from service.index.reader import OpenGeneration

__all__ = ["BuildReport", "archive_vocabulary", "index_articles", "is_read_only", "make_app"]


def make_app(settings: Settings) -> Flask:
    """The application that serves the index folder of the settings."""
    return create_app(WhooshEngine(Store(settings.index)), settings)


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
