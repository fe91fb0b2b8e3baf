"""Suggestions: what people can be offered while they type, gathered while indexing and written as one flat file.

Entries are numbered by rank, the best first, so the best of any set are its smallest numbers:

    text, text_ends        the texts as shown, and where each ends, in bytes of UTF-8
    target, target_ends    slugs of names, ids of the newest articles of titles, nothing for phrases
    kind, count            the place in `KINDS`, and the number of articles
    first                  what is offered before anything is typed
    key, key_ends, by_key  folded texts in ascending order, and the entry of each
    word                   all folded words in ascending order, each `WORD_BYTES` wide
    posting, posting_ends  entries with each word, and where those of each word end
"""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np

from service.articles.model import Article
from service.articles.slug import slug
from service.german.variants import variant_key
from service.index.arrays.flatfile import Array, write_flat
from service.index.documents import names_of, to_moment
from service.index.folding import folded_words
from service.index.phrases import PhraseCounts
from service.index.schema import NAMED, NO_MOMENT

SUGGESTIONS_FILE = "suggestions.flat"
KINDS = ("tag", "author", "section", "source", "phrase", "title")
"""The better kind first: of two entries with one text it stays."""
WORD_BYTES = 32
"""Words are told apart by one byte less, so that there is room for a byte that is greater than all others."""
OFFERED = 20
"""As many are offered at most."""
MOST_PHRASES = MOST_TITLES = 200_000
"""Of phrases the most used are kept, of titles the newest."""
_HALF_LIFE = 365.25 * 86_400e6
"""Microseconds in which freshness halves."""
_BONUS = {"title": 0.0}
_NAME_BONUS = 0.5
_PRECISION = 1e6
"""Scores are compared as whole numbers, as the last bits of a logarithm differ from machine to machine."""


@dataclass(slots=True)
class _Use:
    """How many articles, and the moment of the newest."""

    articles: int = 0
    newest: int = NO_MOMENT

    def add(self, moment: int) -> None:
        self.articles += 1
        self.newest = max(self.newest, moment)


@dataclass(slots=True)
class _TitleUse(_Use):
    article_id: str = ""
    """The newest, of equally new ones the first."""


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    kind: str
    count: int
    newest: int
    target: str
    words: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", folded_words(self.text))

    def score(self, newest: int) -> int:
        """Use and freshness; an article of the archive's newest moment counts as much as e times the use."""
        fresh = 0.0 if self.newest == NO_MOMENT else 0.5 ** ((newest - self.newest) / _HALF_LIFE)
        return round((math.log(self.count) + fresh + _BONUS.get(self.kind, _NAME_BONUS)) * _PRECISION)


class SuggestionCollector:
    """Gathers suggestions from articles.

    Memory is bounded but for the names (tags, authors, sources, sections), of which archives have few: phrases are
    those of a bounded table (`phrases`), titles no more than one and a half times those that are kept.
    """

    def __init__(self, most_titles: int = MOST_TITLES) -> None:
        self._most_titles = most_titles
        self._names: dict[str, dict[str, _Use]] = {name: {} for name in NAMED}
        self._titles: dict[str, _TitleUse] = {}
        self._phrases = PhraseCounts()
        self._newest = NO_MOMENT
        self._slug = lru_cache(maxsize=50_000)(slug)

    def add(self, article: Article) -> None:
        """Take what an article has to offer."""
        moment = NO_MOMENT if article.published is None else to_moment(article.published)
        self._newest = max(self._newest, moment)
        for name, found in names_of(article).items():
            uses = self._names[name]
            for key in set(map(self._slug, found)):
                uses.setdefault(key, _Use()).add(moment)
        use = self._titles.setdefault(article.title, _TitleUse())
        if not use.article_id or moment > use.newest:
            use.article_id = article.id
        use.add(moment)
        if len(self._titles) > self._most_titles * 3 // 2:
            self._titles = dict(self._newest_titles())
        self._phrases.add([article.title, *(text for kind, text in article.lines() if kind != "body")], moment)

    def write(self, path: Path, names: Mapping[str, Mapping[str, str]]) -> None:
        """Write all of it; `names` are those of the slugs of each field."""
        entries = sorted(_distinct(self._entries(names)), key=lambda it: (-it.score(self._newest), it.text))
        write_flat(path, {}, _arrays(entries))

    def _newest_titles(self) -> list[tuple[str, _TitleUse]]:
        titles = sorted(self._titles.items(), key=lambda row: (-row[1].newest, -row[1].articles, row[0]))
        return titles[: self._most_titles]

    def _entries(self, names: Mapping[str, Mapping[str, str]]) -> Iterator[_Entry]:
        """All entries, those of better kinds first, of one kind the most used first."""
        for kind in KINDS:
            if kind in self._names:
                rows = sorted(self._names[kind].items(), key=lambda row: (-row[1].articles, row[0]))
                yield from (_Entry(names[kind][key], kind, use.articles, use.newest, key) for key, use in rows)
        for phrase in self._phrases.best(MOST_PHRASES):
            yield _Entry(phrase.text, "phrase", phrase.articles, phrase.newest, "")
        for text, title in self._newest_titles():
            yield _Entry(text, "title", title.articles, title.newest, title.article_id)


def _distinct(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    """The first of entries that are variants of one text."""
    variant = lru_cache(maxsize=100_000)(variant_key)
    seen: set[str] = set()
    for entry in entries:
        key = " ".join(map(variant, entry.words)) or entry.text
        if key not in seen:
            seen.add(key)
            yield entry


def _arrays(entries: Sequence[_Entry]) -> dict[str, Array]:
    keys = [" ".join(entry.words).encode() for entry in entries]
    by_key = sorted((number for number, key in enumerate(keys) if key), key=keys.__getitem__)
    tags = (number for number, entry in enumerate(entries) if entry.kind == KINDS[0])
    others = (number for number, entry in enumerate(entries) if entry.kind != KINDS[0])
    return {
        **_texts("text", [entry.text.encode() for entry in entries]),
        **_texts("target", [entry.target.encode() for entry in entries]),
        "kind": np.array([KINDS.index(entry.kind) for entry in entries], np.uint8),
        "count": np.array([entry.count for entry in entries], np.uint32),
        "first": np.array([number for number, _ in zip(chain(tags, others), range(OFFERED), strict=False)], np.uint32),
        **_texts("key", [keys[number] for number in by_key]),
        "by_key": np.array(by_key, np.uint32),
        **_postings([entry.words for entry in entries]),
    }


def _texts(name: str, texts: Sequence[bytes]) -> dict[str, Array]:
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    return {name: np.frombuffer(b"".join(texts), np.uint8), f"{name}_ends": ends.astype(np.uint32)}


def _postings(words: Sequence[Sequence[str]]) -> dict[str, Array]:
    """The words of all entries and the entries of each, ascending."""
    numbers: dict[bytes, int] = {}
    word_of, entry_of = array("I"), array("I")
    for entry, those in enumerate(words):
        for word in dict.fromkeys(map(cut, those)):
            word_of.append(numbers.setdefault(word, len(numbers)))
            entry_of.append(entry)
    ascending = sorted(numbers)
    place = np.empty(len(numbers), np.uint32)
    place[[numbers[word] for word in ascending]] = np.arange(len(numbers), dtype=np.uint32)
    places = place[np.asarray(word_of)]
    order = np.argsort(places, kind="stable")
    return {
        "word": np.array(ascending, f"S{WORD_BYTES}").view(np.uint8),
        "posting": np.asarray(entry_of)[order].astype(np.uint32),
        "posting_ends": np.cumsum(np.bincount(places, minlength=len(numbers))).astype(np.uint32),
    }


def cut(word: str) -> bytes:
    """A word as it is told apart from others."""
    raw = word.encode()
    return raw if len(raw) < WORD_BYTES else raw[: WORD_BYTES - 1].decode(errors="ignore").encode()
