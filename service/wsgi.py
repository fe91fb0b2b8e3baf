"""gunicorn's target: `gunicorn 'service.wsgi:create()'`."""

from flask import Flask

from service.bootstrap import make_app
from service.config import read_settings
from service.observability import configure_logging


def create() -> Flask:
    """The application for the settings in the environment."""
    settings = read_settings()
    configure_logging(settings.log_level)
    return make_app(settings)
