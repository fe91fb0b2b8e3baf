"""The texts: any NDJSON file with `title` and `text`, packed with zstd or not, cut or grown to a number of texts."""

import io
import itertools
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import zstandard

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Text:
    """One text. `published` is a day, counted from the first of January of the year 1."""

    id: str
    title: str
    text: str
    tags: tuple[str, ...]
    published: int | None

    @property
    def raw_bytes(self) -> int:
        """What counts as raw text: title and text in UTF-8."""
        return len(self.title.encode()) + len(self.text.encode())


@dataclass(frozen=True)
class CorpusFigures:
    """How large the prepared corpus is."""

    texts: int
    raw_bytes: int


def read(path: Path) -> Iterator[Text]:
    """The texts of a file in their order; a text without an id gets its number."""
    with path.open("rb") as packed:
        source = zstandard.ZstdDecompressor().stream_reader(packed) if path.suffix == ".zst" else packed
        for number, line in enumerate(io.BufferedReader(source, 1 << 20)):
            if line.strip():
                yield _text(orjson.loads(line), number)


def prepare(source: Path, target: Path, limit: int) -> CorpusFigures:
    """Writes `limit` texts for the engines to read; where the source has fewer, they come again, shuffled."""
    texts, raw_bytes = 0, 0
    with target.open("wb") as file:
        for text in sized(source, limit):
            file.write(orjson.dumps(asdict(text)) + b"\n")
            texts += 1
            raw_bytes += text.raw_bytes
    return CorpusFigures(texts, raw_bytes)


def sized(source: Path, limit: int) -> Iterator[Text]:
    """Exactly `limit` texts, all of them for 0."""
    if not limit:
        return read(source)
    rounds = (read(source) if number == 0 else _shuffled(read(source), number) for number in itertools.count())
    return itertools.islice(itertools.chain.from_iterable(rounds), limit)


def _shuffled(texts: Iterable[Text], number: int) -> Iterator[Text]:
    """The texts once more under fresh ids and with their sentences in another order."""
    order = random.Random(number)
    empty = True
    for text in texts:
        empty = False
        sentences = _SENTENCE_END.split(text.text)
        order.shuffle(sentences)
        yield Text(f"{text.id}-{number}", text.title, " ".join(sentences), text.tags, text.published)
    if empty:
        raise ValueError("The corpus has no texts.")


def _text(row: dict[str, Any], number: int) -> Text:
    published = row.get("published")
    if isinstance(published, str):
        published = date.fromisoformat(published[:10]).toordinal()
    # A comma parts tags in Whoosh's keyword field.
    tags = tuple(str(tag).replace(",", " ") for tag in row.get("tags") or ())
    return Text(str(row.get("id", number)), str(row["title"]), str(row["text"]), tags, published)
