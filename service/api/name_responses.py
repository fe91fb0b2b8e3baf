"""The answers about names: tags, sources, authors and sections."""

import marshmallow as ma

from service.api import responses, shown
from service.api.fields import doc
from service.api.responses import PAGE_ORDER, PageSchema, SelectionEchoSchema, SelfLinkSchema
from service.search.names import MOST_MONTHS, NameSort


class NameLinksSchema(SelfLinkSchema):
    """Where to go on from a name."""

    self = ma.fields.String(required=True, metadata=doc("This name itself.", "/v1/tags/energie"))
    articles = ma.fields.String(
        required=True,
        allow_none=True,
        metadata=doc(
            "The articles that are counted; null under a filter for other authors, sources or sections, which cannot "
            "be asked for together with this one.",
            "/v1/articles?tag=energie",
        ),
    )


class NameCountSchema(ma.Schema):
    """A name and how many articles carry it."""

    id = ma.fields.String(required=True, metadata=doc("Its slug: what the filter takes, and the address.", "energie"))
    name = ma.fields.String(required=True, metadata=doc("As it is mostly spelled in the archive.", "Energie"))
    count = ma.fields.Integer(required=True, metadata=doc("Articles with it, in the search given.", 7, minimum=0))
    links = ma.fields.Nested(NameLinksSchema, required=True, metadata={"description": "Where to go on."})


class RelatedTagSchema(ma.Schema):
    """A tag that stands beside a name more often than by chance."""

    id = ma.fields.String(required=True, metadata=doc("Slug of the tag.", "klimaschutz"))
    name = ma.fields.String(required=True, metadata=doc("As it is mostly spelled in the archive.", "Klimaschutz"))
    count = ma.fields.Integer(required=True, metadata=doc("Articles with both.", 4, minimum=1))
    npmi = ma.fields.Float(
        required=True,
        metadata=doc(
            "Normalised pointwise mutual information in the search given: above 0, where the two meet no more often "
            "than by chance, up to 1, where neither is without the other.",
            0.4213,
        ),
    )
    links = ma.fields.Nested(SelfLinkSchema, required=True, metadata={"description": "Where to go on."})


class MonthSchema(ma.Schema):
    """A month."""

    month = ma.fields.String(required=True, metadata=doc("The month, in Europe/Berlin.", "2026-11"))
    count = ma.fields.Integer(required=True, metadata=doc("Its articles with the name.", 3, minimum=0))


class NamesEchoSchema(SelectionEchoSchema):
    """The list as it was understood."""

    class Meta:
        """The order on the wire."""

        fields = (*SelectionEchoSchema.Meta.fields, "name", "min_count", "sort")

    name = ma.fields.String(required=True, metadata=doc("The beginning that names were filtered by.", "klima"))
    min_count = ma.fields.Integer(required=True, metadata=doc("Names that so many articles carry.", 1, minimum=1))
    sort = ma.fields.Enum(NameSort, by_value=True, required=True, metadata=doc("The order that was used.", "count"))


class NamePageSchema(PageSchema):
    """A page of names."""

    class Meta:
        """The order on the wire."""

        fields = (*PAGE_ORDER[:-2], "corrected", *PAGE_ORDER[-2:])

    query = ma.fields.Nested(NamesEchoSchema, required=True, metadata={"description": "The list as it was understood."})
    results = ma.fields.Nested(
        NameCountSchema, many=True, required=True, metadata={"description": "The names of this page."}
    )
    corrected = responses.corrected()


class NameDetailSchema(ma.Schema):
    """One name."""

    class Meta:
        """The order on the wire."""

        fields = (
            *("id", "name", "count", "first", "last", "sparkline", "related"),
            *("query", "corrected", "took_ms", "generation", "links"),
        )

    id = ma.fields.String(required=True, metadata=doc("Its slug.", "energie"))
    name = ma.fields.String(required=True, metadata=doc("As it is mostly spelled in the archive.", "Energie"))
    count = ma.fields.Integer(required=True, metadata=doc("Articles with it, in the search given.", 7, minimum=0))
    first = shown.moment(
        "Date of the oldest dated article among them; null if none is dated.", "2024-10-17T06:15:00+02:00"
    )
    last = shown.moment(
        "Date of the newest dated article among them; null if none is dated.", "2026-11-17T17:50:00+01:00"
    )
    sparkline = ma.fields.Nested(
        MonthSchema,
        many=True,
        required=True,
        metadata={
            "description": "Its articles by month from `first` to `last`, without a gap; of more than "
            f"{MOST_MONTHS} months the last {MOST_MONTHS}."
        },
    )
    related = ma.fields.Nested(
        RelatedTagSchema,
        many=True,
        required=True,
        metadata={
            "description": "The tags that most typically stand beside it, in two articles and one in fifty of its own "
            "at least; highest `npmi` first."
        },
    )
    query = ma.fields.Nested(
        SelectionEchoSchema, required=True, metadata={"description": "The search as it was understood."}
    )
    corrected = responses.corrected()
    took_ms = shown.took()
    generation = shown.generation()
    links = ma.fields.Nested(NameLinksSchema, required=True, metadata={"description": "Where to go on."})
