"""Fields of answers: each is always there, with a description and an example."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import marshmallow as ma

from service.api.fields import doc


def text(description: str, example: str, **kwargs: Any) -> ma.fields.String:
    """A text."""
    return ma.fields.String(required=True, metadata=doc(description, example), **kwargs)


def count(description: str, example: int, minimum: int = 0, **kwargs: Any) -> ma.fields.Integer:
    """A number of things, from `minimum` on."""
    return ma.fields.Integer(required=True, metadata=doc(description, example, minimum=minimum), **kwargs)


def moment(description: str, example: str, **kwargs: Any) -> ma.fields.AwareDateTime:
    """A date of an article, null where there is none."""
    return ma.fields.AwareDateTime(required=True, allow_none=True, metadata=doc(description, example), **kwargs)


def texts(description: str, example: list[str], **kwargs: Any) -> ma.fields.List[str]:
    """Several texts."""
    return ma.fields.List(ma.fields.String(), required=True, metadata=doc(description, example), **kwargs)


def nested(schema: type[ma.Schema], description: str, *, many: bool = False, **kwargs: Any) -> ma.fields.Nested:
    """What another schema describes, or several such."""
    return ma.fields.Nested(schema, many=many, required=True, metadata={"description": description}, **kwargs)


def choices(values: Sequence[StrEnum], description: str, example: list[str]) -> ma.fields.List[str]:
    """Several of a closed list of values."""
    inner = ma.fields.String(validate=ma.validate.OneOf([str(value) for value in values]))
    return ma.fields.List(inner, required=True, metadata=doc(description, example))


def choice(description: str, example: StrEnum) -> ma.fields.Enum[Any]:
    """One of a closed list of values: those of the enumeration that the example is of."""
    return ma.fields.Enum(type(example), by_value=True, required=True, metadata=doc(description, example.value))


def took() -> ma.fields.Float:
    """How long the answer took."""
    return ma.fields.Float(required=True, metadata=doc("Milliseconds that the answer took.", 1.8, minimum=0))


def generation() -> ma.fields.String:
    """The state of the archive that the answer is of."""
    return text("The state of the archive; changes when its content does.", "66e860a67a1a6129")
