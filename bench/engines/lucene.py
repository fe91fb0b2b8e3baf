"""Lucene in a JVM of its own: `lucene/Bench.java` is compiled at the start and spoken to through pipes."""

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TypeVar

from bench.corpus import Text
from bench.engines.base import Answer, NotAvailableError
from bench.queries import Query

_SOURCE = Path(__file__).parent.parent / "lucene" / "Bench.java"
_JARS = Path("/usr/share/java")
_PACKAGES = ("lucene-core", "lucene-analyzers-common")
_HEAP = "-Xmx2g"
_NOTE = "Timed inside the JVM. Its Snowball stemmer is older, so a few words have other stems and totals differ."
T = TypeVar("T")

_NO_DAY = -(2**63)
_EVERY, _PHRASE, _PREFIX, _FACET, _TAGGED, _DATED = 1, 2, 4, 8, 16, 32


class Adapter:
    """Starts the JVM at once, so that its start counts neither as indexing nor as opening."""

    note = _NOTE
    warm_ups = 10
    """The JVM compiles what runs often."""

    def __init__(self) -> None:
        java, javac = shutil.which("java"), shutil.which("javac")
        if java is None or javac is None:
            raise NotAvailableError("there is no JDK (java and javac)")
        path = class_path()
        self._classes = Path(tempfile.mkdtemp(prefix="bench-lucene-"))
        subprocess.run([javac, "-d", self._classes, "-cp", path, _SOURCE], check=True)
        command = [java, _HEAP, "-XX:+UseSerialGC", "-cp", f"{self._classes}:{path}", "Bench"]
        self._jvm = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._versions = self._ask(b"V", self._text).split("\t")

    @property
    def process(self) -> int:
        """The JVM."""
        return self._jvm.pid

    def versions(self) -> dict[str, str]:
        """Lucene and the Java that runs it."""
        return dict(zip(("Lucene", "Java"), self._versions, strict=True))

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Sends the texts one by one."""
        self._in.write(b"B" + _packed(str(folder)))
        for text in texts:
            tags = b"".join(_packed(tag) for tag in text.tags)
            day = _NO_DAY if text.published is None else text.published
            self._in.write(b"D" + _packed(text.id) + _packed(text.title) + _packed(text.text))
            self._in.write(struct.pack(">i", len(text.tags)) + tags + struct.pack(">q", day))
        self._ask(b"C", self._number)

    def open(self, folder: Path) -> None:
        """Opens one searcher."""
        segments = self._ask(b"O" + _packed(str(folder)), self._number)
        self.note = f"{_NOTE} Segments: {segments}."

    def prepare(self, query: Query) -> int:
        """The number under which the JVM keeps the query."""
        dated = query.first is not None or query.last is not None
        flags = (
            (_EVERY if query.every else 0)
            | (_PHRASE if query.phrase else 0)
            | (_PREFIX if query.prefix else 0)
            | (_FACET if query.facet else 0)
            | (_TAGGED if query.tag is not None else 0)
            | (_DATED if dated else 0)
        )
        words = b"".join(_packed(word) for word in query.words)
        last = 2**62 if query.last is None else query.last
        message = struct.pack(">ii", flags, len(query.words)) + words + _packed(query.tag or "")
        return self._ask(b"P" + message + struct.pack(">qq", query.first or 0, last), self._number)

    def search(self, prepared: int) -> Answer:
        """Asks the JVM, which takes the time."""
        return self._ask(b"S" + struct.pack(">i", prepared), self._answer)

    def fields(self, folder: Path) -> dict[str, int]:  # noqa: ARG002 - the signature is the protocol's
        """Not told."""
        return {}

    def close(self) -> None:
        """Ends the JVM."""
        self._in.close()
        self._jvm.wait()
        shutil.rmtree(self._classes)

    @property
    def _in(self) -> IO[bytes]:
        if self._jvm.stdin is None:
            raise RuntimeError("The JVM has no pipe.")
        return self._jvm.stdin

    def _ask(self, message: bytes, reply: Callable[[], T]) -> T:
        self._in.write(message)
        self._in.flush()
        return reply()

    def _read(self, size: int) -> bytes:
        data = self._jvm.stdout.read(size) if self._jvm.stdout else b""
        if len(data) < size:
            raise RuntimeError("The JVM has ended; what it wrote stands above.")
        return data

    def _number(self) -> int:
        return int(struct.unpack(">i", self._read(4))[0])

    def _text(self) -> str:
        return self._read(self._number()).decode()

    def _texts(self) -> list[str]:
        return [self._text() for _ in range(self._number())]

    def _answer(self) -> Answer:
        nanoseconds, total = struct.unpack(">qq", self._read(16))
        titles = self._texts()
        facets = (row.split("\t", 1) for row in self._texts())
        return Answer(total, titles, {tag: int(count) for count, tag in facets}, nanoseconds / 1e9)


def class_path() -> str:
    """The jars of Lucene 8."""
    found = [next(iter(sorted(_JARS.glob(f"{name}-8.*.jar"))), None) for name in _PACKAGES]
    jars = [str(jar) for jar in found if jar is not None]
    if len(jars) < len(_PACKAGES):
        raise NotAvailableError("there are no jars of Lucene 8 (Debian: liblucene8-java)")
    return ":".join(jars)


def _packed(value: str) -> bytes:
    data = value.encode()
    return struct.pack(">i", len(data)) + data
