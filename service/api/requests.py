"""The parameters of every endpoint, each with a description and an example, loaded into `service.search.request`."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import marshmallow as ma
from marshmallow import validate

from service.api.cursors import START, CursorField
from service.api.fields import (
    DAYS_PATTERN,
    Days,
    FacetNameParameter,
    FacetParameter,
    PlainInteger,
    doc,
)
from service.api.formats import ARTICLE_FORMATS, LIST_FORMATS
from service.api.negotiate import JSON, format_field
from service.api.problems import ParameterError, invalid
from service.api.responses import ResultSchema, WholeArticleSchema
from service.api.search_formats import SEARCH_FORMATS
from service.api.selection import (
    FiltersSchema,
    SelectionSchema,
    WindowSchema,
    choice,
    comma_list,
    query_field,
    take_filters,
    take_selection,
    take_window,
)
from service.api.sparse import FieldList, check
from service.search.facet import MAX_VALUES, FacetField, FacetRequest, FacetScope
from service.search.request import (
    Collapse,
    Explain,
    SearchRequest,
    Snippets,
    Sort,
)

MAX_BATCH = 100
MAX_SNIPPETS = 5
SNIPPET_LENGTHS = (40, 1_000)
_LIST_SORTS = (Sort.NEWEST, Sort.OLDEST, Sort.TITLE)


_OF_A_BATCH = ("id", "fields")


class Switch(StrEnum):
    """Whether something is wanted."""

    ON = "on"
    OFF = "off"


class ArticleArgs(ma.Schema):
    """The parameters of one article."""

    wanted = FieldList(WholeArticleSchema, "id,title,text", data_key="fields")
    format = format_field(ARTICLE_FORMATS)


def _collapse() -> ma.fields.String:
    return ma.fields.String(
        load_default=None,
        validate=validate.OneOf([str(value) for value in Collapse], error=f"must be {' or '.join(Collapse)}."),
        metadata=doc(
            "`story` shows articles that are versions of one text once, as the first of them in the order asked for; "
            "`total` then counts what is left. Without it, all are shown.",
            str(Collapse.STORY),
        ),
    )


def take_collapse(values: dict[str, Any]) -> Collapse | None:
    """What is collapsed, from loaded values."""
    return None if values["collapse"] is None else Collapse(values["collapse"])


class PartSchema(WindowSchema):
    """Which part of a list of articles, and what of them: a page, or what stands behind a cursor."""

    cursor = CursorField(
        load_default=None,
        metadata=doc(
            "For machines that read a list to its end, instead of `page`: `*` begins and `next` goes on, as deep as "
            "there are results. It stays right when the archive changes, but for relevance.",
            START,
        ),
    )
    wanted = FieldList(ResultSchema, "id,title,tags.name", data_key="fields")


def take_part(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a `SearchRequest` that say which part of the list is wanted.

    Raises:
        ProblemError: the page lies beyond the depth to which pages go, or there is a cursor beside it.
    """
    return {"window": take_window(values), "cursor": values["cursor"], "fields": values["wanted"]}


class FacetSchema(ma.Schema):
    """What is counted beside the results."""

    facet = ma.fields.List(
        FacetParameter(),
        load_default=(),
        metadata=doc(
            f"Count by {', '.join(FacetField)}; repeat it for several. A number behind a colon says how many values: "
            f"`tag:20`, at most {MAX_VALUES}.",
            ["tag:5"],
        ),
    )
    facet_q = ma.fields.List(
        FacetNameParameter(),
        load_default=(),
        metadata=doc("Only values of a facet with a word that begins so: `tag:ener`.", ["tag:ener"]),
    )
    facet_scope = choice(
        FacetScope,
        FacetScope.OTHERS,
        "Under which filters values are counted: `others` leaves out those of the facet itself, so that what is not "
        "chosen has a count too; `all` leaves out none.",
    )


def take_facets(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a `SearchRequest` that say what is counted.

    Raises:
        ProblemError: one facet is asked for twice.
    """
    named = dict(values["facet_q"])
    asked = {name: replace(request, name=named.get(name, "")) for name, request in values["facet"]}
    for parameter in ("facet", "facet_q"):
        if len({name for name, _ in values[parameter]}) < len(values[parameter]):
            raise invalid("invalid_parameter", ParameterError(parameter, "names one facet twice; name it once."))
    asked |= {name: FacetRequest(name, name=text) for name, text in named.items() if name not in asked}
    facets = tuple(asked[name] for name in FacetField if name in asked)
    return {"facets": facets, "facet_scope": FacetScope(values["facet_scope"])}


class SearchArgs(SelectionSchema, PartSchema, FacetSchema):
    """The parameters of a search."""

    q = query_field("Without it, all articles that pass the filters are listed, newest first.")
    explain = comma_list(
        list(Explain),
        frozenset(),
        "What the answer explains: `terms` says what each word was looked for as in text, and how many articles have "
        "it in the fields that were searched, whatever the filters; `score` what adds up to the score of each result.",
        "terms,score",
    )
    highlight = choice(Switch, Switch.ON, "Whether results have highlights.")
    snippets = PlainInteger(
        load_default=Snippets().number,
        validate=validate.Range(0, MAX_SNIPPETS, error=f"must be between 0 and {MAX_SNIPPETS}."),
        metadata=doc("Passages of an article at most.", 3, default=Snippets().number),
    )
    snippet_length = PlainInteger(
        load_default=Snippets().length,
        validate=validate.Range(*SNIPPET_LENGTHS, error="must be between {min} and {max}."),
        metadata=doc(
            "Code points of a passage at most; a longer sentence is cut, between words where it can be.",
            240,
            default=Snippets().length,
        ),
    )
    sort = choice(
        Sort,
        Sort.RELEVANCE,
        "Order of the results; articles without a date come last in `newest` and `oldest`. Feeds are newest first "
        "unless it is given.",
    )
    recency = Days(
        load_default=None,
        metadata=doc(
            "Let new articles rise in the order of relevance: the score of the newest article of the archive counts "
            "twice, and what it counts more falls by half every so many days: `30d`. Articles that were in the future "
            "when they were indexed count as the newest, which is the last before them.",
            "30d",
            pattern=DAYS_PATTERN,
        ),
    )
    format = format_field(SEARCH_FORMATS)
    collapse = _collapse()

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> SearchRequest:
        """The request for the engine."""
        return SearchRequest(
            **take_selection(values),
            **take_part(values),
            **take_facets(values),
            explain=values["explain"],
            sort=Sort(values["sort"]),
            recency=values["recency"],
            snippets=Snippets(values["snippets"], values["snippet_length"], values["highlight"] == Switch.ON),
            collapse=take_collapse(values),
        )


class SearchBodySchema(SearchArgs):
    """A search as JSON."""

    format = format_field(LIST_FORMATS)


@dataclass(frozen=True)
class BatchRequest:
    """Whole articles by their ids, each once; `fields` are the parts of each that are wanted, or empty."""

    ids: tuple[str, ...]
    fields: tuple[str, ...] = ()


class ArticlesArgs(FiltersSchema, PartSchema, FacetSchema):
    """The parameters of a list of articles: filters, or ids. Loads as a SearchRequest or a BatchRequest."""

    id = ma.fields.List(
        ma.fields.String(validate=validate.Length(1, error="is empty.")),
        load_default=(),
        validate=validate.Length(max=MAX_BATCH, error=f"is given more than {MAX_BATCH} times; ask in parts."),
        metadata=doc(
            f"Id of an article. Repeat it, up to {MAX_BATCH} times, for several whole articles in that order; "
            "of the other parameters only `fields` goes with it.",
            ["sturmflut-nordersiel-nacht"],
        ),
    )
    sort = choice(
        Sort,
        Sort.NEWEST,
        "Order of the articles; those without a date come last in both date orders.",
        _LIST_SORTS,
    )
    wanted = FieldList(ResultSchema, "id,title,tags.name", WholeArticleSchema, data_key="fields")
    format = format_field(LIST_FORMATS)
    collapse = _collapse()

    @ma.pre_load
    def refuse_more_than_ids(self, values: Any, **_kwargs: object) -> Any:
        """`id` stands alone, but for `fields` and defaults: generated clients send those that the document names."""
        others = sorted(
            name for name in values if name not in _OF_A_BATCH and values[name] != _LISTING.get(name, values[name])
        )
        if "id" in values and others:
            raise invalid(
                "invalid_parameter",
                *(ParameterError(name, "does not go with id; ask for one or the other.") for name in others),
            )
        return values

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> SearchRequest | BatchRequest:
        """The request for the engine.

        Raises:
            ProblemError: a part is wanted that results do not have.
        """
        if values["id"]:
            check(values["wanted"], WholeArticleSchema)
            return BatchRequest(tuple(dict.fromkeys(values["id"])), values["wanted"])
        check(values["wanted"], ResultSchema)
        return SearchRequest(
            filters=take_filters(values),
            sort=Sort(values["sort"]),
            collapse=take_collapse(values),
            **take_part(values),
            **take_facets(values),
        )


_LISTING = {field.data_key or name: str(field.load_default) for name, field in ArticlesArgs().fields.items()}
_LISTING["format"] = JSON.name
"""The defaults of the parameters of a list of articles, as an address has them."""
