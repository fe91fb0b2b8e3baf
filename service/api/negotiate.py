"""In which format an answer is wanted: by the parameter `format`, for links, else by the header `Accept` (RFC 9110)."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import marshmallow as ma
from flask import Response, after_this_request, request
from marshmallow import validate
from werkzeug.datastructures import MIMEAccept

from service.api.fields import doc
from service.api.problems import ParameterError, ProblemError, invalid


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
    """The format that the client likes best of those offered; of equals the first.

    That is the one that was asked for by name; without a name the answer varies by `Accept`, and says so. Parameters of
    media types in `Accept` make no difference, as each type is offered in one form.

    Raises:
        ProblemError: it accepts none of them.
    """
    if asked is not None:
        return next(one for one in offered if one.name == asked)
    after_this_request(_vary)
    by_type = {one.media_type: one for one in offered}
    if not request.accept_mimetypes:
        return offered[0]
    accepted = MIMEAccept([(kind.partition(";")[0].rstrip(), quality) for kind, quality in request.accept_mimetypes])
    found = accepted.best_match(by_type)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_ACCEPTABLE,
            "not_acceptable",
            f"Accept asks for none of the formats that there are: {', '.join(by_type)}.",
        )
    return by_type[found]


def refuse_fields(fields: Sequence[str], chosen: Format, sparse: Sequence[Format] = (JSON,)) -> None:
    """Refuse parts of an answer where it is in a format that has no parts to choose.

    Raises:
        ProblemError: there are fields beside a format that is not among the sparse ones.
    """
    if fields and chosen not in sparse:
        others = " or ".join(one.name for one in sparse)
        message = f"does not go with the format {chosen.name}; leave it out, or ask for {others}."
        raise invalid("invalid_parameter", ParameterError("fields", message))


def _vary(response: Response) -> Response:
    response.vary.add("Accept")
    return response
