"""The one place that names a concrete engine and wires the settings to it."""

import os

from flask import Flask

from service.api.app import create_app
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import BuildReport, build
from service.index.generations import Store

__all__ = ["BuildReport", "index_articles", "is_read_only", "make_app"]


def make_app(settings: Settings) -> Flask:
    """The application that serves the index folder of the settings."""
    return create_app(WhooshEngine(Store(settings.index)), settings)


def is_read_only(settings: Settings) -> bool:
    """Whether the index folder holds a generation but cannot be written: another copy indexes, this one serves."""
    return Store(settings.index).current() is not None and not os.access(settings.index, os.W_OK)


def index_articles(settings: Settings, *, wait: bool) -> BuildReport:
    """Bring the index folder of the settings up to date with their articles folder; see `service.index.build`."""
    return build(settings.articles, Store(settings.index), wait=wait, processes=settings.index_processes)
