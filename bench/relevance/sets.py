"""Judged sets: passages, queries, and which passage is relevant to which query.

A folder is a set if it holds `passages.jsonl` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv` (a header;
query id, passage id, relevance). Beside them may lie variants of the queries, `queries_<variant>.jsonl`, which ask
for the same in other words or spellings and are judged on the ids that they contain. The project's own set is one
file of queries with their judgements on the articles of `examples/`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from service.articles.corpus import Corpus, Fingerprint
from service.articles.model import Article

PASSAGES, QUERIES, QRELS = "passages.jsonl", "queries.jsonl", "qrels.tsv"
EXAMPLES = Path("examples")
JUDGED = Path("tests/relevance/judged.jsonl")
_OWN = "examples"

Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Passage:
    """What is searched for."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Query:
    """What is asked; `every` if all of its words must match."""

    id: str
    text: str
    every: bool = False


@dataclass(frozen=True)
class JudgedSet:
    """One set. `variants` are other wordings of the same queries; `articles` is its folder in the house format."""

    name: str
    passages: tuple[Passage, ...]
    queries: tuple[Query, ...]
    variants: dict[str, tuple[Query, ...]]
    qrels: Qrels
    articles: Path | None = None

    def asked(self) -> Iterator[tuple[str, tuple[Query, ...]]]:
        """The queries as they are under the empty name, and each variant."""
        yield "", self.queries
        yield from self.variants.items()

    def half(self, which: int) -> "JudgedSet":
        """The set with the queries of one half; a query is in the same half whatever set and variant it is in."""
        variants = {name: _half(queries, which) for name, queries in self.variants.items()}
        return replace(self, queries=_half(self.queries, which), variants=variants)


def find(folder: Path | None) -> Iterator[JudgedSet]:
    """The project's own set, then every set in the folder, or the folder itself if it is one."""
    if JUDGED.is_file():
        yield own(JUDGED, EXAMPLES)
    if folder is not None:
        found = (
            [folder] if (folder / PASSAGES).is_file() else sorted(path.parent for path in folder.glob(f"*/{PASSAGES}"))
        )
        if not found:
            raise FileNotFoundError(f"There is no {PASSAGES} in {folder} nor in a folder of it.")
        for place in found:
            yield read(place)


def read(folder: Path) -> JudgedSet:
    """The set in a folder."""
    variants = {path.stem.removeprefix("queries_"): path for path in sorted(folder.glob("queries_*.jsonl"))}
    qrels = _qrels(folder / QRELS)
    return JudgedSet(
        name=folder.resolve().name,
        passages=tuple(
            Passage(str(row["id"]), str(row.get("title") or ""), str(row.get("text") or ""))
            for row in _rows(folder / PASSAGES)
        ),
        queries=_queries(folder / QUERIES, qrels),
        variants={name: _queries(path, qrels) for name, path in variants.items()},
        qrels=qrels,
    )


def own(judged: Path, articles: Path) -> JudgedSet:
    """The project's own set: queries that have something to find, on a folder of articles."""
    rows = [row for row in _rows(judged) if row["relevant"]]
    return JudgedSet(
        name=_OWN,
        passages=tuple(
            Passage(item.id, item.title, item.text)
            for item in Corpus(articles).read(Fingerprint())
            if isinstance(item, Article)
        ),
        queries=tuple(Query(row["id"], row["q"], row.get("match", "all") == "all") for row in rows),
        variants={},
        qrels={row["id"]: row["relevant"] for row in rows},
        articles=articles,
    )


def digest(text: str) -> int:
    """A number that depends on nothing but the text: chance that is the same everywhere and always."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _half(queries: tuple[Query, ...], which: int) -> tuple[Query, ...]:
    return tuple(query for query in queries if digest(query.id) % 2 == which)


def _queries(path: Path, qrels: Qrels) -> tuple[Query, ...]:
    """The queries that something is relevant to: the others have no figures."""
    return tuple(Query(str(row["id"]), str(row["text"])) for row in _rows(path) if str(row["id"]) in qrels)


def _qrels(path: Path) -> Qrels:
    qrels: Qrels = {}
    for line in path.read_text("utf-8").split("\n")[1:]:
        if line.strip():
            query, passage, relevance = line.split("\t")
            if int(relevance) > 0:
                qrels.setdefault(query, {})[passage] = int(relevance)
    return qrels


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                yield orjson.loads(line)
