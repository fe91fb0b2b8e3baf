"""`make bench-chain`: what share of indexing articles the language chain takes, and how large the index is.

Reads the environment: CORPUS (NDJSON with `title` and `text`) and LIMIT (number of texts, all if it is not given).
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import click

from bench.corpus import Text, sized
from service.articles.model import Article, Section
from service.german.tokens import Chain
from service.german.words import GermanWords, Word
from service.index.arrays.index import ArrayIndex
from service.index.documents import to_document
from service.index.schema import whoosh_schema

_REMEMBERED = 1_000_000


class _Timed(GermanWords):
    """Adds up the seconds that words take, and counts them."""

    seconds = 0.0
    words = 0

    def analyse(self, surface: str) -> Word:
        """The same, timed."""
        start = time.perf_counter()
        found = super().analyse(surface)
        _Timed.seconds += time.perf_counter() - start
        _Timed.words += 1
        return found


def main() -> None:
    """Prints the figures in one line each."""
    corpus = os.environ.get("CORPUS")
    if not corpus:
        sys.exit("Name a file of texts: make bench-chain CORPUS=texts.jsonl.zst")
    texts = list(sized(Path(corpus), int(os.environ.get("LIMIT") or 0)))
    chain = Chain(_REMEMBERED)
    chain._german.__class__ = _Timed  # noqa: SLF001 - the clock stands where nothing else may
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with ArrayIndex.create(Path(folder), whoosh_schema(chain)).writer(1) as writer:
            for text in texts:
                writer.add_document(**to_document(_article(text), chain))
        seconds = time.perf_counter() - start
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    click.echo(f"{len(texts):,} texts in {seconds:.1f} s, {len(texts) / seconds:.0f} a second")
    click.echo(f"{_Timed.words:,} different words in {_Timed.seconds:.1f} s, {_Timed.seconds / seconds:.1%} of it")
    click.echo(f"index of {size / sum(text.raw_bytes for text in texts):.1f} times the texts")


def _article(text: Text) -> Article:
    return Article(text.id, text.title, sections=(Section(None, tuple(filter(str.strip, text.text.split("\n")))),))


if __name__ == "__main__":
    main()
