"""marshmallow fields that this API needs: strict on the way in, RFC 3339 on the way out."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import marshmallow as ma

from service.api.moments import read_bound
from service.articles.slug import slug
from service.search.facet import MAX_VALUES, FacetField, FacetRequest
from service.search.request import NONE, Bound

MOMENT_PATTERN = (
    r"^([0-9]{4}(-[0-9]{2}){0,2}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+ -][0-9]{2}:[0-9]{2})?"
    r"|now(-[0-9]{1,4}[hdwmy])?)$"
)
_MOMENT = re.compile(MOMENT_PATTERN)
DAYS_PATTERN = r"^[1-9][0-9]{0,4}d$"
_DAYS = re.compile(DAYS_PATTERN)
_UP_TO_MAX_VALUES = "([1-9][0-9]?|1[0-9]{2}|200)"
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_NUMBER = re.compile(r"-?[1-9][0-9]*", re.ASCII)
_DIGITS = 12
"""So many characters of a number that is too long are looked at: more are out of any range all the same."""
_OUT_OF_RANGE = "is out of range; whole numbers go from 0 to 999999999 here."
_LARGEST = 999_999_999
"""What has so many digits."""


def doc(description: str, example: object, **more: object) -> dict[str, Any]:
    """The metadata of a field, as the OpenAPI document shows it."""
    return {"description": description, "examples": [example], **more}


class PlainInteger(ma.fields.Integer):
    """A whole number in the digits 0 to 9; no signs, blanks, underscores or exponents."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if all(getattr(validator, "max", None) is None for validator in self.validators):
            self.metadata = {**self.metadata, "maximum": _LARGEST}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not _INTEGER.fullmatch(value):
            if not isinstance(value, str) or not _NUMBER.fullmatch(value):
                raise ma.ValidationError("must be a whole number, such as 2.")
            self._validate(int(value[:_DIGITS]))  # which says what the range is, where there is one
            raise ma.ValidationError(_OUT_OF_RANGE)
        return super()._deserialize(int(value), attr, data, **kwargs)


class CommaList(ma.fields.String):
    """Values of a closed vocabulary with commas between them, or an array of them; loads as a frozenset."""

    def __init__(self, *, values: Iterable[StrEnum], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._values = {str(value): value for value in values}

    @property
    def names(self) -> Iterable[str]:
        """The vocabulary."""
        return self._values

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> frozenset[StrEnum]:  # type: ignore[override]
        if isinstance(value, list):  # only a body has arrays
            names = value
        else:
            written = super()._deserialize(value, attr, data, **kwargs)
            names = written.split(",") if written else []
        unknown = [name for name in names if name not in self._values]
        if unknown:
            raise ma.ValidationError(
                f"has no {unknown[0]!r}; name some of {', '.join(self._values)}, with commas between."
            )
        return frozenset(self._values[name] for name in names)


class Slug(ma.fields.String):
    """A name or its slug, or NONE; loads as the slug."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.strip():
            raise ma.ValidationError("is empty; give a name, or leave the parameter out.")
        return text if text == NONE else slug(text)


class DateBound(ma.fields.String):
    """One end of a span of time, as `service.api.moments` reads it."""

    def __init__(self, *, is_end: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._is_end = is_end

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Bound:  # type: ignore[override]
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _MOMENT.fullmatch(text):
            raise ma.ValidationError(
                "must be a date or a datetime, such as 2026, 2026-11, 2026-11-23, 2026-11-23T14:30 or now-7d."
            )
        try:
            return read_bound(text, is_end=self._is_end)
        except ValueError as error:
            raise ma.ValidationError(
                f"says {text}, but the calendar has no such time; name another, such as 2026-11-23 or now-7d."
            ) from error


class Days(ma.fields.String):
    """A number of days, `30d`; loads as the number."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # type: ignore[override]
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _DAYS.fullmatch(text):
            raise ma.ValidationError("must be a number of days from 1 to 99999, such as 30d.")
        return int(text[:-1])


class FacetParameter(ma.fields.String):
    """A facet, `tag` or `tag:20`; loads as its field and a `FacetRequest`."""

    def __init__(self) -> None:
        super().__init__(metadata={"pattern": rf"^({'|'.join(FacetField)})(:{_UP_TO_MAX_VALUES})?$"})

    def _deserialize(  # type: ignore[override]
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[FacetField, FacetRequest]:
        name, colon, size = super()._deserialize(value, attr, data, **kwargs).partition(":")
        field = _facet_field(name)
        if not colon:
            return field, FacetRequest(field)
        if not _INTEGER.fullmatch(size) or not 1 <= int(size) <= MAX_VALUES:
            raise ma.ValidationError(f"wants {size!r} values of {name}; name a number from 1 to {MAX_VALUES}.")
        return field, FacetRequest(field, int(size))


class FacetNameParameter(ma.fields.String):
    """The beginning of a word of a facet's values, `tag:ener`; loads as the field and the beginning."""

    def __init__(self) -> None:
        super().__init__(metadata={"pattern": rf"^({'|'.join(FacetField)}):.*\S"})

    def _deserialize(  # type: ignore[override]
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[FacetField, str]:
        name, _, text = super()._deserialize(value, attr, data, **kwargs).partition(":")
        field = _facet_field(name)
        if not text.strip():
            raise ma.ValidationError(f"says nothing to look for; write it behind a colon: {name}:ener.")
        return field, text.strip()


def _facet_field(name: str) -> FacetField:
    try:
        return FacetField(name)
    except ValueError as error:
        raise ma.ValidationError(f"has no {name!r}; name one of {', '.join(FacetField)}.") from error
