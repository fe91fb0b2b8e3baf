"""The one place that names a concrete engine and wires the settings to it."""

from flask import Flask

from service.api.app import create_app
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import BuildReport, build
from service.index.generations import Store


def make_app(settings: Settings) -> Flask:
    """The application that serves the index folder of the settings."""
    return create_app(WhooshEngine(Store(settings.index)), settings)


def index_articles(settings: Settings, *, wait: bool) -> BuildReport:
    """Bring the index folder of the settings up to date with their articles folder; see `service.index.build`."""
    return build(settings.articles, Store(settings.index), wait=wait)
