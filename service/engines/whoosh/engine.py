"""The engine: which generation is open, and when it makes place for the next."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic

import structlog

from service.engines.whoosh.queries import Queries
from service.engines.whoosh.snapshot import WhooshSnapshot
from service.engines.whoosh.tag_suggestions import TagSuggester
from service.errors import IndexDamagedError, NotReadyError
from service.index.generations import Store
from service.index.reader import OpenGeneration
from service.search.port import Snapshot

RETRY_SECONDS = 5.0
"""How long the old generation serves before a new one that could not be opened is tried again."""


class _Held:
    """An open generation with the number of its users. It closes when it is retired and the last user has gone."""

    def __init__(self, store: Store) -> None:
        self.users = 0
        self.is_retired = False
        with ExitStack() as stack:
            self.generation = OpenGeneration(stack.enter_context(store.reading()))
            self.queries = Queries(self.generation)
            self.tag_suggester = TagSuggester(self.generation)
            self._resources = stack.pop_all()

    def close_if_unused(self) -> None:
        if self.is_retired and self.users == 0:
            self._resources.close()


class WhooshEngine:
    """Serves the current generation of a store. Nothing is opened before the first snapshot, so it can be forked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._stamp: tuple[int, int] | None = None
        self._retry_at = 0.0
        self._log = structlog.get_logger()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """See `service.search.port.Engine`. The first one after a new generation was published opens that one."""
        with self._lock:
            held = self._up_to_date()
            held.users += 1
        try:
            yield WhooshSnapshot(held.generation, held.queries, held.tag_suggester)
        finally:
            with self._lock:
                held.users -= 1
                held.close_if_unused()

    def close(self) -> None:
        """Let go of the generation; snapshots that are open keep it until they end."""
        with self._lock:
            self._replace(None)

    def _up_to_date(self) -> _Held:
        stamp = self._store.stamp()
        if self._held is None or (stamp != self._stamp and monotonic() >= self._retry_at):
            try:
                self._replace(_Held(self._store))
                self._stamp = stamp
            except (IndexDamagedError, NotReadyError, OSError) as error:
                self._log.error("generation_not_opened", reason=str(error))
                self._retry_at = monotonic() + RETRY_SECONDS
                if self._held is None:
                    raise NotReadyError("No generation of the index is open.") from error
        if self._held is None:
            raise NotReadyError("No generation of the index is open.")
        return self._held

    def _replace(self, held: _Held | None) -> None:
        old, self._held = self._held, held
        if old is not None:
            old.is_retired = True
            old.close_if_unused()
