"""Every hit of a search, streamed: the endpoint, its parameters and its formats."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import marshmallow as ma
import orjson
from flask import Response

from service.api import answers, links
from service.api.context import note_total, unchanged, wiring
from service.api.cursors import START, CursorField, encode
from service.api.document import also_written, problems
from service.api.fields import doc
from service.api.formats.bibtex import to_bibtex
from service.api.formats.ris import to_ris
from service.api.formats.rows import CSV, CSV_PARAMETERS, Columns, cells, csv_lines, wanted
from service.api.formats.tables import ARTICLE_COLUMNS, article_row
from service.api.formats.written import Absolute, saved_as
from service.api.negotiate import Format, format_field, negotiated, refuse_fields
from service.api.problems import ParameterError, ProblemError, invalid
from service.api.responses import WholeArticleSchema
from service.api.selection import SelectionSchema, choice, take_selection
from service.api.sparse import FieldList, pick
from service.api.views import StrictBlueprint
from service.search.page import Export, Hit
from service.search.request import Cursor, ExportRequest, Sort

NDJSON = Format("ndjson", "application/x-ndjson")
BIBTEX = Format("bibtex", "application/x-bibtex")
RIS = Format("ris", "application/x-research-info-systems")
FORMATS = (NDJSON, CSV, BIBTEX, RIS)
_MEDIA_PARAMETERS = {NDJSON: "", CSV: CSV_PARAMETERS, BIBTEX: "; charset=utf-8", RIS: "; charset=utf-8"}
_EXTENSIONS = {NDJSON: "ndjson", CSV: "csv", BIBTEX: "bib", RIS: "ris"}
_CURSOR = "cursor"
COLUMNS: Columns = {
    **{name: part for name, part in ARTICLE_COLUMNS.items() if name not in {"score", "tier"}},
    "text": "text",
    _CURSOR: None,
}
"""Of CSV."""
_AT_ONCE = 64
"""Articles that are sent together: each piece costs the server and the compression some work of its own."""
_BUSY = "As many exports as can be made at once are under way; try again in a few seconds."
Row = Callable[[Hit, Cursor], bytes]


@dataclass(frozen=True)
class Asked:
    """What is exported, and the format that the address names."""

    request: ExportRequest
    format_name: str | None


class ExportArgs(SelectionSchema):
    """The parameters of an export."""

    sort = choice(Sort, Sort.NEWEST, "Order of the articles; those without a date come last in both date orders.")
    cursor = CursorField(
        load_default=None,
        metadata=doc(
            "Go on behind an article, with the `cursor` that stands with it in NDJSON and CSV, where an export was cut "
            "off.",
            START,
        ),
    )
    wanted = FieldList(WholeArticleSchema, "id,title,published,text", data_key="fields")
    format = format_field(FORMATS)

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> Asked:
        """The request for the engine, and the format."""
        request = ExportRequest(
            **take_selection(values), sort=Sort(values["sort"]), cursor=values["cursor"], fields=values["wanted"]
        )
        return Asked(request, values["format"])


export = StrictBlueprint("export", __name__, description="Every article of a search.")


def _parameters(asked: Asked) -> links.Parameters:
    request = asked.request
    parameters = links.selection_parameters(request)
    if request.sort is not Sort.NEWEST:
        parameters.append(("sort", request.sort))
    if request.cursor is not None:
        parameters.append((_CURSOR, encode(request.cursor)))
    return [*parameters, *links.fields_parameters(request.fields)]


def _pieces(head: bytes, found: Export, row: Row, finish: Callable[[], None]) -> Iterator[bytes]:
    """The export, some articles at a time; `finish` is called behind the last."""
    waiting = [head]
    for hit, cursor in found.rows:
        waiting.append(row(hit, cursor))
        if len(waiting) > _AT_ONCE:
            yield b"".join(waiting)
            waiting.clear()
    yield b"".join(waiting)
    finish()


def _head(chosen: Format, fields: Sequence[str]) -> bytes:
    names = list(COLUMNS)
    return csv_lines([[names[at] for at in wanted(COLUMNS, fields)]]) if chosen is CSV else b""


def _row_writer(chosen: Format, fields: tuple[str, ...], absolute: Absolute) -> Row:
    """What writes an article in a format."""
    if chosen is NDJSON:
        return lambda hit, cursor: orjson.dumps(
            {**pick(answers.whole_article(hit), fields), _CURSOR: encode(cursor)}, option=orjson.OPT_APPEND_NEWLINE
        )
    if chosen is CSV:
        kept = wanted(COLUMNS, fields)
        return lambda hit, cursor: csv_lines([[_values(hit, cursor, absolute)[at] for at in kept]])
    write = to_bibtex if chosen is BIBTEX else to_ris
    return lambda hit, _cursor: write(hit, absolute)


def _values(hit: Hit, cursor: Cursor, absolute: Absolute) -> list[object]:
    """The values of COLUMNS."""
    row = dict(zip(ARTICLE_COLUMNS, article_row(hit, absolute), strict=True))
    return [*cells((*(row[name] for name in COLUMNS if name in row), hit.article.text)), encode(cursor)]


@export.route(links.EXPORT)
@export.arguments(ExportArgs(), location="query")
@also_written(FORMATS)
@export.response(200, description="The articles.")
@problems(406, 422, 503)
@export.doc(operationId="exportArticles")
def export_articles(asked: Asked) -> Response:
    """Export every article of a search.

    All articles that match, whole, one after another as they are read: one JSON object a line, one CSV row, or one
    entry for reference managers each. In NDJSON and CSV each has a `cursor` with which an export that was cut off goes
    on; `fields` is for these two. BibTeX and RIS have no place for it: `format=ndjson&fields=id` has it for each
    article, and it goes on in any format.
    """
    chosen = negotiated(asked.format_name, FORMATS)
    refuse_fields(asked.request.fields, chosen, (NDJSON, CSV))
    with ExitStack() as stack:
        snapshot = stack.enter_context(wiring().engine.snapshot())
        known = unchanged(snapshot, links.EXPORT, _parameters(asked), chosen.name)
        if known is not None:
            return known
        if not wiring().exports.acquire(blocking=False):
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "busy", _BUSY)
        stack.callback(wiring().exports.release)
        found = snapshot.export(asked.request)
        if not found.is_complete:
            raise invalid("invalid_parameter", ParameterError("q", "takes too long to find every article; narrow it."))
        note_total(found.total)
        base = links.absolute("")  # there is no request any more when the articles are sent
        row = _row_writer(chosen, asked.request.fields, lambda path: base + path)
        finish = stack.pop_all().close
        pieces = _pieces(_head(chosen, asked.request.fields), found, row, finish)
        response = Response(pieces, content_type=f"{chosen.media_type}{_MEDIA_PARAMETERS[chosen]}")
        # The snapshot stays open until the last article is sent or the client has gone.
        response.call_on_close(finish)
    return saved_as(response, f"articles.{_EXTENSIONS[chosen]}")
