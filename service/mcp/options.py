"""Parameters that only tools have: how much of an answer is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from service.errors import ParametersError
from service.mcp.parameters import Schema
from service.mcp.schemas import json_schema

Options = TypeVar("Options", bound=BaseModel)
_SENTENCES = {
    "missing": "is missing; give one.",
    "string_type": "must be a string.",
    "int_type": "must be a whole number, such as 1000.",
    "literal_error": "must be {expected}.",
    "greater_than_equal": "must be at least {ge}.",
    "less_than_equal": "must be at most {le}.",
}
"""What is wrong with a value, by pydantic's name of the error, in the words that the API has."""


def _whole(value: Any) -> Any:
    """JSON knows one kind of numbers: 2.0 is 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WholeNumber = Annotated[int, BeforeValidator(_whole)]


@dataclass(frozen=True)
class Own(Generic[Options]):
    """Parameters that only a tool has, as a model of pydantic's."""

    model: type[Options]

    def describe(self) -> Mapping[str, Schema]:
        """See `Parameters`."""
        found: Mapping[str, Schema] = json_schema(self.model)["properties"]
        return found

    def read(self, values: Mapping[str, Any]) -> Options:
        """See `Parameters`."""
        try:
            return self.model.model_validate(values, strict=True)
        except ValidationError as error:
            wrong = {
                str(found["loc"][0]): _SENTENCES[found["type"]].format(**found.get("ctx", {}))
                for found in error.errors(include_url=False)
            }
            raise ParametersError(wrong) from error


class SearchOptions(BaseModel):
    """What only the tool `search` takes."""

    detail: Literal["short", "full"] = Field(
        default="short",
        description="short: id, title, date, source and one passage of each article; full: lead, section, authors, "
        "tags, length, address and up to three passages too.",
    )


class ArticleOptions(BaseModel):
    """What the tool `get_article` takes."""

    id: str = Field(description="Id of the article, as `search` gives it.")
    format: Literal["markdown", "text"] = Field(
        default="markdown", description="markdown has date, source, authors, tags and headings; text the words alone."
    )
    offset: WholeNumber = Field(default=0, ge=0, description="Where to begin, in characters; `next_offset` goes on.")
    length: WholeNumber = Field(default=6_000, ge=200, le=100_000, description="Characters at most.")
