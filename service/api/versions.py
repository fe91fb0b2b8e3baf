"""Versions of an article: the endpoint, its parameters and its answer."""

from typing import Any

import marshmallow as ma
from flask import Response, request

from service.api import answers, links
from service.api.context import unchanged, wiring
from service.api.document import problems
from service.api.fields import doc
from service.api.negotiate import JSON, format_field, negotiated
from service.api.responses import PAGE_ORDER, PageSchema, ResultSchema
from service.api.selection import WindowSchema, take_window
from service.api.sparse import FieldList, pick
from service.api.views import Page, StrictBlueprint, paged
from service.search.request import Window
from service.search.versions import Version

_FORMATS = (JSON,)
_DIGITS = 3


class VersionSchema(ResultSchema):
    """An article that is a version of the one that was named, or that article itself."""

    class Meta:
        """Score, tier, highlights and explanation belong to a search."""

        exclude = ("score", "tier", "highlights", "explanation")

    similarity = ma.fields.Float(
        required=True,
        metadata=doc(
            "How alike its text is to that of the named article, titles aside: of the runs of three words that any of "
            "the two has, the share that both have, inflections made equal. 1 if they are equal; one word in ten "
            "changed leaves about 0.6, a third of the text left out about 0.65.",
            0.652,
            minimum=0,
            maximum=1,
        ),
    )


class VersionsArgs(WindowSchema):
    """The parameters of a list of versions."""

    wanted = FieldList(VersionSchema, "id,published,similarity", data_key="fields")
    format = format_field(_FORMATS)

    @ma.post_load
    def to_window(self, values: dict[str, Any], **_kwargs: object) -> tuple[Window, tuple[str, ...]]:
        """The window for the engine, and the parts of a version that are wanted."""
        return take_window(values), values["wanted"]


class VersionsEchoSchema(ma.Schema):
    """The list as it was understood."""

    id = ma.fields.String(
        required=True, metadata=doc("The article whose versions these are.", "sturmflut-nordersiel-nacht")
    )


class VersionPageSchema(PageSchema):
    """A page of versions."""

    class Meta:
        """The order on the wire."""

        fields = PAGE_ORDER

    query = ma.fields.Nested(
        VersionsEchoSchema, required=True, metadata={"description": "The list as it was understood."}
    )
    results = ma.fields.Nested(
        VersionSchema, many=True, required=True, metadata={"description": "The versions of this page, newest first."}
    )


versions = StrictBlueprint("versions", __name__, description="Articles that are versions of one text.")


@versions.route(f"{links.ARTICLES}/<article_id>/versions")
@versions.arguments(VersionsArgs(), location="query")
@versions.response(200, VersionPageSchema, description="One page of the versions.")
@problems(404, 406, 422, 503)
@versions.doc(operationId="listVersions")
def list_versions(asked: tuple[Window, tuple[str, ...]], article_id: str) -> Response:
    """List the versions of an article.

    Articles with nearly the same text, the named one among them, newest first: agency reports that several papers
    have rewritten, reports that were brought up to date. An article without other versions is alone in the list.
    """
    negotiated(request.args.get("format"), _FORMATS)
    window, fields = asked
    with wiring().engine.snapshot() as snapshot:
        path, parameters = links.versions_path(article_id), links.fields_parameters(fields)
        known = unchanged(snapshot, path, [*parameters, *links.page_parameters(window)])
        if known is not None:
            return known
        found = snapshot.versions(article_id, window)
        page = Page({"id": article_id}, found.total, [pick(_version(it), fields) for it in found.versions])
        return paged(snapshot, path, parameters, window, page)


def _version(it: Version) -> answers.Answer:
    return {**answers.listed_article(it.hit), "similarity": round(it.similarity, _DIGITS)}
