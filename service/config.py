"""Settings, read once from the environment. README.md lists them; a test holds the two together."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from environs import Env, EnvValidationError, validate

from service.errors import SettingsError

PREFIX = "ARTIKEL_"
_ORIGIN = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?"  # RFC 6454


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
    """Where the service is reached from outside, such as https://archiv.example; empty for the host of each request."""
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


def read_settings() -> Settings:
    """The settings of this process's environment.

    Raises:
        SettingsError: one sentence for each variable that is wrong.
    """
    env = Env(eager=False, prefix=PREFIX)
    positive = validate.Range(min=1)
    default = Settings()
    values: dict[str, Any] = {
        "articles": env.path("ARTICLES", default.articles),
        "index": env.path("INDEX", default.index),
        "index_processes": env.int("INDEX_PROCESSES", default.index_processes, validate=positive),
        "bind": env.str("BIND", default.bind, validate=validate.Regexp(r".+:[0-9]+$", error="is not HOST:PORT")),
        "workers": env.int("WORKERS", default.workers, validate=positive),
        "threads": env.int("THREADS", default.threads, validate=positive),
        "timeout": env.int("TIMEOUT", default.timeout, validate=positive),
        "graceful_timeout": env.int("GRACEFUL_TIMEOUT", default.graceful_timeout, validate=positive),
        "public_url": env.str(
            "PUBLIC_URL",
            default.public_url,
            validate=validate.Regexp(r"(https?://[^/?#\s]+[^?#\s]*)?$", error="is not a web address"),
        ),
        "tagging_entity": env.str(
            "TAGGING_ENTITY",
            default.tagging_entity,
            validate=validate.Regexp(
                r"([A-Za-z0-9._-]+@)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?,[0-9]{4}(-[0-9]{2}){0,2}$|$",
                error="is not a host or mail address, a comma and a date, such as archiv.example,2026",
            ),
        ),
        "cache_seconds": env.int("CACHE_SECONDS", default.cache_seconds, validate=validate.Range(min=0)),
        "cors_origins": env.str(
            "CORS_ORIGINS",
            default.cors_origins,
            validate=validate.Regexp(
                rf"(\*|{_ORIGIN}( *, *{_ORIGIN})*)?$", error="is neither * nor origins, such as https://zeitung.example"
            ),
        ),
        "result_cache_mb": env.int("RESULT_CACHE_MB", default.result_cache_mb, validate=validate.Range(min=0)),
        "log_level": env.str(
            "LOG_LEVEL", default.log_level, validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
        ),
        "log_queries": env.bool("LOG_QUERIES", default.log_queries),
    }
    try:
        env.seal()
    except EnvValidationError as error:
        raise SettingsError(f"Wrong settings: {error}") from error
    return Settings(**values)


def variable_names() -> list[str]:
    """The environment variables that are read."""
    return [f"{PREFIX}{setting.name.upper()}" for setting in fields(Settings)]
