"""A corpus without a download: the words of the example articles and compounds of them, drawn by Zipf's law."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from bench.analysis import WORD

_VOCABULARY = 200_000
_TAGS = 500
_SENTENCES = (4, 24)
_SENTENCE_WORDS = (5, 24)
_TITLE_WORDS = (4, 9)
_DAYS = (date(1990, 1, 1).toordinal(), date(2025, 12, 31).toordinal())
_COMPOUND_PART = 4
_ZIPF_SHIFT = 2.7
_SEED = 1


@dataclass(frozen=True)
class _Draw:
    """Draws from a list by rank: the chance of rank r is as 1 / (r + 2.7)."""

    choices: list[str]
    cumulative: NDArray[np.float64]
    random: np.random.Generator

    def take(self, number: int) -> list[str]:
        """As many as asked for, with repetition."""
        ranks = np.searchsorted(self.cumulative, self.random.random(number))
        return [self.choices[rank] for rank in ranks]


def write(examples: Path, target: Path, texts: int) -> None:
    """Writes a corpus of so many texts; the same examples give the same corpus."""
    random = np.random.default_rng(_SEED)
    vocabulary = _vocabulary(examples, random)
    words = _draw(vocabulary, random)
    tags = _draw([f"{word} {number}" for number, word in enumerate(vocabulary[:_TAGS])], random)
    with target.open("wb") as file:
        for number in range(texts):
            row = {
                "id": f"z{number:07d}",
                "title": " ".join(words.take(int(random.integers(*_TITLE_WORDS)))),
                "text": _text(words, random),
                "tags": sorted(set(tags.take(int(random.integers(1, 4))))),
                "published": date.fromordinal(int(random.integers(*_DAYS))).isoformat(),
            }
            file.write(orjson.dumps(row) + b"\n")


def _text(words: _Draw, random: np.random.Generator) -> str:
    lengths = random.integers(*_SENTENCE_WORDS, size=int(random.integers(*_SENTENCES)))
    drawn = words.take(int(lengths.sum()))
    ends = np.cumsum(lengths)
    return " ".join(" ".join(drawn[end - length : end]) + "." for end, length in zip(ends, lengths, strict=True))


def _vocabulary(examples: Path, random: np.random.Generator) -> list[str]:
    """The words of the examples, the most frequent first, then compounds of two of them."""
    counts: Counter[str] = Counter()
    for path in sorted(examples.glob("*.txt")):
        counts.update(WORD.findall(path.read_text("utf-8", errors="replace")))
    vocabulary = dict.fromkeys(word for word, _ in counts.most_common())
    parts = [word for word in vocabulary if len(word) >= _COMPOUND_PART and word.isalpha()]
    if not parts:
        raise ValueError(f"{examples} has no texts to take words from; name a corpus: make bench CORPUS=texts.jsonl")
    pairs = random.integers(len(parts), size=(_VOCABULARY, 2))
    vocabulary.update(dict.fromkeys(parts[head] + parts[tail].lower() for head, tail in pairs))
    return list(vocabulary)[:_VOCABULARY]


def _draw(choices: list[str], random: np.random.Generator) -> _Draw:
    chances = 1.0 / (np.arange(len(choices)) + 1 + _ZIPF_SHIFT)
    cumulative = np.cumsum(chances / chances.sum())
    cumulative[-1] = 1.0
    return _Draw(choices, cumulative, random)
