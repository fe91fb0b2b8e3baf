"""What answers get on their way out: compression, and leave for pages of other origins to read them (CORS)."""

from flask import Flask, Response, request
from flask_compress import Compress
from flask_cors import CORS

from service.api import export, suggest
from service.api.formats import ARTICLE_FORMATS
from service.api.search_formats import SEARCH_FORMATS

_FORMATS = (*ARTICLE_FORMATS, *SEARCH_FORMATS, *export.FORMATS, *suggest.FORMATS)
_COMPRESSED = sorted(
    {
        *(one.media_type for one in _FORMATS),
        "application/opensearchdescription+xml",
        "application/xml",
        "application/yaml",
        "text/css",
        "text/html",
        "text/javascript",
    }
)
_SMALLEST = 1_000
"""Bytes; an answer of less fits into one packet as it is."""
_WINDOW = 18
"""Binary logarithm of the bytes that Brotli looks back at, and holds back of a streamed answer."""
_ANYONE = "*"
_METHODS = ["GET", "HEAD", "POST", "QUERY", "OPTIONS"]
_EXPOSED = ["Link", "ETag", "Retry-After", "X-Request-ID", "Location", "Deprecation", "Sunset"]
_PREFLIGHT_SECONDS = 86_400


def compress(app: Flask) -> None:
    """Compress answers as the client likes; of what it likes equally, Zstandard first.

    The levels take about 0.1 ms for a page of ten hits, which becomes a quarter. Weak ETags stay as they are; who has
    an answer already is told so before it is compressed.
    """
    app.config.update(
        COMPRESS_MIMETYPES=_COMPRESSED,
        COMPRESS_MIN_SIZE=_SMALLEST,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["zstd", "br", "gzip"],
        COMPRESS_ZSTD_LEVEL=3,
        COMPRESS_BR_LEVEL=4,
        COMPRESS_BR_WINDOW=_WINDOW,
        COMPRESS_LEVEL=5,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    app.before_request(_forget_refused)
    Compress(app)


def _forget_refused() -> None:
    """Leave encodings with `q=0` out of what the client accepts: Flask-Compress reads that as a small wish."""
    if "q=0" in request.headers.get("Accept-Encoding", ""):
        liked = (f"{name};q={quality}" for name, quality in request.accept_encodings if quality)
        request.environ["HTTP_ACCEPT_ENCODING"] = ", ".join(liked)


def sharing_headers(origins: str) -> dict[str, str]:
    """What lets pages read an answer to a request whose headers are not known, such as one that could not be read.

    Of several origins it cannot be told which one asks, so then no page may read it.
    """
    if not origins or "," in origins:
        return {}
    return {"Access-Control-Allow-Origin": origins, "Access-Control-Expose-Headers": ", ".join(_EXPOSED)}


def share(app: Flask, origins: str) -> None:
    """Let pages of these origins read answers, commas between them; `*` stands for all.

    There are no credentials to protect.
    """
    if not origins:
        return
    is_for_anyone = origins == _ANYONE

    def vary(response: Response) -> Response:
        response.vary.add("Origin")
        return response

    if not is_for_anyone:
        app.after_request(vary)
    CORS(
        app,
        origins=_ANYONE if is_for_anyone else [origin.strip() for origin in origins.split(",")],
        methods=_METHODS,
        expose_headers=_EXPOSED,
        max_age=_PREFLIGHT_SECONDS,
        send_wildcard=is_for_anyone,
        always_send=is_for_anyone,
        vary_header=False,
        intercept_exceptions=False,
    )
