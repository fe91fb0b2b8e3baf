"""Answers as rows: CSV as RFC 4180 describes it, in UTF-8 without a byte order mark."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from flask import Response

from service.api.formats.written import one_line, saved_as
from service.api.negotiate import Format

CSV = Format("csv", "text/csv")
CSV_PARAMETERS = "; charset=utf-8; header=present"
_FORMULA = ("=", "+", "-", "@", "'")


Columns = Mapping[str, str | None]
"""Names of columns in their order, each with the part of JSON that it shows; None for one that is always there."""


def csv_response(
    name: str,
    columns: Columns,
    rows: Iterable[Sequence[object]],
    fields: Sequence[str] = (),
    *,
    keeps_blanks: bool = False,
) -> Response:
    """A table as an answer, whose first line names its columns; a value that is None is an empty cell.

    Args:
        name: that of the file, without its extension and in ASCII.
        columns: all that there are.
        rows: a value for each of them.
        fields: the parts of JSON that are wanted, all if empty; other columns are left out.
        keeps_blanks: whether those at the ends of a text matter.
    """
    kept = wanted(columns, fields)
    lines = (cells([row[at] for at in kept], keeps_blanks=keeps_blanks) for row in rows)
    written = csv_lines([[list(columns)[at] for at in kept], *lines])
    return saved_as(Response(written, content_type=f"{CSV.media_type}{CSV_PARAMETERS}"), f"{name}.csv")


def wanted(columns: Columns, fields: Sequence[str]) -> list[int]:
    """The numbers of the columns that show any of these parts, or all; the id is one of them in any case."""
    return [
        number
        for number, part in enumerate(columns.values())
        if not fields or part is None or any(_meet(part, field) for field in ("id", *fields))
    ]


def _meet(part: str, other: str) -> bool:
    """Whether a part of JSON is another one, is in it, or has it in itself."""
    return f"{part}.".startswith(f"{other}.") or other.startswith(f"{part}.")


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as they are, without a header."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def cells(row: Iterable[object], *, keeps_blanks: bool = False) -> list[object]:
    """A row that is safe for spreadsheets."""
    return [_cell(value, keeps_blanks=keeps_blanks) for value in row]


def _cell(value: object, *, keeps_blanks: bool) -> object:
    """A value in one line. Spreadsheets would run a text that begins like a formula: an apostrophe precedes it.

    One precedes a text that begins with an apostrophe too, so that a reader knows what to take away.
    Source: OWASP, CSV Injection.
    """
    if not isinstance(value, str):
        return value
    text = one_line(value, keeps_blanks=keeps_blanks)
    return f"'{text}" if text.startswith(_FORMULA) else text
