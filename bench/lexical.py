"""`make lexical`: how well the language chain does on word lists.

Reads the environment: LISTS (a folder with some or all of the files named below, tab-separated with a header) and JSON
(a file to write the figures to).
"""

import csv
import os
import re
import statistics
import sys
import time
import timeit
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from bench import compounds
from service.german.spelling import Speller
from service.german.tokens import fold
from service.german.variants import variant_key
from service.german.vocabulary import Vocabulary, read_vocabulary

_VOCABULARY = "news_vocabulary.tsv"
_WRONG = {"misspellings": "misspellings_libreoffice.tsv", "typos": "typos_mined.tsv"}
"""Lists with a wrong word and the right one."""
_PAIRS = {"spelling variants": "spelling_variants.tsv", "old and new orthography": "orthography_old_new.tsv"}
"""Lists with two spellings of a word; several words are joined, as `guttun` and `gut tun`."""
_REPEATS = 3
"""How often each correction is timed. The best counts, as the rest is what else the machine does."""
_APART = re.compile(r"[\s-]")

Figures = dict[str, Any]


def main() -> None:
    """Prints a table, and writes JSON if it is asked for."""
    folder = Path(os.environ.get("LISTS", ""))
    if not os.environ.get("LISTS") or not folder.is_dir():
        sys.exit("Name the folder of the word lists: make lexical LISTS=folder")
    figures = _measured(folder)
    click.echo("\n".join(["| list | figure | value |", "|---|---|---:|", *_rows(figures)]))
    if os.environ.get("JSON"):
        Path(os.environ["JSON"]).write_bytes(orjson.dumps(figures))


def _measured(folder: Path) -> dict[str, Figures]:
    """The figures of each list that is in the folder."""
    found: dict[str, Figures] = {}
    if all((folder / file).is_file() for file, _ in compounds.LISTS.values()):
        found["compounds"] = {f"exact, {name}": share for name, share in compounds.measure(folder).items()}
    if (folder / _VOCABULARY).is_file():
        with (folder / _VOCABULARY).open(encoding="utf-8") as lines:
            vocabulary = read_vocabulary(lines)
        start = time.perf_counter()
        speller = Speller(vocabulary.forms, vocabulary.frequencies)
        found["vocabulary"] = {"forms": len(vocabulary.forms), "seconds to build": time.perf_counter() - start}
        for name, file in _WRONG.items():
            if (folder / file).is_file():
                found[name] = _corrected(speller, vocabulary, list(_pairs(folder / file)))
    for name, file in _PAIRS.items():
        if (folder / file).is_file():
            found[name] = _joined(list(_pairs(folder / file)))
    return found


def _corrected(speller: Speller, vocabulary: Vocabulary, pairs: list[tuple[str, str]]) -> Figures:
    """How often the right word comes first or among three. A word is never proposed as its own correction."""
    first = three = 0
    times = []
    for wrong, right in pairs:
        forms = [correction.form for correction in speller.corrections(wrong)]
        times.append(1e3 * min(timeit.repeat(partial(speller.corrections, wrong), number=1, repeat=_REPEATS)))
        first += forms[:1] == [right]
        three += right in forms
    known = sum(right in vocabulary.spellings for _, right in pairs)
    return {
        "words": len(pairs),
        "of which the right one is in the vocabulary": known,
        "first is right": first / max(1, len(pairs)),
        "right among three": three / max(1, len(pairs)),
        "first is right, if in the vocabulary": first / max(1, known),
        "right among three, if in the vocabulary": three / max(1, known),
        "mean ms": sum(times) / len(times),
        "99.9th percentile ms": statistics.quantiles(times, n=1000, method="inclusive")[-1],
        "slowest ms": max(times),
    }


def _joined(pairs: list[tuple[str, str]]) -> Figures:
    """How many pairs have one key."""
    found = sum(variant_key(_APART.sub("", one)) == variant_key(_APART.sub("", other)) for one, other in pairs)
    return {"pairs": len(pairs), "found": found / len(pairs)}


def _pairs(file: Path) -> Iterator[tuple[str, str]]:
    """The first two columns, in lower case."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        next(rows, None)
        for one, other, *_ in rows:
            yield fold(one), fold(other)


def _rows(figures: dict[str, Figures]) -> Iterator[str]:
    for name, values in figures.items():
        for figure, value in values.items():
            yield (
                f"| {name} | {figure} | {value:,} |"
                if isinstance(value, int)
                else f"| {name} | {figure} | {value:.3f} |"
            )


if __name__ == "__main__":
    main()
