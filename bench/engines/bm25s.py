"""bm25s: a matrix of scores; it ranks words and OR queries and knows nothing else."""

from array import array
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import bm25s
import numpy as np
import orjson

from bench.analysis import Analysis
from bench.corpus import Text
from bench.engines.base import HITS, Answer, InProcess
from bench.queries import Query

_TEXTS = "corpus.jsonl"


class Adapter(InProcess):
    """Title and text are one field; a match is a score above 0, so the total is exact."""

    note = "Answers the classes word and or only; title and text have the same weight."

    def __init__(self) -> None:
        self._analysis = Analysis()
        self._scorer = bm25s.BM25()

    def versions(self) -> dict[str, str]:
        """The library."""
        return {"bm25s": version("bm25s")}

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Numbers the stems, scores them all, and writes the texts beside the matrix."""
        vocabulary: dict[str, int] = {}
        numbers: list[array[int]] = []
        starts = [0]
        with (folder / _TEXTS).open("wb") as stored:
            for text in texts:
                stems = self._analysis.stems(f"{text.title} {text.text}")
                numbers.append(array("i", [vocabulary.setdefault(stem, len(vocabulary)) for stem in stems]))
                stored.write(orjson.dumps({"id": text.id, "title": text.title, "text": text.text}) + b"\n")
                starts.append(stored.tell())
        self._scorer.index((numbers, vocabulary), show_progress=False)
        self._scorer.save(folder, show_progress=False)
        bm25s.utils.corpus.save_mmindex(starts[:-1], path=folder / _TEXTS)

    def open(self, folder: Path) -> None:
        """Maps the matrix and the texts into memory."""
        self._scorer = bm25s.BM25.load(folder, mmap=True, load_corpus=True, show_progress=False)

    def prepare(self, query: Query) -> list[str] | None:
        """The stems, for the classes it can answer."""
        if query.kind not in {"word", "or"}:
            return None
        return [self._analysis.stem(word) for word in query.words]

    def search(self, prepared: list[str]) -> Answer:
        """Scores every text, then picks the best."""
        scores = self._scorer.get_scores(prepared)
        total = int(np.count_nonzero(scores))
        _, best = bm25s.selection.topk(scores, k=min(HITS, len(scores)), backend="numpy")
        titles = [self._scorer.corpus[int(number)]["title"] for number in best[: min(total, HITS)]]
        return Answer(total, titles)
