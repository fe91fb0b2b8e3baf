"""Parameters that only tools have: how much of an answer is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from service.errors import ParametersError
from service.mcp.parameters import Schema

Options = TypeVar("Options", bound=BaseModel)


@dataclass(frozen=True)
class Own(Generic[Options]):
    """Parameters that only a tool has, as a model of pydantic's."""

    model: type[Options]

    def describe(self) -> Mapping[str, Schema]:
        """See `Parameters`."""
        found: Mapping[str, Schema] = self.model.model_json_schema()["properties"]
        return {name: {key: it for key, it in schema.items() if key != "title"} for name, schema in found.items()}

    def read(self, values: Mapping[str, Any]) -> Options:
        """See `Parameters`."""
        try:
            return self.model.model_validate(values, strict=True)
        except ValidationError as error:
            wrong = {str(found["loc"][0]): f"{found['msg']}." for found in error.errors(include_url=False)}
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

    id: str = Field(description="Id of the article, as `search` gives it.", examples=["sturmflut-nordersiel-nacht"])
    format: Literal["markdown", "text"] = Field(
        default="markdown", description="markdown has date, source, authors, tags and headings; text the words alone."
    )
    offset: int = Field(default=0, ge=0, description="Where to begin, in characters; `next_offset` goes on.")
    length: int = Field(default=6_000, ge=200, le=100_000, description="Characters at most.")
