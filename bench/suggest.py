"""`make bench-suggest`: what suggestions cost while indexing, and how long a completion takes.

Reads the environment: CORPUS (NDJSON with `title` and `text`, generated texts if there is none), LIMIT (number of
texts, 100,000 if it is not given) and JSON (a file to write the figures to).
"""

import os
import random
import statistics
import string
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click
import orjson

from bench import zipf
from bench.corpus import Text, sized
from service.articles.dates import TIME_ZONE
from service.articles.model import Article, Section
from service.articles.slug import slug
from service.index.completions import Completions
from service.index.documents import names_of
from service.index.suggestions import SUGGESTIONS_FILE, SuggestionCollector

_TEXTS = 100_000
_LENGTHS = range(1, 9)
_ASKED = 300
"""Different words of which beginnings are asked for."""
_SUGGESTIONS = 8
_AUTHORS, _SECTIONS = 500, 12
_SEED = 1
_LEAD = 300
"""Characters of a text that are its lead, up to the end of a sentence."""


@dataclass(frozen=True)
class Timing:
    """Milliseconds of completions of beginnings of one length."""

    letters: int
    typo: bool
    asked: int
    mean: float
    p95: float
    largest: float


def main() -> None:
    """Prints a table, and writes JSON if it is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, SUGGESTIONS_FILE)
        titles, seconds = _write(_corpus(Path(folder)), file)
        click.echo(f"gathered in {seconds[0]:.1f} s, written in {seconds[1]:.1f} s, {file.stat().st_size / 1e6:.1f} MB")
        start = time.perf_counter()
        completions = Completions(file)
        click.echo(f"opened in {(time.perf_counter() - start) * 1e3:.1f} ms")
        timings = list(_timings(completions, titles))
        sizes = dict(sorted(completions.sizes().items(), key=lambda row: -row[1]))
    click.echo(" ".join(f"{name} {size / 1e6:.1f}" for name, size in sizes.items()))
    click.echo("| letters | typo | mean ms | p95 ms | max ms |\n|---:|---|---:|---:|---:|")
    for it in timings:
        shown = f"| {it.letters} | {'yes' if it.typo else ''} | {it.mean:.3f} | {it.p95:.3f} | {it.largest:.3f} |"
        click.echo(shown)
    if os.environ.get("JSON"):
        figures = {"seconds": seconds, "bytes": sizes, "timings": [asdict(it) for it in timings]}
        Path(os.environ["JSON"]).write_bytes(orjson.dumps(figures))


def _corpus(folder: Path) -> Iterator[Text]:
    number = int(os.environ.get("LIMIT") or _TEXTS)
    given = os.environ.get("CORPUS")
    if given:
        return sized(Path(given), number)
    zipf.write(Path("examples"), folder / "texts.jsonl", number)
    return sized(folder / "texts.jsonl", number)


def _write(texts: Iterator[Text], file: Path) -> tuple[list[str], tuple[float, float]]:
    """Some titles, and the seconds that it took to gather and to write."""
    collector = SuggestionCollector()
    spellings: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    choice = random.Random(_SEED)
    titles, gathered = [], 0.0
    for number, text in enumerate(texts):
        article = _article(text, choice)
        for field, names in names_of(article).items():
            for name in names:
                spellings[field][slug(name)][name] += 1
        if number % 97 == 0:
            titles.append(text.title)
        start = time.perf_counter()
        collector.add(article)
        gathered += time.perf_counter() - start
    start = time.perf_counter()
    collector.write(
        file,
        {
            field: {key: max(sorted(it), key=it.__getitem__) for key, it in by.items()}
            for field, by in spellings.items()
        },
    )
    return titles, (gathered, time.perf_counter() - start)


def _article(text: Text, choice: random.Random) -> Article:
    end = text.text.find(". ", _LEAD)
    lead, rest = (text.text, "") if end < 0 else (text.text[: end + 1], text.text[end + 2 :])
    published = None if text.published is None else datetime.fromordinal(text.published).replace(tzinfo=TIME_ZONE)
    return Article(
        text.id,
        text.title,
        lead,
        (Section(None, (rest,)),),
        text.tags,
        published,
        authors=(f"Anna {_letters(choice.randrange(_AUTHORS))}",),
        section=f"Ressort {_letters(choice.randrange(_SECTIONS))}",
    )


def _letters(number: int) -> str:
    return "".join(string.ascii_uppercase[int(digit)] for digit in str(number)) + "mann"


def _timings(completions: Completions, titles: Sequence[str]) -> Iterator[Timing]:
    choice = random.Random(_SEED)
    words = sorted({word for title in titles for word in title.split() if word.isalpha()})
    asked = choice.sample(words, min(_ASKED, len(words)))
    for typo in (False, True):
        for letters in _LENGTHS:
            beginnings = {word[:letters] for word in asked if len(word) >= letters}
            if typo:
                beginnings = {_misspelled(it, choice) for it in sorted(beginnings)}
            if letters == 1:
                beginnings |= set(string.ascii_lowercase)
            times = sorted(_milliseconds(completions, it) for it in sorted(beginnings))
            yield Timing(letters, typo, len(times), statistics.mean(times), times[int(len(times) * 0.95)], times[-1])


def _misspelled(beginning: str, choice: random.Random) -> str:
    at = choice.randrange(len(beginning))
    return beginning[:at] + choice.choice(string.ascii_lowercase) + beginning[at + 1 :]


def _milliseconds(completions: Completions, q: str) -> float:
    """The better of two times, as others use the machine too."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        completions.complete(q, _SUGGESTIONS)
        times.append((time.perf_counter() - start) * 1e3)
    return min(times)


if __name__ == "__main__":
    main()
