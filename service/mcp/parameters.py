"""What a tool may be asked: parameters with their JSON Schema, read from the arguments of a call.

The parameters of a search are described once, by the schemas of the API. This room does not import those: whoever makes
the server hands them over as `Parameters`, and a tool picks those that it takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from service.errors import ParametersError
from service.search.names import NamesRequest
from service.search.request import SearchRequest
from service.search.timeline import TimelineRequest

Asked = TypeVar("Asked")
Asked_co = TypeVar("Asked_co", covariant=True)
Schema = dict[str, Any]


class Parameters(Protocol[Asked_co]):
    """Parameters that are loaded into a request."""

    def describe(self) -> Mapping[str, Schema]:
        """The JSON Schema of each, by name."""
        ...

    def read(self, values: Mapping[str, Any]) -> Asked_co:
        """The request.

        Raises:
            ParametersError: values cannot be used.
        """
        ...


@dataclass(frozen=True)
class Picked(Generic[Asked]):
    """Some of other parameters. `renamed` are those with a name of their own here, after the other name.

    `defaults` are those that differ here, `described` the descriptions that do; both by the names here. The pattern of
    a value is left to its description, which says the same in fewer characters; so are examples.
    """

    whole: Parameters[Asked]
    names: Sequence[str]
    renamed: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=dict)

    def describe(self) -> Mapping[str, Schema]:
        """See `Parameters`."""
        found = self.whole.describe()
        return {name: self._schema(name, found[self.renamed.get(name, name)]) for name in self.names}

    def read(self, values: Mapping[str, Any]) -> Asked:
        """See `Parameters`."""
        given = {**self.defaults, **{name: self._listed(name, value) for name, value in values.items()}}
        try:
            return self.whole.read({self.renamed.get(name, name): value for name, value in given.items()})
        except ParametersError as error:
            here = {there: name for name, there in self.renamed.items()}
            raise ParametersError({here.get(name, name): found for name, found in error.wrong.items()}) from error

    def _listed(self, name: str, value: Any) -> Any:
        """A string as a list of one where a list of any strings is wanted: language models write both."""
        schema = self.whole.describe()[self.renamed.get(name, name)]
        is_list = schema["type"] == "array" and "enum" not in schema["items"]
        return [value] if is_list and isinstance(value, str) else value

    def _schema(self, name: str, schema: Schema) -> Schema:
        changed = {key: value for key, value in schema.items() if key not in {"pattern", "examples"}}
        if "items" in changed:
            changed["items"] = {key: value for key, value in changed["items"].items() if key != "pattern"}
        if name in self.defaults:
            changed["default"] = self.defaults[name]
        if name in self.described:
            changed["description"] = self.described[name]
        for here, there in self.renamed.items():
            changed["description"] = changed["description"].replace(f"`{there}`", f"`{here}`")
        return changed


@dataclass(frozen=True)
class Readers:
    """The parameters of the searches, as the API describes and reads them."""

    search: Parameters[SearchRequest]
    names: Parameters[NamesRequest]
    timeline: Parameters[TimelineRequest]


def input_schema(parameters: Sequence[Parameters[Any]], required: Sequence[str]) -> Schema:
    """The JSON Schema of the arguments of a tool."""
    properties: Schema = {}
    for some in parameters:
        properties |= some.describe()
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def read(parameters: Sequence[Parameters[Any]], arguments: Mapping[str, Any]) -> list[Any]:
    """What the arguments of a call are, for each of some parameters; null is as good as nothing.

    Raises:
        ParametersError: there are arguments that cannot be used, or that none of them knows.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    known = [set(some.describe()) for some in parameters]
    names = ", ".join(sorted(set().union(*known)))
    wrong = {name: f"is not known here; known are {names}." for name in given if not any(name in it for it in known)}
    asked = []
    for some, mine in zip(parameters, known, strict=True):
        try:
            asked.append(some.read({name: value for name, value in given.items() if name in mine}))
        except ParametersError as error:
            wrong |= error.wrong
    if wrong:
        raise ParametersError(wrong)
    return asked
