"""In which format an answer is wanted: by the parameter `format`, for links, else by the header `Accept` (RFC 9110)."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import marshmallow as ma
from flask import Response, after_this_request, request
from marshmallow import validate

from service.api.fields import doc
from service.api.problems import ProblemError


@dataclass(frozen=True)
class Format:
    """A format of answers: its name in a link, and its media type without parameters."""

    name: str
    media_type: str


JSON = Format("json", "application/json")


def format_field(offered: Sequence[Format]) -> ma.fields.String:
    """The parameter of an endpoint that offers several formats; None where it is not given."""
    names = [one.name for one in offered]
    return ma.fields.String(
        load_default=lambda: None,  # a plain None would be a value of the parameter in the document
        validate=validate.OneOf(names, error=f"must be one of {', '.join(names)}."),
        metadata=doc("The format of the answer; without it, the header `Accept` decides.", names[0]),
    )


def negotiated(asked: str | None, offered: Sequence[Format]) -> Format:
    """The format that the client likes best of those offered; of equals the first. The answer varies by `Accept`.

    Raises:
        ProblemError: it accepts none of them.
    """
    if asked is not None:
        return next(one for one in offered if one.name == asked)
    after_this_request(_vary)
    by_type = {one.media_type: one for one in offered}
    if not request.accept_mimetypes:
        return offered[0]
    found = request.accept_mimetypes.best_match(by_type)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_ACCEPTABLE,
            "not_acceptable",
            f"Accept asks for none of the formats that there are: {', '.join(by_type)}.",
        )
    return by_type[found]


def _vary(response: Response) -> Response:
    response.vary.add("Accept")
    return response
