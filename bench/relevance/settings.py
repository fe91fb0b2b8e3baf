"""What a run is asked for: read from the environment, so that `make relevance SETS=…` works."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.settings import engines_of, given

ENGINES = ("ours", "tiers", "whoosh", "lucene")
"""`tiers` is this project with each tier switched off in turn."""
_DEFAULTS = {
    "SETS": "",
    "ENGINES": ",".join(ENGINES),
    "HALF": "",
    "WHOOSH_QUERIES": "200",
    "JSON": "",
    "RESULTS": "bench/RESULTS-RELEVANCE.md",
}
_PATHS = {"SETS", "JSON", "RESULTS"}


@dataclass(frozen=True)
class Settings:
    """One run. `half` keeps the queries of one half, so that weights can be chosen on one and reported on the other."""

    sets: Path | None
    engines: tuple[str, ...]
    half: int | None
    whoosh_queries: int
    json: Path | None
    results: Path
    command: str


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings; an empty variable counts as one that is not set."""
    value = given(environment, _DEFAULTS)
    engines = engines_of(value["ENGINES"], ENGINES)
    if value["HALF"] not in {"", "0", "1"}:
        raise ValueError("HALF is 0 or 1")
    return Settings(
        sets=Path(value["SETS"]) if value["SETS"] else None,
        engines=engines,
        half=int(value["HALF"]) if value["HALF"] else None,
        whoosh_queries=int(value["WHOOSH_QUERIES"]),
        json=Path(value["JSON"]) if value["JSON"] else None,
        results=Path(value["RESULTS"]),
        command=_command(environment),
    )


def _command(environment: Mapping[str, str]) -> str:
    """The command of this run, with the folder by its name alone: folders differ from machine to machine."""
    given = ((name, environment.get(name, "").strip()) for name in _DEFAULTS if name not in {"JSON", "RESULTS"})
    parts = [f"{name}={Path(value).name if name in _PATHS else value}" for name, value in given if value]
    return " ".join(["make relevance", *parts])
