"""What all models of the YAML files are made of: strictness, ids, names, texts in both languages."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(min_length=1, json_schema_extra={"pattern": "^[a-z][a-z0-9_]*$"})]


class Model(BaseModel):
    """Strict and closed: unknown keys and implicit conversions are errors."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        arbitrary_types_allowed=True,
        populate_by_name=True,
        allow_inf_nan=False,
    )


class Text(Model):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def say(self, language: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en
