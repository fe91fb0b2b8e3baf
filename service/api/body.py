"""Requests as JSON, by QUERY (RFC 10008) or POST: the parameters of the address in the types that JSON has.

A list is an array of strings, one that an address writes with commas an array or such a string, a number a number, and
null is what is not given where there is no default. What is read here becomes what the same request has in an address,
so both are checked by the same schemas.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import marshmallow as ma
import orjson
from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from service.api.fields import CommaList
from service.api.links import SEARCH
from service.api.problems import ParameterError, ProblemError, invalid
from service.api.sparse import FieldList

MEDIA_TYPE = "application/json"
MOST_BYTES = 32_768
"""A body of more is refused."""
MOST_READ = MOST_BYTES + 1
"""So much of a body is read: one that comes in chunks does not say beforehand how long it is."""
QUERIED = frozenset({SEARCH})
"""The paths that take a body."""
_TEXT_OR_ARRAY = (CommaList, FieldList)
Fields = Mapping[str, ma.fields.Field[Any]]


def read_object(request: Request) -> dict[str, Any]:
    """The members of the body.

    Raises:
        ProblemError: it is no JSON object, or has a member twice, or there are parameters in the address as well.
    """
    _check_type(request)
    if request.args:
        beside = "does not go into the address of a request with a body; write it into the body."
        raise invalid("invalid_parameter", *(ParameterError(name, beside) for name in request.args))
    try:
        body = request.get_data()
    except ClientDisconnected as error:
        raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, "invalid_parameter", "The body did not come in time.") from error
    if len(body) > MOST_BYTES:
        raise RequestEntityTooLarge
    try:
        members = orjson.loads(body.decode())
    except UnicodeDecodeError as error:
        raise _unreadable(f"The body must be UTF-8; the byte at {error.start} is not.") from error
    except orjson.JSONDecodeError as error:
        raise _unreadable(f"The body is no JSON that can be read: {error.msg}, at character {error.pos}.") from error
    if not isinstance(members, dict):
        raise _unreadable('The body must be a JSON object, such as {"q": "sicherheitsrat"}.')
    if all(map(_is_flat, members.values())):  # anything deeper is wrong anyhow, and could be too deep for `json`
        _refuse_repeated(body)
    return members


def _check_type(request: Request) -> None:
    if request.mimetype != MEDIA_TYPE:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            f"The body must be JSON and say so: Content-Type: {MEDIA_TYPE}.",
            headers={"Accept": MEDIA_TYPE},
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body must not be compressed; leave the header Content-Encoding out.",
            headers={"Accept-Encoding": "identity"},
        )


def _unreadable(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, "invalid_parameter", detail)


def _refuse_repeated(body: bytes) -> None:
    """A member that stands twice is refused as a parameter is; of a JSON library one cannot know which it takes."""

    def refuse(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise invalid("repeated_parameter", *(ParameterError(name, "write it once.") for name in repeated))

    json.loads(body, object_pairs_hook=refuse)


def as_parameters(members: Mapping[str, Any], fields: Fields) -> tuple[dict[str, Any], list[ParameterError]]:
    """The members as they would come from an address, and what is wrong with the types of others."""
    values, wrong = {}, []
    for name, value in members.items():
        field = fields.get(name)
        if value is None and field is not None and field.allow_none:
            continue
        try:
            values[name] = value if field is None else _written(value, field)
        except TypeError as error:
            wrong.append(ParameterError(name, str(error)))
    return values, wrong


def _written(value: Any, field: ma.fields.Field[Any]) -> str | list[str]:
    """A value as an address has it, but for an array in place of a text with commas.

    Raises:
        TypeError: it has another type; the sentence says which it should have.
    """
    if value is None:
        raise TypeError("is null; leave it out.")
    if isinstance(field, ma.fields.List):
        if not _are_strings(value):
            (example,) = field.metadata["examples"]
            raise TypeError(f"must be an array of strings, such as {json.dumps(example)}.")
        return list(value)
    if isinstance(field, _TEXT_OR_ARRAY) and _are_strings(value):
        return list(value)
    if isinstance(field, ma.fields.Integer):
        # JSON knows one kind of numbers: 2.0 is 2.
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise TypeError("must be a whole number, such as 2.")
        return str(int(value))
    if not isinstance(value, str):
        or_array = ", or an array of strings" if isinstance(field, _TEXT_OR_ARRAY) else ""
        raise TypeError(f"must be a string{or_array}.")
    return value


def _is_flat(value: Any) -> bool:
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(each, dict | list) for each in value)
    )


def _are_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def describe(properties: dict[str, dict[str, Any]], schema: ma.Schema) -> None:
    """Write into the properties of a body that a list with commas may be an array too."""
    for name, field in schema.load_fields.items():
        if isinstance(field, _TEXT_OR_ARRAY):
            found = properties[field.data_key or name]
            written = {"type": found.pop("type"), "pattern": found.pop("pattern")}
            names = {"enum": list(field.names)} if isinstance(field, CommaList) else {}
            array = {"type": "array", "items": {"type": "string", **names}}
            if "default" in found:
                found["default"] = [each for each in found["default"].split(",") if each]
            found["examples"] = [example.split(",") for example in found["examples"]]
            found["oneOf"] = [array, written]
