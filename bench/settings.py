"""What a run is asked for: read from the environment, so that `make bench CORPUS=…` works."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

ENGINES = ("ours", "whoosh", "fts5", "tantivy", "bm25s", "lucene")
EXAMPLES = Path("examples")
_DEFAULTS = {
    "CORPUS": "",
    "QUERIES": "",
    "ENGINES": ",".join(ENGINES),
    "LIMIT": "",
    "WHOOSH_LIMIT": "100000",
    "WHOOSH_QUERIES": "10",
    "ROUNDS": "5",
    "BUDGET": "300",
    "PROCS": "1",
    "JSON": "",
    "RESULTS": "bench/RESULTS.md",
}


@dataclass(frozen=True)
class Settings:
    """One run. A limit of 0 means all; several limits give one measurement for each."""

    corpus: Path | None
    queries: Path | None
    engines: tuple[str, ...]
    limits: tuple[int, ...]
    whoosh_limit: int
    whoosh_queries: int
    rounds: int
    budget: float
    procs: int
    json: Path | None
    results: Path
    command: str


def given(environment: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """What the environment says, or else the default; an empty variable counts as one that is not set."""
    return {name: environment.get(name, "").strip() or default for name, default in defaults.items()}


def engines_of(names: str, known: Collection[str]) -> tuple[str, ...]:
    """The engines of a list with commas; raises a ValueError if one is not known."""
    engines = tuple(name.strip() for name in names.split(",") if name.strip())
    unknown = sorted(set(engines) - set(known))
    if unknown:
        raise ValueError(f"ENGINES names {', '.join(unknown)}; there are {', '.join(known)}")
    return engines


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings; an empty variable counts as one that is not set."""
    value = given(environment, _DEFAULTS)
    engines = engines_of(value["ENGINES"], ENGINES)
    return Settings(
        corpus=_path(value["CORPUS"]),
        queries=_path(value["QUERIES"]),
        engines=engines,
        limits=tuple(int(limit) for limit in value["LIMIT"].split(",") if limit) or (0,),
        whoosh_limit=int(value["WHOOSH_LIMIT"]),
        whoosh_queries=int(value["WHOOSH_QUERIES"]),
        rounds=int(value["ROUNDS"]),
        budget=float(value["BUDGET"]),
        procs=int(value["PROCS"]),
        json=_path(value["JSON"]),
        results=Path(value["RESULTS"]),
        command=_command(environment),
    )


def _path(value: str) -> Path | None:
    return Path(value) if value else None


def _command(environment: Mapping[str, str]) -> str:
    """The command of this run, with files by their names alone: folders differ from machine to machine."""
    given = ((name, environment.get(name, "").strip()) for name in _DEFAULTS if name not in {"JSON", "RESULTS"})
    parts = [f"{name}={Path(value).name if name in {'CORPUS', 'QUERIES'} else value}" for name, value in given if value]
    return " ".join(["make bench", *parts])
