"""JSON Schema of pydantic's models, without what a language model would read for nothing."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue


class _Compact(GenerateJsonSchema):
    """Without titles that repeat names; and what is None by default is absent from answers, so null is not offered."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """See `GenerateJsonSchema`."""
        del schema
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """See `GenerateJsonSchema`."""
        if "default" in schema and schema["default"] is None and schema["schema"]["type"] == "nullable":
            return self.generate_inner(schema["schema"]["schema"])
        return super().default_schema(schema)


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a model."""
    return model.model_json_schema(schema_generator=_Compact)
