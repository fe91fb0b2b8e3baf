"""An indexer that is killed at any moment leaves a service that works."""

import os
import random
import subprocess
import sys
from pathlib import Path
from time import monotonic

from support import ROOT, write_archive

from service.engines.whoosh.engine import WhooshEngine
from service.index.generations import Store
from service.search.request import SearchRequest

ROUNDS = 20
ARTICLES = 60
DEADLINE = 120


def write_version(folder: Path, version: int) -> None:
    write_archive(
        folder,
        {
            f"{number}": f"Titel {number}\nFassung{version}.\n" + "Der Deich wächst.\n" * 40
            for number in range(ARTICLES)
        },
    )


def start_indexer(folder: Path, index: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "service", "index", str(folder)],
        cwd=ROOT,
        env={**os.environ, "ARTIKEL_INDEX": str(index)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_indexer_leaves_one_whole_generation_serving(tmp_path: Path) -> None:
    folder, index = tmp_path / "articles", tmp_path / "index"
    write_version(folder, 0)
    began = monotonic()
    assert start_indexer(folder, index).wait(timeout=DEADLINE) == 0
    duration = monotonic() - began
    engine = WhooshEngine(Store(index))
    moments = random.Random(20)  # noqa: S311 - any moments will do, the same in each run
    served = set()
    for version in range(1, ROUNDS + 1):
        write_version(folder, version)
        indexer = start_indexer(folder, index)
        try:
            indexer.wait(timeout=moments.uniform(0, 1.1) * duration)
        except subprocess.TimeoutExpired:
            indexer.kill()
            indexer.wait(timeout=DEADLINE)
        with engine.snapshot() as snapshot:
            assert snapshot.search(SearchRequest("deich")).total == ARTICLES
            (found,) = [
                number for number in range(version + 1) if snapshot.search(SearchRequest(f"Fassung{number}")).total
            ]
            assert snapshot.search(SearchRequest(f"Fassung{found}")).total == ARTICLES
            served.add(found)
    assert start_indexer(folder, index).wait(timeout=DEADLINE) == 0
    with engine.snapshot() as snapshot:
        assert snapshot.search(SearchRequest(f"Fassung{ROUNDS}")).total == ARTICLES
    engine.close()
    assert start_indexer(folder, index).wait(timeout=DEADLINE) == 0
    assert len([entry for entry in index.iterdir() if entry.is_dir()]) == 1
