"""SQLite FTS5: a contentless index of stems, with stored texts, tags and dates in ordinary tables."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.analysis import Analysis
from bench.corpus import Text
from bench.engines.base import FACETS, HITS, TITLE_WEIGHT, Answer, InProcess
from bench.queries import Query

_FILE = "index.sqlite3"
_TABLES = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE texts (number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, text TEXT, published INTEGER);
CREATE TABLE tags (tag TEXT, number INTEGER, PRIMARY KEY (tag, number)) WITHOUT ROWID;
CREATE VIRTUAL TABLE stems USING fts5(title, text, content='', tokenize="unicode61 remove_diacritics 0");
INSERT INTO stems(stems, rank) VALUES ('rank', 'bm25({TITLE_WEIGHT}, 1.0)');
"""
_INDEXES = """
CREATE INDEX tags_by_number ON tags (number, tag);
CREATE INDEX texts_by_day ON texts (published);
INSERT INTO stems(stems) VALUES ('optimize');
ANALYZE;
"""
_TAGGED = " AND +rowid IN (SELECT number FROM tags WHERE tag = :tag)"
_BETWEEN = " AND +rowid IN (SELECT number FROM texts WHERE published BETWEEN :first AND :last)"
_MATCHING = "FROM stems WHERE stems MATCH :match"


@dataclass(frozen=True)
class Prepared:
    """The match expression with what narrows it, and whether tags are counted."""

    condition: str
    parameters: dict[str, str | int]
    facet: bool


class Adapter(InProcess):
    """One connection; the best ten and the total are two statements, facets a third."""

    def __init__(self) -> None:
        self._analysis = Analysis()
        self._connection = sqlite3.connect(":memory:")

    def versions(self) -> dict[str, str]:
        """The library that Python is linked with."""
        return {"SQLite": sqlite3.sqlite_version}

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Indexes in one transaction, then optimises the index."""
        with closing(sqlite3.connect(folder / _FILE)) as connection:
            connection.executescript(_TABLES)
            with connection:
                for number, text in enumerate(texts, 1):
                    self._add(connection, number, text)
            connection.executescript(_INDEXES)

    def open(self, folder: Path) -> None:
        """Opens the file for reading."""
        self._connection.close()
        self._connection = sqlite3.connect(f"file:{folder / _FILE}?mode=ro", uri=True)
        self._connection.execute("PRAGMA mmap_size = 4000000000")
        self._connection.execute("SELECT count(*) FROM stems WHERE stems MATCH 'a'").fetchone()

    def prepare(self, query: Query) -> Prepared:
        """The match expression: each word in quotes, in either column."""
        condition, parameters = _MATCHING, dict[str, str | int](match=self._expression(query))
        if query.tag is not None:
            condition += _TAGGED
            parameters["tag"] = query.tag
        if query.first is not None or query.last is not None:
            condition += _BETWEEN
            parameters |= {"first": query.first or 0, "last": query.last or 2**62}
        return Prepared(condition, parameters, query.facet)

    def search(self, prepared: Prepared) -> Answer:
        """Best ten with titles, total, facets."""
        total = self._rows(f"SELECT count(*) {prepared.condition}", prepared)[0][0]
        best = f"SELECT rowid AS number {prepared.condition} ORDER BY rank LIMIT {HITS}"
        titles = self._rows(f"SELECT title FROM ({best}) CROSS JOIN texts USING (number)", prepared)
        counts: dict[str, int] = {}
        if prepared.facet:
            counts = dict(
                self._rows(
                    f"SELECT tag, count(*) AS n FROM (SELECT rowid AS number {prepared.condition}) "
                    f"CROSS JOIN tags USING (number) GROUP BY tag ORDER BY n DESC LIMIT {FACETS}",
                    prepared,
                )
            )
        return Answer(total, [title for (title,) in titles], counts)

    def _rows(self, statement: str, prepared: Prepared) -> list[Any]:
        return self._connection.execute(statement, prepared.parameters).fetchall()

    def _add(self, connection: sqlite3.Connection, number: int, text: Text) -> None:
        row = (number, text.id, text.title, text.text, text.published)
        connection.execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?)", row)
        connection.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", [(tag, number) for tag in text.tags])
        title, body = (" ".join(self._analysis.stems(value)) for value in (text.title, text.text))
        connection.execute("INSERT INTO stems(rowid, title, text) VALUES (?, ?, ?)", (number, title, body))

    def _expression(self, query: Query) -> str:
        if query.prefix:
            return f'"{query.words[0]}"*'
        stems = [self._analysis.stem(word) for word in query.words]
        if query.phrase:
            return f'"{" ".join(stems)}"'
        return (" AND " if query.every else " OR ").join(f'"{stem}"' for stem in stems)
