"""Query parameters into marshmallow schemas: nothing unknown, nothing repeated, every error named."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from service.api.problems import ParameterError, invalid


class QueryParser(FlaskParser):
    """Loads query parameters strictly."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - webargs declares it so
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
    }

    def load_querystring(self, req: Request, schema: ma.Schema) -> MultiDictProxy:
        """The parameters of the request; a single value that is repeated is refused here."""
        several = [name for name, values in req.args.lists() if len(values) > 1]
        if several:
            _refuse_repeated(several, fields_by_parameter(schema))
        return MultiDictProxy(req.args, schema)

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_options: Any) -> NoReturn:  # noqa: ARG002 - the signature is webargs'
        """Raise the problem that lists every wrong parameter."""
        fields = fields_by_parameter(schema)
        messages = error.normalized_messages().get("query", {})
        unknown = [
            ParameterError(name, f"is not known here; known are {', '.join(sorted(fields)) or 'none'}.")
            for name in messages
            if name not in fields
        ]
        wrong = [ParameterError(name, _sentence(found)) for name, found in messages.items() if name in fields]
        raise invalid("unknown_parameter" if unknown else "invalid_parameter", *unknown, *wrong) from error


def _refuse_repeated(names: Iterable[str], fields: Mapping[str, ma.fields.Field[Any]]) -> None:
    """Raise the problem if one of the parameters that are given several times takes a single value."""
    repeated = [
        ParameterError(name, "takes one value; write it once.")
        for name in names
        if not isinstance(fields.get(name, ma.fields.List), ma.fields.List | type)
    ]
    if repeated:
        raise invalid("repeated_parameter", *repeated)


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
