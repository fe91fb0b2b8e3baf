"""The parameters of endpoints for other ways in than HTTP: described as JSON Schema, read from JSON types."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

import marshmallow as ma
from apispec import APISpec
from apispec.ext.marshmallow.openapi import OpenAPIConverter

from service.api.body import as_parameters
from service.api.fields import CommaList
from service.api.parsing import fields_by_parameter, sentences
from service.api.problems import ProblemError
from service.errors import ParametersError

Asked = TypeVar("Asked")
_VERSION = "3.1.0"
"""Of OpenAPI; since this one its schemas are JSON Schema."""


class Arguments(Generic[Asked]):
    """The parameters of one schema; `take` makes the request of what the schema loads into."""

    def __init__(self, schema: ma.Schema, take: Callable[[Any], Asked]) -> None:
        self._schema = schema
        self._take = take
        self._fields = fields_by_parameter(schema)

    def describe(self) -> Mapping[str, dict[str, Any]]:
        """The JSON Schema of each parameter by name. What may be null may be left out, so that is not said twice."""
        return self._described

    @cached_property
    def _described(self) -> dict[str, dict[str, Any]]:
        converter = OpenAPIConverter(_VERSION, lambda _schema: None, APISpec("", "", _VERSION))
        return {name: _json_schema(converter.field2property(field), field) for name, field in self._fields.items()}

    def read(self, values: Mapping[str, Any]) -> Asked:
        """The request.

        Raises:
            ParametersError: values are unknown or wrong.
        """
        written, mistyped = as_parameters(values, self._fields)
        wrong = {error.parameter: error.message for error in mistyped}
        try:
            loaded = self._schema.load(written, unknown=ma.RAISE)
        except ma.ValidationError as error:
            raise ParametersError({**sentences(error), **wrong}) from error
        except ProblemError as error:
            raise ParametersError({**{it.parameter: it.message for it in error.errors}, **wrong}) from error
        if wrong:
            raise ParametersError(wrong)
        return self._take(loaded)


def _json_schema(described: Mapping[str, Any], field: ma.fields.Field[Any]) -> dict[str, Any]:
    """A property of an OpenAPI document as plain JSON Schema; lists of a closed vocabulary are arrays."""
    found = dict(described)
    if isinstance(field, CommaList):
        del found["pattern"]
        found["examples"] = [example.split(",") for example in found["examples"]]
        if found.get("default"):
            found["default"] = found["default"].split(",")
        found |= {"type": "array", "items": {"type": "string", "enum": list(field.names)}}
    if isinstance(found["type"], list):
        (found["type"],) = (kind for kind in found["type"] if kind != "null")
    if not found.get("default"):
        found.pop("default", None)
    return found
