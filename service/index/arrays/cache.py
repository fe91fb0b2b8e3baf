"""A cache that is bounded in bytes: what is derived from an index and asked for again and again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

Made = TypeVar("Made")


class ByteCache:
    """Keeps what was made last, up to a number of bytes. Threads may share it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], tuple[Made, int]]) -> Made:
        """What is kept under a key, or what `make` makes: the thing, and its bytes."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[0]  # type: ignore[return-value]  # a key is always of one type
        made, size = make()
        with self._lock:
            if key not in self._kept and size <= self._limit:
                self._kept[key] = (made, size)
                self._size += size
                while self._size > self._limit:
                    self._size -= self._kept.popitem(last=False)[1][1]
        return made
