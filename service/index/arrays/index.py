"""The index: segments and their table of contents, and the writer that changes them."""

import json
import os
import secrets
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, LockError
from whoosh.reading import IndexReader
from whoosh.writing import IndexWriter

from service.errors import IndexDamagedError
from service.index.arrays.build import SegmentBuilder, merge_segments
from service.index.arrays.codec import schema_fingerprint
from service.index.arrays.segment import DELETED_SUFFIX, SUFFIX, ArraySegment
from service.index.arrays.stored import Dictionary
from service.index.arrays.workers import Workers

if TYPE_CHECKING:
    from service.index.arrays.evaluator import Evaluator

FORMAT = 2
TOC_FILE = "toc.json"
RUN_CHARACTERS = 160_000_000
"""A writer writes a segment when it has collected this much text, so that its memory stays bounded."""
FIRST_RUN_CHARACTERS = 16_000_000
"""With several processes the first segment is written by the writer's own: it gives the others their dictionary."""
MOST_MERGED_TOKENS = 40_000_000
"""Segments are not merged into one that has more tokens than this, as merging takes memory."""
MERGE_FACTOR = 8
"""As soon as this many of the smallest segments are of one order of size, they are merged into one."""


class ArrayIndex(FileIndex):
    """An index in a folder. Nothing is read from it but JSON and arrays, so it cannot run code."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        self._folder = folder
        self._schema: Schema = schema
        self.storage = FileStorage(str(folder))
        self.indexname = "MAIN"
        self._parts, self._generation = self._read_table()
        for segment in self._parts:
            segment.open()

    @classmethod
    def create(cls, folder: Path, schema: Schema) -> "ArrayIndex":  # type: ignore[override]  # a folder, not a storage
        """Make an empty index."""
        folder.mkdir(parents=True, exist_ok=True)
        _write_table(folder, schema, [], 0)
        return cls(folder, schema)

    @classmethod
    def open(cls, folder: Path, schema: Schema) -> "ArrayIndex":
        """Open an index as it is now; later commits are seen by opening it again.

        Raises:
            IndexDamagedError: there is none, it is damaged, or it was written with another schema.
        """
        return cls(folder, schema)

    @property
    def schema(self) -> Schema:
        """The schema, which is code and not on disk."""
        return self._schema

    @property
    def segments(self) -> Sequence[ArraySegment]:
        """The segments in the order of their documents."""
        return self._parts

    def latest_generation(self) -> int:
        """The number of the last commit."""
        return self._read_table()[1]

    def writer(self, procs: int = 1, **_options: Any) -> "ArrayWriter":
        """The one writer.

        Raises:
            LockError: another writer is open.
        """
        return ArrayWriter(self._folder, self._schema, procs=procs)

    def evaluator(self) -> "Evaluator":
        """What answers queries on this index as it is now."""
        from service.index.arrays.evaluator import Evaluator  # noqa: PLC0415 - it is made of an index

        return Evaluator(self)

    def verify(self) -> None:
        """Compare every file with its checksums.

        Raises:
            IndexDamagedError: one differs.
        """
        for segment in self._parts:
            segment.data.file.verify()

    def _read_toc(self) -> TOC:
        return TOC(self._schema, list(self._parts), self._generation)

    def _read_table(self) -> tuple[list[ArraySegment], int]:
        path = self._folder / TOC_FILE
        try:
            table = json.loads(path.read_text(encoding="utf-8"))
            checksum = table.pop("checksum")
            found = table["format"], table["schema"]
            segments = [ArraySegment(self._folder, **row) for row in table["segments"]]
            generation = int(table["generation"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(f"{path} cannot be read: index again.") from error
        if found != (FORMAT, schema_fingerprint(self._schema)):
            raise IndexDamagedError(f"{path} was written with another format or schema: index again.")
        if checksum != _checksum(table):
            raise IndexDamagedError(f"{path} is damaged: index again.")
        return segments, generation


class ArrayWriter(IndexWriter):
    """Adds and deletes documents; what it did is seen by indexes opened after `commit`."""

    def __init__(self, folder: Path, schema: Schema, *, procs: int) -> None:
        self._folder = folder
        self.schema = schema
        self._procs = procs
        self._lock = FileStorage(str(folder)).lock("WRITELOCK")
        if not self._lock.acquire():
            raise LockError(f"Another writer is open in {folder}.")
        self._index = ArrayIndex(folder, schema)
        self._new: list[ArraySegment] = []
        self._builder = SegmentBuilder(schema, self._dictionary())
        self._workers: Workers | None = None
        self._run = 0
        self.is_closed = False

    def reader(self, **_options: Any) -> IndexReader:
        """A reader of what is committed, less what this writer has deleted."""
        found: IndexReader = self._index.reader()  # type: ignore[no-untyped-call]
        return found

    def add_document(self, **fields: Any) -> None:
        """Add a document; see `whoosh.writing.IndexWriter.add_document`."""
        if self._workers is not None:
            self._workers.add(fields)
            self._run += sum(len(value) for value in fields.values() if isinstance(value, str))
            if self._run >= RUN_CHARACTERS // self._procs:
                self._workers.end_run()
                self._run = 0
            return
        self._builder.add(fields)
        if self._builder.characters >= (RUN_CHARACTERS if self._procs == 1 else FIRST_RUN_CHARACTERS):
            self._flush()
            if self._procs > 1:
                self._workers = Workers(self._procs, self._folder, self.schema, self._new[0].data.stored.dictionary.raw)

    def delete_document(self, docnum: int, delete: bool = True) -> None:  # noqa: FBT001, FBT002 - the signature is Whoosh's
        """Delete a committed document by its number."""
        for segment in self._index.segments:
            if docnum < segment.doc_count_all():
                segment.delete_document(docnum, delete=delete)
                return
            docnum -= segment.doc_count_all()
        raise IndexError(docnum)

    def add_reader(self, reader: IndexReader) -> None:
        """Not supported: segments of another codec are indexed again from their articles."""
        raise NotImplementedError

    def commit(self, *, merge: bool = True, optimize: bool = False, **_options: Any) -> None:
        """Make everything current at once; merge small segments, or with `optimize` all of them."""
        self._flush()
        generation = self._index.latest_generation() + 1
        segments = [*self._index.segments, *self._new]
        if merge or optimize:
            segments = [segment for segment in segments if segment.doc_count()]
        if optimize and (len(segments) > 1 or any(segment.has_deletions() for segment in segments)):
            segments = [self._merge(segments)] if segments else []
        elif merge:
            segments = self._merge_small(segments)
        for segment in segments:
            segment.write_deletions(generation)
        _write_table(self._folder, self.schema, segments, generation)
        self._close(segments)

    def cancel(self, **_options: Any) -> None:
        """Forget everything since the writer was opened."""
        self._close(self._index.segments)

    def _flush(self) -> None:
        if self._builder.count:
            self._new.append(self._builder.write(self._folder, secrets.token_hex(8)))
            self._builder = SegmentBuilder(self.schema, self._dictionary())
        if self._workers is not None:
            if self._run:
                self._workers.end_run()
            self._new += self._workers.segments()

    def _dictionary(self) -> Dictionary | None:
        """That of the first segment that has one, so that all segments share it."""
        dictionaries = (segment.data.stored.dictionary for segment in [*self._index.segments, *self._new])
        return next((dictionary for dictionary in dictionaries if dictionary.raw), None)

    def _merge(self, segments: Sequence[ArraySegment]) -> ArraySegment:
        return merge_segments(segments, self.schema, self._folder, secrets.token_hex(8))

    def _merge_small(self, segments: list[ArraySegment]) -> list[ArraySegment]:
        """Merge runs of neighbours of like size, the newest first; so there are at most a logarithm of segments."""
        while len(segments) >= MERGE_FACTOR:
            tail = segments[-MERGE_FACTOR:]
            if tail[0].doc_count() > MERGE_FACTOR * sum(segment.doc_count() for segment in tail[1:]):
                break
            if sum(segment.data.tokens for segment in tail) > MOST_MERGED_TOKENS:
                break
            segments = [*segments[:-MERGE_FACTOR], self._merge(tail)]
        return segments

    def _close(self, kept: Sequence[ArraySegment]) -> None:
        """Remove files that the table of contents does not name, and let the next writer in."""
        if self._workers is not None:
            self._workers.close()  # so that none of them writes any more
        names = {segment.path.name for segment in kept} | {segment.deleted_file for segment in kept}
        for file in self._folder.iterdir():
            if file.suffix in {SUFFIX, DELETED_SUFFIX} and file.name not in names:
                file.unlink()
        self.is_closed = True
        self._lock.release()


def _write_table(folder: Path, schema: Schema, segments: Sequence[ArraySegment], generation: int) -> None:
    table = {
        "format": FORMAT,
        "generation": generation,
        "schema": schema_fingerprint(schema),
        "segments": [segment.to_json() for segment in segments],
    }
    temporary = folder / f"{TOC_FILE}.new"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({**table, "checksum": _checksum(table)}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(folder / TOC_FILE)


def _checksum(table: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(table, sort_keys=True).encode())
