"""A segment: a run of documents in one flat file, and the bitmap of those that are deleted in another."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base

from service.errors import IndexDamagedError
from service.index.arrays.columns import ColumnData
from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array, FlatFile, write_flat
from service.index.arrays.stored import StoredData

SUFFIX = ".seg"
DELETED_SUFFIX = ".del"


class SegmentData:
    """The open file of a segment."""

    def __init__(self, path: Path) -> None:
        self.file = FlatFile(path)
        self.count: int = self.file.meta["documents"]
        self.field_lengths: dict[str, int] = self.file.meta["field_lengths"]
        self.fields = {name: FieldData(name, self.file) for name in self.file.meta["fields"]}
        self.stored = StoredData(self.file)

    @property
    def tokens(self) -> int:
        """The tokens of all fields that are scored."""
        return sum(self.field_lengths.values())

    def has_column(self, name: str) -> bool:
        """Whether the field has a column here."""
        return f"{name}/column" in self.file or f"{name}/ordinals" in self.file

    def column(self, name: str, column: Any) -> ColumnData:
        """The column of a field."""
        return ColumnData.read(name, self.file, column)


class ArraySegment(base.Segment):
    """What the table of contents knows of a segment. It is immutable but for deletions of an open writer."""

    compound = False

    def __init__(self, folder: Path, segid: str, count: int, deleted_file: str | None = None) -> None:
        self.indexname = "MAIN"
        self.segid = segid
        self.folder = folder
        self.deleted_file = deleted_file
        self._count = count
        self._is_changed = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / f"{self.segid}{SUFFIX}"

    def open(self) -> None:
        """Map the files into memory, so that what is wrong with them shows now.

        Raises:
            IndexDamagedError: a file is missing, cut off, of another format, or has a broken header.
        """
        if self.data.count != self._count or len(self.deleted) != self._count:
            raise IndexDamagedError(f"{self.path} does not hold {self._count} documents: index again.")

    @cached_property
    def data(self) -> SegmentData:
        """The open file; opened when it is first asked for."""
        return SegmentData(self.path)

    @cached_property
    def deleted(self) -> Array:
        """One truth value a document: whether it is deleted."""
        if self.deleted_file is None:
            return np.zeros(self._count, bool)
        return FlatFile(self.folder / self.deleted_file)["deleted"].astype(bool)

    @cached_property
    def _deleted_count(self) -> int:
        return int(self.deleted.sum())

    def codec(self) -> base.Codec:
        """The codec that reads it."""
        from service.index.arrays.codec import ArrayCodec  # noqa: PLC0415 - codec and segment name each other in Whoosh

        return ArrayCodec()

    def segment_id(self) -> str:
        """A name that no other segment has."""
        return str(self.segid)

    def set_doc_count(self, count: int) -> None:
        """Part of Whoosh's interface."""
        self._count = count

    def doc_count_all(self) -> int:
        """Documents, deleted ones among them."""
        return self._count

    def deleted_count(self) -> int:
        """Deleted documents."""
        return self._deleted_count if self.deleted_file is not None or self._is_changed else 0

    def doc_count(self) -> int:
        """Documents that are not deleted."""
        return self._count - self.deleted_count()

    def has_deletions(self) -> bool:
        """Whether documents are deleted."""
        return self.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        """Whether this document is deleted; Whoosh asks for the one behind the last, too."""
        return docnum < self._count and bool(self.deleted[docnum])

    def deleted_docs(self) -> Iterator[int]:
        """The numbers of the deleted documents."""
        return iter(np.flatnonzero(self.deleted).tolist())

    def delete_document(self, docnum: int, delete: bool = True) -> None:  # noqa: FBT001, FBT002 - the signature is Whoosh's
        """Delete a document; it counts when the writer commits."""
        self.deleted[docnum] = delete
        self._is_changed = True
        self.__dict__.pop("_deleted_count", None)

    def write_deletions(self, generation: int) -> None:
        """Write the bitmap, if it has changed, under a name of its own: readers of the old one keep it."""
        if self._is_changed:
            self.deleted_file = f"{self.segid}.{generation}{DELETED_SUFFIX}"
            write_flat(self.folder / self.deleted_file, {}, {"deleted": self.deleted.astype(np.uint8)})
            self._is_changed = False

    def to_json(self) -> dict[str, Any]:
        """The row of the table of contents."""
        return {"segid": self.segid, "count": self._count, "deleted_file": self.deleted_file}
