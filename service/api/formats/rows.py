"""Answers as rows: CSV as RFC 4180 describes it, in UTF-8 without a byte order mark."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from service.api.formats.written import one_line, saved_as
from service.api.negotiate import Format

CSV = Format("csv", "text/csv")
CSV_PARAMETERS = "; charset=utf-8; header=present"
_FORMULA = ("=", "+", "-", "@", "'")


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, is_verbatim: bool = False
) -> Response:
    """A table as an answer; `name` is that of the file, without its extension and in ASCII."""
    written = to_csv(header, rows, is_verbatim=is_verbatim)
    return saved_as(Response(written, content_type=f"{CSV.media_type}{CSV_PARAMETERS}"), f"{name}.csv")


def to_csv(header: Sequence[str], rows: Iterable[Iterable[object]], *, is_verbatim: bool = False) -> bytes:
    """A table whose first line names its columns; a value that is None is an empty cell.

    Texts are made safe for spreadsheets, unless every character of them matters.
    """
    return csv_lines([header, *(rows if is_verbatim else map(cells, rows))])


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as they are, without a header."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def cells(row: Iterable[object]) -> list[object]:
    """A row that is safe for spreadsheets."""
    return [_cell(value) for value in row]


def _cell(value: object) -> object:
    """A value in one line. Spreadsheets would run a text that begins like a formula: an apostrophe precedes it.

    One precedes a text that begins with an apostrophe too, so that a reader knows what to take away.
    Source: OWASP, CSV Injection.
    """
    if not isinstance(value, str):
        return value
    text = one_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
