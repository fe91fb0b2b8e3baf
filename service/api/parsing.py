"""Parameters, of an address or a body, into marshmallow schemas: none unknown, none repeated, every error named."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

import marshmallow as ma
from flask import Request, g, request
from webargs.flaskparser import FlaskParser

from service.api.body import as_parameters, read_object
from service.api.context import wiring
from service.api.problems import ParameterError, ProblemError, invalid

_NO_UTF8 = "The parameters must be UTF-8, percent-encoded: ö is %C3%B6."
_LIST = ma.fields.List(ma.fields.String())
"""Stands for an unknown parameter: that it is unknown is said once, however often it is given."""


class QueryParser(FlaskParser):
    """Loads query parameters strictly."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - webargs declares it so
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
    }

    def parse(self, argmap: Any, req: Request | None = None, **options: Any) -> Any:
        """Load the body of the request or its query string, or take what an equal query string was loaded into."""

        def load() -> Any:
            return super(QueryParser, self).parse(argmap, req, **options)

        return load() if options.get("location") == "json" else wiring().loaded.get(argmap, request.query_string, load)

    def load_querystring(self, req: Request, schema: ma.Schema) -> dict[str, Any]:
        """The parameters of the request; a single value that is repeated is refused here, and what is no UTF-8."""
        try:
            unquote_to_bytes(req.query_string).decode()
        except UnicodeDecodeError as error:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_parameter", _NO_UTF8) from error
        given = dict(req.args.lists())
        fields = fields_by_parameter(schema) if given else {}
        repeated = [
            ParameterError(name, "takes one value; write it once.")
            for name, values in given.items()
            if len(values) > 1 and not isinstance(fields.get(name, _LIST), ma.fields.List)
        ]
        if repeated:
            raise invalid("repeated_parameter", *repeated, *_unknown(given, fields))
        return {
            name: values if isinstance(fields.get(name), ma.fields.List) else values[0]
            for name, values in given.items()
        }

    def load_json(self, req: Request, schema: ma.Schema) -> dict[str, Any]:
        """The members of the body, as if they were parameters."""
        fields = fields_by_parameter(schema)
        values, wrong = as_parameters(read_object(req), fields)
        g.q = values.get("q")
        if wrong:
            raise _refusal(fields, schema.validate(values), wrong)
        return values

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_options: Any) -> NoReturn:  # noqa: ARG002 - the signature is webargs'
        """Raise the problem that lists every wrong parameter."""
        (messages,) = error.normalized_messages().values()  # by where they were
        raise _refusal(fields_by_parameter(schema), messages) from error


def _refusal(
    fields: Mapping[str, ma.fields.Field[Any]], messages: Mapping[str, Any], wrong: Sequence[ParameterError] = ()
) -> ProblemError:
    """The problem that lists every wrong parameter: those of the messages, and others."""
    unknown = _unknown(messages, fields)
    named = [ParameterError(name, _sentence(found)) for name, found in messages.items() if name in fields]
    return invalid("unknown_parameter" if unknown else "invalid_parameter", *unknown, *named, *wrong)


def _unknown(names: Iterable[str], fields: Mapping[str, ma.fields.Field[Any]]) -> list[ParameterError]:
    known = ", ".join(sorted(fields)) or "none"
    return [ParameterError(name, f"is not known here; known are {known}.") for name in names if name not in fields]


def fields_by_parameter(schema: ma.Schema) -> dict[str, ma.fields.Field[Any]]:
    """The fields of a schema under the names that they have in a request."""
    return {field.data_key or name: field for name, field in schema.load_fields.items()}


def _sentence(messages: Any) -> str:
    """The messages of one parameter, each once."""
    found: list[str] = []

    def collect(value: Any) -> None:
        if isinstance(value, Mapping):
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)
        else:
            found.append(str(value))

    collect(messages)
    return " ".join(dict.fromkeys(found))


def sentences(error: ma.ValidationError) -> dict[str, str]:
    """What is wrong with each parameter, by name."""
    return {name: _sentence(found) for name, found in error.normalized_messages().items()}
