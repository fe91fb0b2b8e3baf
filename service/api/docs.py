"""The page that shows the API and lets one try it: Swagger UI, its files from a package, nothing from elsewhere."""

from collections.abc import Callable
from importlib.resources import files

from flask import Flask, Response

from service.api.links import DOCS

_OWN = files("service.api") / "assets"
_SWAGGER_UI = files("flask_swagger_ui") / "dist"
_FILES = {
    f"{DOCS}/start.js": (_OWN, "text/javascript"),
    f"{DOCS}/swagger-ui-bundle.js": (_SWAGGER_UI, "text/javascript"),
    f"{DOCS}/swagger-ui.css": (_SWAGGER_UI, "text/css"),
    f"{DOCS}/favicon-32x32.png": (_SWAGGER_UI, "image/png"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; "  # the arrows of the style sheet
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def register_docs(app: Flask) -> None:
    """Serve the page and its files, which are read once, when the application is made."""
    page = (_OWN / "docs.html").read_bytes()

    @app.get(DOCS)
    def docs() -> Response:
        headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
        return Response(page, content_type="text/html; charset=utf-8", headers=headers)

    for path, (folder, media_type) in _FILES.items():
        content = (folder / path.rpartition("/")[2]).read_bytes()
        app.add_url_rule(path, path.replace(".", "-"), _serving(content, media_type))


def _serving(content: bytes, media_type: str) -> Callable[[], Response]:
    return lambda: Response(content, mimetype=media_type)
