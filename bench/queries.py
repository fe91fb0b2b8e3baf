"""The queries: read from a file, or made from the corpus in the same classes."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from bench.analysis import words
from bench.corpus import Text

CLASSES = {"word": 50, "or": 100, "and": 100, "phrase": 40, "prefix": 30, "tag": 40, "date": 20, "facets": 20}
"""The classes in the order of the report, and how many queries of each are made where no file is given."""

_SEED = 1
_RESERVOIR = 5_000
_MOST_WORDS = 5
_MOST_PHRASE_WORDS = 4
_DAYS_OF_A_YEAR = 365
_MOST_YEARS = 10


@dataclass(frozen=True)
class Query:
    """One query. `words` are in lower case and not yet stemmed; first and last day are counted as in `Text`."""

    kind: str
    words: tuple[str, ...]
    every: bool
    phrase: bool = False
    prefix: bool = False
    tag: str | None = None
    first: int | None = None
    last: int | None = None
    facet: bool = False


def read(path: Path) -> list[Query]:
    """The queries of an NDJSON file with `class`, `q` and, where wanted, `match`, `tag`, `from`, `to`, `facet`."""
    return [_query(orjson.loads(line)) for line in path.read_bytes().splitlines() if line.strip()]


def make(texts: Iterable[Text]) -> list[Query]:
    """Queries from the words of the texts: frequent words come often, and every query matches something."""
    choice = random.Random(_SEED)
    sample = [text for text in _sample(texts, choice) if len(words(text.text)) > _MOST_WORDS]
    if not sample:
        raise ValueError("The corpus has no text that is long enough to make queries from.")
    return [_made(kind, choice.choice(sample), choice) for kind, number in CLASSES.items() for _ in range(number)]


def _query(row: dict[str, Any]) -> Query:
    q = str(row["q"])
    return Query(
        kind=str(row["class"]),
        words=tuple(words(q)),
        every=row.get("match", "all") == "all",
        phrase=q.startswith('"'),
        prefix=q.endswith("*"),
        tag=row.get("tag"),
        first=_day(row.get("from")),
        last=_day(row.get("to")),
        facet="facet" in row,
    )


def _day(value: str | None) -> int | None:
    return date.fromisoformat(value[:10]).toordinal() if value else None


def _sample(texts: Iterable[Text], choice: random.Random) -> Iterator[Text]:
    """A sample in which every text has the same chance, whatever their number."""
    kept: list[Text] = []
    for number, text in enumerate(texts):
        if number < _RESERVOIR:
            kept.append(text)
        elif (place := choice.randrange(number + 1)) < _RESERVOIR:
            kept[place] = text
    return iter(kept)


def _made(kind: str, text: Text, choice: random.Random) -> Query:
    found = words(text.text)
    several = tuple(choice.sample(found, choice.randint(2, _MOST_WORDS)))
    every = kind not in {"or", "date", "facets"}
    query = Query(kind, several if kind in {"or", "and", "facets"} else several[:1], every, facet=kind == "facets")
    match kind:
        case "phrase":
            length = choice.randint(2, _MOST_PHRASE_WORDS)
            start = choice.randrange(len(found) - length)
            query = replace(query, words=tuple(found[start : start + length]), phrase=True)
        case "prefix":
            query = replace(query, words=(several[0][: choice.randint(3, 5)],), prefix=True)
        case "tag":
            query = replace(query, tag=choice.choice(text.tags) if text.tags else "")
        case "date":
            middle = text.published or date(2000, 1, 1).toordinal()
            reach = choice.randint(1, _MOST_YEARS) * _DAYS_OF_A_YEAR // 2
            query = replace(query, words=several[:2], first=middle - reach, last=middle + reach)
    return query
