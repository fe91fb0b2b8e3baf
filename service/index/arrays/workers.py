"""Processes that make segments: each collects a run of documents and writes it, while the next one collects the next.

Documents go to a process through a pipe. What is sent is this program's own, in memory; nothing of it is ever read from
a disk.
"""

import secrets
from collections.abc import Mapping, Sequence
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from whoosh.fields import Schema

from service.index.arrays.build import SegmentBuilder
from service.index.arrays.segment import ArraySegment
from service.index.arrays.stored import Dictionary

_BATCH = 500
"""So many documents go through the pipe at once."""

Document = Mapping[str, Any]


class Workers:
    """Some processes that take turns. Segments come in the order of their documents."""

    def __init__(self, processes: int, folder: Path, schema: Schema, dictionary: bytes) -> None:
        # A fresh interpreter: forking would copy the locks of threads that are not copied.
        context = get_context("spawn")
        self._folder = folder
        self._pipes: list[Connection] = []
        self._processes = []
        for _ in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, folder, schema, dictionary), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        self._turns = cycle(self._pipes)
        self._pipe = next(self._turns)
        self._batch: list[Document] = []
        self._runs: list[tuple[Connection, str]] = []

    def add(self, document: Document) -> None:
        """Hand a document to the process whose turn it is."""
        self._batch.append(document)
        if len(self._batch) >= _BATCH:
            self._send()

    def end_run(self) -> None:
        """Have the process write its segment; the next documents go to the next process."""
        self._send()
        segid = secrets.token_hex(8)
        self._pipe.send(segid)
        self._runs.append((self._pipe, segid))
        self._pipe = next(self._turns)

    def segments(self) -> list[ArraySegment]:
        """Wait for all segments.

        Raises:
            RuntimeError: a process has failed; the message says what it met.
        """
        made = []
        for pipe, segid in self._runs:
            try:
                answer = pipe.recv()
            except EOFError:
                answer = "it has ended"
            if not isinstance(answer, int):
                raise RuntimeError(f"A process that makes segments has failed: {answer}")  # noqa: TRY004 - not a wrong argument
            made.append(ArraySegment(self._folder, segid, answer))
        self._runs = []
        return made

    def close(self) -> None:
        """End the processes."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join()

    def _send(self) -> None:
        if self._batch:
            self._pipe.send(self._batch)
            self._batch = []


def work(pipe: Connection, folder: Path, schema: Schema, dictionary: bytes) -> None:
    """What a process does until its pipe is closed: take in lists of documents; for a name, write the segment."""
    builder = SegmentBuilder(schema, Dictionary(dictionary))
    failure = ""
    while True:
        try:
            message: Sequence[Document] | str = pipe.recv()
        except EOFError:
            return
        try:
            if isinstance(message, str):
                count = 0 if failure else builder.write(folder, message).doc_count_all()
                pipe.send(failure or count)
                builder = SegmentBuilder(schema, Dictionary(dictionary))
            elif not failure:
                for document in message:
                    builder.add(document)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other process has to hear of it
            failure = f"{type(error).__name__}: {error}"
            if isinstance(message, str):
                pipe.send(failure)
