"""How many words the compound splitter cuts exactly as lists that people made."""

import csv
from pathlib import Path

from service.german.compounds import Splitter
from service.german.lexicon import Lexicon

LISTS = {"dekor dev": ("compounds_dekor.tsv", "dev"), "running words": ("compounds_l3viathan.tsv", None)}


def measure(folder: Path) -> dict[str, float]:
    """The share of words of each list whose surface split is exactly the list's, whole words included."""
    splitter = Splitter(Lexicon.load())
    return {name: _exact(splitter, folder / file, part) for name, (file, part) in LISTS.items()}


def surface_split(splitter: Splitter, word: str) -> str:
    """A word with a bar at each boundary; pieces between hyphens are words of their own, as they are in an article."""
    pieces = []
    for piece in word.split("-"):
        parts = splitter.split(piece)
        pieces.append("|".join(piece[part.start : part.end] for part in parts) or piece)
    return "-".join(pieces)


def _exact(splitter: Splitter, path: Path, part: str | None) -> float:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if part is None or row["split"] == part]
    return sum(surface_split(splitter, row["word"]) == row["surface_split"] for row in rows) / len(rows)
