"""The codec as Whoosh sees it: any of Whoosh's searchers and matchers works on the arrays through this."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.fields import FieldType, Schema
from whoosh.formats import Format
from whoosh.reading import TermInfo, TermNotFound

from service.index.arrays.columns import ColumnData
from service.index.arrays.fielddata import FieldData
from service.index.arrays.matcher import ArrayMatcher, Term
from service.index.arrays.postings import BYTE_TO_LENGTH
from service.index.arrays.segment import ArraySegment


class ArrayCodec(base.Codec):
    """Reads segments. `service.index.arrays.build` writes them, not through the codec: it works on whole arrays."""

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        """Not used; see the class."""
        raise NotImplementedError

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """Not used; see the class."""
        raise NotImplementedError

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:  # noqa: FBT001, FBT002 - the signature is Whoosh's
        """Not used; see the class."""
        raise NotImplementedError

    def postings_reader(self, *_arguments: Any, **_options: Any) -> Any:
        """Not used: postings are found through the term dictionary."""
        raise NotImplementedError

    def terms_reader(self, _storage: Any, segment: ArraySegment) -> "ArrayTerms":
        """The terms of a segment."""
        return ArrayTerms(segment)

    def per_document_reader(self, _storage: Any, segment: ArraySegment) -> "ArrayDocuments":
        """The documents of a segment."""
        return ArrayDocuments(segment)

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """Not used; see the class."""
        raise NotImplementedError


class ArrayTerms(base.TermsReader):
    """The terms of a segment and their matchers."""

    def __init__(self, segment: ArraySegment) -> None:
        self._segment = segment
        self._fields = segment.data.fields

    def __contains__(self, term: Term) -> bool:
        """Whether there is such a term."""
        return self._find(*term) is not None

    def indexed_field_names(self) -> Iterable[str]:
        """The fields that have terms."""
        return self._fields.keys()

    def terms(self) -> Iterator[Term]:
        """All terms of all fields in ascending order."""
        return ((name, term) for name, field in sorted(self._fields.items()) for term in field.terms)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """All terms from this one on."""
        for name, field in sorted(self._fields.items()):
            if name >= fieldname:
                start = field.terms.lower_bound(prefix) if name == fieldname else 0
                for number in range(start, len(field.terms)):
                    yield name, field.terms[number]

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """All terms with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """All terms from this one on with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: FieldType) -> Any:
        """A cursor over the terms of a field."""
        if fieldname not in self._fields:
            return base.EmptyCursor()
        return ArrayCursor(self, self._fields[fieldname], fieldobj)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Weight, document frequency and the bounds of a term.

        Raises:
            TermNotFound: there is no such term.
        """
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"{fieldname}:{text!r}")
        field, number = found
        docs, weights = field.docs_of(number), field.weights_of(number)
        lengths = np.zeros(1, np.int32) if field.length_bytes is None else BYTE_TO_LENGTH[field.length_bytes[docs]]
        return TermInfo(
            float(weights.sum()),
            len(docs),
            int(lengths.min()),
            int(lengths.max()),
            float(weights.max()),
            int(docs[0]),
            int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The weight of a term in all documents together."""
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many documents a term stands."""
        found = self._find(fieldname, text)
        return 0 if found is None else found[0].document_frequency(found[1])

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: Any = None) -> "ArrayMatcher":
        """A matcher over the postings of a term.

        Raises:
            TermNotFound: there is no such term.
        """
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"{fieldname}:{text!r}")
        return ArrayMatcher(*found, format_, (fieldname, text), scorer)

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldData, int] | None:
        field = self._fields.get(fieldname)
        number = None if field is None else field.terms.number_of(text)
        return None if field is None or number is None else (field, number)


class ArrayCursor(base.FieldCursor):
    """Walks through the terms of a field."""

    def __init__(self, reader: ArrayTerms, field: FieldData, fieldobj: FieldType) -> None:
        self._reader = reader
        self._field = field
        self._fieldobj = fieldobj
        self._at = 0

    def first(self) -> str | None:
        """Go to the first term."""
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """Go to the first term that is not less."""
        self._at = self._field.terms.lower_bound(term if isinstance(term, bytes) else self._fieldobj.to_bytes(term))
        return self.text()

    def next(self) -> str | None:
        """Go to the next term."""
        self._at += 1
        return self.text()

    def is_valid(self) -> bool:
        """Whether it stands on a term."""
        return self._at < len(self._field.terms)

    def text(self) -> str | None:
        """The term, None behind the last."""
        return str(self._fieldobj.from_bytes(self._field.terms[self._at])) if self.is_valid() else None

    term = text

    def term_info(self) -> TermInfo:
        """What is known of the term."""
        return self._reader.term_info(self._field.name, self._field.terms[self._at])


class ArrayDocuments(base.PerDocumentReader):
    """The documents of a segment: lengths, columns, stored fields, deletions."""

    def __init__(self, segment: ArraySegment) -> None:
        self._segment = segment
        self._data = segment.data

    def doc_count(self) -> int:
        """Documents that are not deleted."""
        return self._segment.doc_count()

    def doc_count_all(self) -> int:
        """Documents, deleted ones among them."""
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        """Whether documents are deleted."""
        return self._segment.has_deletions()

    def is_deleted(self, docnum: int) -> bool:
        """Whether this document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Columns are kept."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether the field has a column here."""
        return self._data.has_column(fieldname)

    def list_columns(self) -> list[str]:
        """The fields that have a column here."""
        return [name for name in self._data.fields if self._data.has_column(name)]

    def column_reader(self, fieldname: str, column: Any) -> ColumnData:
        """The column of a field."""
        return self._data.column(fieldname, column)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int | None:
        """The length of a field as Whoosh rounds it; None where it is empty, as in Whoosh's own codec."""
        field = self._data.fields.get(fieldname)
        if field is None or field.length_bytes is None:
            return default
        return int(BYTE_TO_LENGTH[field.length_bytes[docnum]]) or None

    def field_length(self, fieldname: str) -> int:
        """The exact length of a field in all documents together."""
        return self._data.field_lengths.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """The least length of a field."""
        field = self._data.fields.get(fieldname)
        return 0 if field is None or field.lengths is None else int(field.lengths.min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        """The greatest length of a field."""
        field = self._data.fields.get(fieldname)
        return 0 if field is None or field.lengths is None else int(field.lengths.max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """All stored values of a document."""
        return self._data.stored.values(docnum)


def schema_fingerprint(schema: Schema) -> dict[str, list[Any]]:
    """What a schema must have in common with the one that an index was written with."""
    return {
        name: [
            type(field).__name__,
            type(field.format).__name__,
            bool(field.scorable),
            bool(field.stored),
            type(field.analyzer).__name__,
            type(field.column_type).__name__,
        ]
        for name, field in schema.items()
    }
