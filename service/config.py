"""Settings, read once from the environment. README.md lists them; a test holds the two together."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from environs import Env, EnvValidationError, ValidationError, validate

from service.errors import SettingsError

PREFIX = "ARTIKEL_"
_ORIGIN = r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"  # RFC 6454
_ADDRESS = re.compile(r"(\[[^\[\]/\s]+\]|[^:\[\]/\s]+):(?P<port>[0-9]{1,5})", re.ASCII)
_TAGGING_ENTITY = r"([A-Za-z0-9._-]+@)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?,[0-9]{4}(-[0-9]{2}){0,2}"  # RFC 4151
_LARGEST_PORT = 65_535
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Settings:
    """Every setting with its default. The variable of `log_queries` is `ARTIKEL_LOG_QUERIES`, and so on."""

    articles: Path = Path("examples")
    """The folder of articles."""
    index: Path = Path("var/index")
    """The folder of the index; made from the articles, it can be deleted at any time."""
    index_processes: int = 1
    """Processes that index an archive of more than some ten thousand articles."""
    bind: str = "127.0.0.1:8000"
    """Address and port to listen on."""
    workers: int = 2
    """Worker processes."""
    threads: int = 4
    """Threads of each worker."""
    timeout: int = 30
    """Seconds after which a worker that does not answer is replaced."""
    graceful_timeout: int = 30
    """Seconds that running requests get when a worker stops."""
    public_url: str = ""
    """The origin under which the service is reached from outside, such as https://archiv.example: no path, for all
    addresses of the API begin at the root of a host. Empty for the host of each request."""
    tagging_entity: str = ""
    """Who names the ids in feeds, and since when (RFC 4151), as archiv.example,2026; empty for the host and 2026."""
    cache_seconds: int = 60
    """How long clients and proxies may keep an answer without asking again."""
    cors_origins: str = "*"
    """Origins whose pages may read answers, commas between them; `*` for all, empty for none."""
    result_cache_mb: int = 32
    """Megabytes of answers that each worker keeps; 0 keeps none."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    log_queries: bool = False
    """Whether the log says what was searched for."""


_POSITIVE = "a whole number from 1 on"
_NATURAL = "a whole number from 0 on"
_EXPECTED: Mapping[str, str] = {
    "articles": "a folder",
    "index": "a folder",
    "index_processes": _POSITIVE,
    "bind": f"an address and a port up to {_LARGEST_PORT}, such as 127.0.0.1:8000 or [::1]:8000",
    "workers": _POSITIVE,
    "threads": _POSITIVE,
    "timeout": _POSITIVE,
    "graceful_timeout": _POSITIVE,
    "public_url": "an origin without a path, such as https://archiv.example",
    "tagging_entity": "a host or mail address, a comma and a date, such as archiv.example,2026",
    "cache_seconds": _NATURAL,
    "cors_origins": "* or origins with commas between them, such as https://zeitung.example",
    "result_cache_mb": _NATURAL,
    "log_level": f"one of {', '.join(_LOG_LEVELS)}",
    "log_queries": "true or false",
}
"""What a setting must be, for the sentence about one that is not."""


def read_settings() -> Settings:
    """The settings of this process's environment.

    Raises:
        SettingsError: one sentence, on a line of its own, for each variable that is wrong.
    """
    env = Env(eager=False, prefix=PREFIX)
    positive, natural = validate.Range(min=1), validate.Range(min=0)
    default = Settings()
    values: dict[str, Any] = {
        "articles": env.path("ARTICLES", default.articles, validate=_named("ARTICLES")),
        "index": env.path("INDEX", default.index, validate=_named("INDEX")),
        "index_processes": env.int("INDEX_PROCESSES", default.index_processes, validate=positive),
        "bind": env.str("BIND", default.bind, validate=_address),
        "workers": env.int("WORKERS", default.workers, validate=positive),
        "threads": env.int("THREADS", default.threads, validate=positive),
        "timeout": env.int("TIMEOUT", default.timeout, validate=positive),
        "graceful_timeout": env.int("GRACEFUL_TIMEOUT", default.graceful_timeout, validate=positive),
        "public_url": env.str("PUBLIC_URL", default.public_url, validate=validate.Regexp(rf"({_ORIGIN}/?)?\Z")),
        "tagging_entity": env.str(
            "TAGGING_ENTITY", default.tagging_entity, validate=validate.Regexp(rf"({_TAGGING_ENTITY})?\Z")
        ),
        "cache_seconds": env.int("CACHE_SECONDS", default.cache_seconds, validate=natural),
        "cors_origins": env.str(
            "CORS_ORIGINS", default.cors_origins, validate=validate.Regexp(rf"(\*|{_ORIGIN}( *, *{_ORIGIN})*)?\Z")
        ),
        "result_cache_mb": env.int("RESULT_CACHE_MB", default.result_cache_mb, validate=natural),
        "log_level": env.str("LOG_LEVEL", default.log_level, validate=validate.OneOf(_LOG_LEVELS)),
        "log_queries": env.bool("LOG_QUERIES", default.log_queries),
    }
    try:
        env.seal()
    except EnvValidationError as error:
        raise SettingsError("\n".join(map(_sentence, error.error_messages))) from error
    return Settings(**values)


def variable_names() -> list[str]:
    """The environment variables that are read."""
    return [f"{PREFIX}{setting.name.upper()}" for setting in fields(Settings)]


def ignored_variables() -> list[str]:
    """A sentence for each variable of the environment that looks like a setting and is none.

    They are no errors: orchestrators set variables of their own after the names of services.
    """
    known = variable_names()
    sentences = []
    for name in sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known):
        meant = get_close_matches(name, known, n=1, cutoff=0.8)
        sentences.append(f"{name} is no setting and is ignored" + (f"; is {meant[0]} meant?" if meant else "."))
    return sentences


def _named(variable: str) -> Any:
    """A check that a path is not empty: an empty one would be the current folder."""

    def check(_path: Path) -> None:
        if not os.environ.get(f"{PREFIX}{variable}", "default").strip():
            raise ValidationError("It is empty.")

    return check


def _address(text: str) -> None:
    found = _ADDRESS.fullmatch(text)
    if found is None or int(found["port"]) > _LARGEST_PORT:
        raise ValidationError("It is no address with a port.")


def _sentence(variable: str) -> str:
    return f"{variable} is {os.environ[variable]!r}; it must be {_EXPECTED[variable.removeprefix(PREFIX).lower()]}."
