"""The application of `make bench-http`: the real one, and one route more to measure it against."""

from typing import Any

from flask import Flask

from service import wsgi

CONSTANT = "/constant"


def create() -> Flask:
    """The application for the settings in the environment, with a route that returns a constant JSON object."""
    app = wsgi.create()
    app.add_url_rule(CONSTANT, "constant", _constant)
    return app


def _constant() -> dict[str, Any]:
    return {"status": "ok", "total": {"value": 1, "relation": "eq"}, "results": []}
