"""This project's own index."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import service
from bench.analysis import Analysis
from bench.corpus import Text
from bench.engines.base import FACETS, HITS, Answer, InProcess
from bench.engines.whoosh_queries import Prepared, document, prepare, schema
from bench.queries import Query
from service.index.arrays.evaluator import Evaluator
from service.index.arrays.index import ArrayIndex


class Adapter(InProcess):
    """The array index, its writer and its evaluator; PROCS says how many processes index."""

    def __init__(self) -> None:
        self._analysis = Analysis()
        self._procs = int(os.environ.get("PROCS") or 1)
        self._evaluator: Any = None
        if self._procs > 1:
            self.note = f"{self._procs} processes index."

    def versions(self) -> dict[str, str]:
        """The project and the library that does its array work."""
        return {"artikelsuche": service.__version__, "numpy": np.__version__}

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Adds the texts one by one; the writer makes batches of them."""
        writer = ArrayIndex.create(folder, schema()).writer(procs=self._procs)
        for text in texts:
            writer.add_document(**document(text))
        writer.commit()

    def fields(self, folder: Path) -> dict[str, int]:
        """Posting lists, positions and columns of each field, and its stored values."""
        sizes: dict[str, int] = {}
        for segment in ArrayIndex.open(folder, schema()).segments:
            for name, size in segment.data.file.sizes().items():
                first, _, rest = name.partition("/")
                field = f"{rest.partition('/')[0]}, stored" if first == "stored" else first
                sizes[field] = sizes.get(field, 0) + size
        return sizes

    def open(self, folder: Path) -> None:
        """Opens the index and one evaluator."""
        self._evaluator = Evaluator(ArrayIndex.open(folder, schema()))

    def prepare(self, query: Query) -> Prepared:
        """The query tree."""
        return prepare(query, self._analysis)

    def search(self, prepared: Prepared) -> Answer:
        """One page and the titles on it."""
        facets = ("tags",) if prepared.facet else ()
        page = self._evaluator.search(prepared.tree, limit=HITS, allowed=prepared.allowed, facets=facets)
        titles = [str(self._evaluator.stored(number, ("title",))["title"]) for number in page.numbers.tolist()]
        counts = page.facets["tags"].top(FACETS) if prepared.facet else []
        return Answer(page.total, titles, {tag.decode(): count for tag, count in counts})
