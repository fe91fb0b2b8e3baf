"""What the bench asks of an engine."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bench.corpus import Text
from bench.queries import Query

HITS = 10
FACETS = 10
TITLE_WEIGHT = 2.0


class NotAvailableError(Exception):
    """The engine cannot run here; the message says what is missing."""


@dataclass(frozen=True)
class Answer:
    """The exact total, the titles of the best ten and, where asked for, the ten most frequent tags of all matches.

    An engine that runs in a process of its own says how long the search took there.
    """

    total: int
    titles: list[str]
    facets: dict[str, int] = field(default_factory=dict)
    seconds: float | None = None


class Engine(Protocol):
    """One engine: it builds an index in a folder or opens one, and answers queries."""

    note: str
    """What a reader of the table has to know."""
    warm_ups: int
    """How many rounds of all queries it needs before its times hold."""

    @property
    def process(self) -> int:
        """The process whose memory counts."""
        ...

    def versions(self) -> dict[str, str]:
        """Names and versions of what does the work."""
        ...

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Indexes the texts; on return a search finds them."""
        ...

    def open(self, folder: Path) -> None:
        """Opens the index so that `search` answers."""
        ...

    def prepare(self, query: Query) -> Any:
        """The query in the engine's own form, or None for what it cannot answer; this is not timed."""
        ...

    def search(self, prepared: Any) -> Answer:
        """Answers a prepared query; this is timed."""
        ...

    def fields(self, folder: Path) -> dict[str, int]:
        """The bytes that each field takes on disk, as far as the engine tells."""
        ...

    def close(self) -> None:
        """Ends what the engine started."""
        ...


class InProcess:
    """What engines inside the Python process have in common."""

    note = ""
    warm_ups = 1

    @property
    def process(self) -> int:
        """This process."""
        return os.getpid()

    def fields(self, folder: Path) -> dict[str, int]:  # noqa: ARG002 - the signature is the protocol's
        """Not told."""
        return {}

    def close(self) -> None:
        """Nothing to end."""
