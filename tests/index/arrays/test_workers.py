"""Several processes make one index."""

from multiprocessing import Pipe
from pathlib import Path
from threading import Thread

import pytest
from oracle import SCHEMA
from whoosh import query

from service.index.arrays import index as index_module
from service.index.arrays.index import ArrayIndex
from service.index.arrays.workers import work

_TEXTS = [f"wort{number % 7} gemeinsam {number} " + "fülle " * (number % 5) for number in range(1_400)]


def write(folder: Path, procs: int) -> ArrayIndex:
    writer = ArrayIndex.create(folder, SCHEMA).writer(procs=procs)
    for number, text in enumerate(_TEXTS):
        writer.add_document(key=str(number), text=text, title=text)
    writer.commit()
    return ArrayIndex.open(folder, SCHEMA)


def test_several_processes_write_what_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "FIRST_RUN_CHARACTERS", 10_000)
    monkeypatch.setattr(index_module, "RUN_CHARACTERS", 30_000)
    one, two = write(tmp_path / "one", 1).evaluator(), write(tmp_path / "two", 2)
    assert len(two.segments) > 3
    several = two.evaluator()
    assert [several.stored(number)["key"] for number in range(len(_TEXTS))] == [str(n) for n in range(len(_TEXTS))]
    for wanted in (
        query.Term("text", "wort3"),
        query.Phrase("text", ["gemeinsam", "17"]),
        query.Or([query.Term("text", "fülle"), query.Term("title", "5")]),
    ):
        expected, found = one.search(wanted, 50), several.search(wanted, 50)
        assert found.total == expected.total
        assert found.numbers.tolist() == expected.numbers.tolist()


def test_document_that_fails_in_a_process_fails_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "FIRST_RUN_CHARACTERS", 10)
    writer = ArrayIndex.create(tmp_path, SCHEMA).writer(procs=2)
    writer.add_document(key="gut", text="gut genug")
    writer.add_document(key="falsch", text="falsch", title=1j)
    with pytest.raises(RuntimeError, match="process that makes segments"):
        writer.commit()
    writer.cancel()
    assert not list(tmp_path.glob("*.seg"))


def test_process_works_until_its_pipe_is_closed(tmp_path: Path) -> None:
    ours, theirs = Pipe()
    worker = Thread(target=work, args=(theirs, tmp_path, SCHEMA, b""))
    worker.start()
    ours.send([{"key": "0", "text": "a b"}, {"key": "1", "text": "b"}])
    ours.send("erstes")
    assert ours.recv() == 2
    ours.send([{"unbekannt": "x"}])
    ours.send("zweites")
    assert "unbekannt" in ours.recv()
    ours.close()
    worker.join()
    assert [file.name for file in tmp_path.iterdir()] == ["erstes.seg"]
