"""What `make bench-http` asks about: article files drawn by Zipf's law, and queries that fill a page."""

import http.client
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import orjson

from bench import zipf
from bench.analysis import WORD
from bench.corpus import Text, read

_PARAGRAPH = 4
_SHORTEST_WORD = 4
_MOST_WORDS = 3
_SEED = 1
_FILES = 2_000
"""Articles that words are taken from."""
_TRIES = 50
"""Queries tried for each that is wanted."""


def write_articles(examples: Path, folder: Path, number: int) -> None:
    """Writes so many generated articles in the house format."""
    folder.mkdir()
    corpus = folder.with_suffix(".jsonl")
    zipf.write(examples, corpus, number)
    for text in read(corpus):
        (folder / f"{text.id}.txt").write_text(house_format(text), "utf-8")


def full_pages(folder: Path, address: tuple[str, int], number: int) -> list[str]:
    """Addresses of so many different searches of one to three words that give ten hits, each with a highlight."""
    choice = random.Random(_SEED)
    files = sorted(folder.rglob("*.txt"))
    texts = [path.read_text("utf-8", errors="replace") for path in choice.sample(files, min(_FILES, len(files)))]
    connection = http.client.HTTPConnection(*address, timeout=60)
    found: dict[str, None] = {}
    for path in _candidates(texts, choice, _TRIES * number):
        if path not in found and _is_full(connection, path):
            found[path] = None
            if len(found) == number:
                return list(found)
    raise ValueError(f"{folder} has words for {len(found)} pages of ten hits, {number} are wanted; give more articles.")


def house_format(text: Text) -> str:
    """The text as the file of an article, without a header."""
    sentences = [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in text.text.rstrip(".").split(". ")]
    starts = [0, *range(1, len(sentences), _PARAGRAPH)]
    ends = [*starts[1:], len(sentences)]
    paragraphs = [" ".join(sentences[start:end]) for start, end in zip(starts, ends, strict=True)]
    tags = ["- Themen:", *(f"- #{tag}" for tag in text.tags)]
    return "\n".join([text.title, *paragraphs, *tags]) + "\n"


def _candidates(texts: Sequence[str], choice: random.Random, number: int) -> Iterator[str]:
    for _ in range(number):
        words = sorted({word for word in WORD.findall(choice.choice(texts)) if len(word) >= _SHORTEST_WORD})
        length = choice.randint(1, _MOST_WORDS)
        if len(words) >= length:
            yield f"/v1/search?q={quote(' '.join(choice.sample(words, length)))}"


def _is_full(connection: http.client.HTTPConnection, path: str) -> bool:
    connection.request("GET", path)
    page = orjson.loads(connection.getresponse().read())
    marked = [any(result["highlights"].values()) for result in page["results"]]
    return len(marked) == page["page_size"] and all(marked)
