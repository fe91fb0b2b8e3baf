"""BM25 over Lucene's GermanAnalyzer, in a JVM of its own that `lucene/Relevance.java` is compiled for."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.engines.base import NotAvailableError
from bench.engines.lucene import class_path
from bench.relevance.metrics import DEPTH
from bench.relevance.sets import JudgedSet, Query

_SOURCE = Path(__file__).parent.parent / "lucene" / "Relevance.java"


class Lucene:
    """The index of one set, on disk between the runs.

    Raises:
        NotAvailableError: there is no JDK, or there are no jars.
    """

    def __init__(self, judged: JudgedSet, place: Path) -> None:
        java, javac = shutil.which("java"), shutil.which("javac")
        if java is None or javac is None:
            raise NotAvailableError("there is no JDK (java and javac)")
        jars = class_path()
        self._place = place
        self._ids = [passage.id for passage in judged.passages]
        place.mkdir(parents=True)
        subprocess.run([javac, "-d", place, "-cp", jars, _SOURCE], check=True)
        self._command = [java, "-Xmx2g", "-XX:+UseSerialGC", "-cp", f"{place}:{jars}", "Relevance"]
        self._run("index", _lines(f"{passage.title} {passage.text}" for passage in judged.passages))

    def rank(self, queries: Sequence[Query]) -> dict[str, list[str]]:
        """The run of these queries."""
        told = self._run("search", _lines(query.text for query in queries), str(DEPTH)).split("\n")[:-1]
        return {
            query.id: [self._ids[int(number)] for number in line.split()]
            for query, line in zip(queries, told, strict=True)
        }

    def _run(self, action: str, told: str, *more: str) -> str:
        command = [*self._command, action, str(self._place / "index"), *more]
        return subprocess.run(command, check=True, input=told, stdout=subprocess.PIPE, encoding="utf-8").stdout


def _lines(texts: Iterable[str]) -> str:
    """One text a line."""
    return "".join(f"{' '.join(text.split())}\n" for text in texts)
