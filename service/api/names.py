"""Tags, sources, authors and sections: a list of each and each one of them, from one mould."""

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response, jsonify, request
from marshmallow import validate

from service.api import links
from service.api.answers import Answer, corrections, selection_query
from service.api.context import keep_nothing, note_total, took_ms, unchanged, wiring
from service.api.cursors import START, CursorField, decode_names, encode_names
from service.api.document import also_written, problems
from service.api.feeds.making import FEED_FORMATS
from service.api.fields import PlainInteger, doc
from service.api.formats.rows import CSV, Columns, csv_response
from service.api.name_responses import NameCountSchema, NameDetailSchema, NamePageSchema
from service.api.negotiate import JSON, Format, format_field, negotiated, refuse_fields
from service.api.search_formats import NAME_FORMATS, answer_name
from service.api.selection import SelectionSchema, WindowSchema, choice, take_selection, take_window
from service.api.sparse import FieldList, pick
from service.api.views import Page, StrictBlueprint, paged
from service.articles.dates import rfc3339
from service.articles.slug import slug
from service.search.names import NameCount, NameDetail, NameKind, NameSort, NamesRequest
from service.search.port import Snapshot
from service.search.request import MAX_QUERY_LENGTH, Selection

_FORMATS = (JSON, CSV)
_COLUMNS: Columns = {"id": "id", "name": "name", "count": "count", "link": "links.self"}


class NamesArgs(SelectionSchema, WindowSchema):
    """The parameters of a list of names."""

    name = ma.fields.String(
        load_default="",
        validate=validate.Length(max=MAX_QUERY_LENGTH, error=f"has more than {MAX_QUERY_LENGTH} characters."),
        metadata=doc(
            "The beginning of a word of the name. Where none of the archive begins so, names are listed that almost "
            "do, with one typo from four characters on and two from eight on, the first letter being right, and "
            "`query.notes` says so.",
            "klima",
        ),
    )
    min_count = PlainInteger(
        load_default=1,
        validate=validate.Range(1, error="must be at least 1."),
        metadata=doc("Names that at least so many of the articles carry.", 2, default=1),
    )
    sort = choice(NameSort, NameSort.COUNT, "Order of the names: most articles first, or by name.")
    cursor = CursorField(
        decode_names,
        load_default=None,
        metadata=doc(
            "For machines that read all names, instead of `page`: `*` begins and `next` goes on to the last. It stays "
            "right when the archive changes.",
            START,
        ),
    )
    wanted = FieldList(NameCountSchema, "id,count", data_key="fields")
    format = format_field(_FORMATS)

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> NamesRequest:
        """The request for the engine."""
        return NamesRequest(
            **take_selection(values),
            name=values["name"].strip(),
            min_count=values["min_count"],
            sort=NameSort(values["sort"]),
            window=take_window(values),
            cursor=values["cursor"],
            fields=values["wanted"],
        )


@dataclass(frozen=True)
class AskedName:
    """In which articles a name is counted, which parts of it are wanted, and the format that the address names."""

    within: Selection
    fields: tuple[str, ...]
    format_name: str | None


class NameArgs(SelectionSchema):
    """The parameters of one name, whose articles are a feed too."""

    wanted = FieldList(NameDetailSchema, "id,count,sparkline.count", data_key="fields")
    format = format_field(NAME_FORMATS)

    @ma.post_load
    def to_asked(self, values: dict[str, Any], **_kwargs: object) -> AskedName:
        """The selection for the engine, and what of the answer is wanted."""
        return AskedName(Selection(**take_selection(values)), values["wanted"], values["format"])


@dataclass(frozen=True)
class _Wording:
    plural: str
    origin: str


_WORDINGS = {
    NameKind.TAG: _Wording("tags", "The tags"),
    NameKind.SOURCE: _Wording("sources", "The sources (`Quelle`)"),
    NameKind.AUTHOR: _Wording("authors", "The authors"),
    NameKind.SECTION: _Wording("sections", "The sections (`Ressort`)"),
}


def name_lists() -> list[StrictBlueprint]:
    """A blueprint for each kind of name."""
    return [_name_list(kind) for kind in NameKind]


def _name_list(kind: NameKind) -> StrictBlueprint:
    """The list of one kind of name, and each one of them."""
    wording = _WORDINGS[kind]
    blueprint = StrictBlueprint(
        wording.plural, __name__, description=f"{wording.origin} of the archive and their counts."
    )

    @blueprint.route(links.NAMES[kind])
    @blueprint.arguments(NamesArgs(), location="query")
    @also_written(_FORMATS)
    @blueprint.response(200, NamePageSchema, description=f"One page of the {wording.plural}.")
    @problems(406, 422, 503)
    @blueprint.doc(
        operationId=f"list{wording.plural.capitalize()}",
        summary=f"List {wording.plural} with their counts.",
        description=f"{wording.origin} of the articles that match, with the number of those articles.",
    )
    def list_names(asked: NamesRequest) -> Response:
        return _list(kind, asked, negotiated(request.args.get("format"), _FORMATS))

    @blueprint.route(f"{links.NAMES[kind]}/<path:{kind}_id>")
    @blueprint.arguments(NameArgs(), location="query")
    @also_written(NAME_FORMATS)
    @blueprint.response(200, NameDetailSchema, description=f"The {kind}.")
    @problems(404, 406, 422, 503)
    @blueprint.doc(
        operationId=f"get{kind.capitalize()}",
        summary=f"Get one {kind}.",
        description="How many of the articles that match carry it, since when, until when, how many in each month, "
        "and which tags stand beside it more often than by chance. As a feed, its articles.",
    )
    def get_name(asked: AskedName, **path: str) -> Response:
        name_id = path[f"{kind}_id"]
        chosen = negotiated(asked.format_name, NAME_FORMATS)
        refuse_fields(asked.fields, chosen)
        with wiring().engine.snapshot() as snapshot:
            if chosen is not JSON:
                return answer_name(snapshot, kind, name_id, asked.within, chosen)
            return _get(snapshot, kind, name_id, asked)

    return blueprint


def _list(kind: NameKind, asked: NamesRequest, chosen: Format) -> Response:
    with wiring().engine.snapshot() as snapshot:
        path, parameters = links.NAMES[kind], [*_parameters(asked), *links.format_parameters(chosen)]
        part = links.part_parameters(asked.window, asked.cursor, encode_names)
        known = unchanged(snapshot, path, [*parameters, *part], chosen.name)
        if known is not None:
            return known
        found = snapshot.names(kind, asked)
        query = {
            **selection_query(asked),
            "notes": found.notes,  # those on the filters among them
            "name": asked.name,
            "min_count": asked.min_count,
            "sort": asked.sort,
        }
        results = [pick(_count(kind, name, asked), asked.fields) for name in found.names]
        extras = {"corrected": corrections(found.corrected)}
        written = None
        if chosen is CSV:
            rows = ((it.id, it.name, it.count, links.absolute(links.name_path(kind, it.id))) for it in found.names)
            written = csv_response(_WORDINGS[kind].plural, _COLUMNS, rows, asked.fields)
        neighbours = links.after(path, parameters, asked.window, (asked.cursor, found.cursor), encode_names)
        page = Page(query, found.total, results, found.is_complete, extras, neighbours, written=written)
        return paged(snapshot, path, parameters, asked.window, page)


def _get(snapshot: Snapshot, kind: NameKind, name_id: str, asked: AskedName) -> Response:
    path = links.name_path(kind, slug(name_id))
    parameters = [*links.selection_parameters(asked.within), *links.fields_parameters(asked.fields)]
    known = unchanged(snapshot, path, parameters)
    if known is not None:
        return known
    found = snapshot.name(kind, name_id, asked.within)
    note_total(found.name.count)
    if not found.is_complete:
        keep_nothing()
    links.announce_formats(path, links.selection_parameters(asked.within), FEED_FORMATS)
    return jsonify(pick(_detail(kind, found, asked.within, snapshot.generation), asked.fields))


def _parameters(asked: NamesRequest) -> links.Parameters:
    """What a list of names asks for, without its page; defaults are left out."""
    parameters = [("name", asked.name)] if asked.name else []
    parameters.extend(links.selection_parameters(asked))
    default = NamesRequest()
    if asked.min_count != default.min_count:
        parameters.append(("min_count", str(asked.min_count)))
    if asked.sort is not default.sort:
        parameters.append(("sort", asked.sort))
    return [*parameters, *links.fields_parameters(asked.fields)]


def _count(kind: NameKind, name: NameCount, asked: Selection) -> Answer:
    return {
        "id": name.id,
        "name": name.name,
        "count": name.count,
        "links": {"self": links.name_path(kind, name.id), "articles": links.articles_of_name(kind, name.id, asked)},
    }


def _detail(kind: NameKind, found: NameDetail, asked: Selection, generation: str) -> Answer:
    count = _count(kind, found.name, asked)
    return {
        **{name: count[name] for name in ("id", "name", "count")},
        "first": rfc3339(found.first),
        "last": rfc3339(found.last),
        "sparkline": [{"month": it.start.isoformat()[:7], "count": it.count} for it in found.sparkline],
        "related": [
            {
                "id": tag.id,
                "name": tag.name,
                "count": tag.count,
                "npmi": tag.npmi,
                "links": {"self": links.tag_path(tag.id)},
            }
            for tag in found.related
        ],
        "query": {**selection_query(asked), "notes": found.notes},
        "corrected": corrections(found.corrected),
        "took_ms": took_ms(),
        "generation": generation,
        "links": count["links"],
    }
