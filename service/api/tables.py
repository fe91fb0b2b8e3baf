"""Answers as rows: comma-separated values (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from service.api.negotiate import Format

CSV = Format("csv", "text/csv")


def csv_response(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table whose first line names its columns; a value that is None is an empty cell."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows(rows)
    return Response(written.getvalue(), content_type="text/csv; charset=utf-8; header=present")
