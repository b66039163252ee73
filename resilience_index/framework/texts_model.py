"""The form of ``texts.yaml``: what a department writes on its reports in its own words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from resilience_index.framework.model_base import Model, Text


class CoverModel(Model):
    """What the lines of the cover are called, in place of the program's words."""

    framework: Text | None = None
    period: Text | None = None
    communities: Text | None = None
    scheme: Text | None = None
    data: Text | None = None
    program: Text | None = None


class CoverLine(Model):
    """A further line of the cover, such as the number of a document."""

    label: Text
    value: Text


class TextsModel(Model):
    """``texts.yaml`` beside templates: the title and subtitle of reports, who makes them, a note, the cover."""

    schema_: Literal["resilience-index/texts/1"] = Field(alias="schema")
    title: Text | None = None
    subtitle: Text | None = None
    department: Text | None = None
    note: Text | None = None
    cover: CoverModel = Field(default_factory=CoverModel)
    cover_lines: list[CoverLine] = Field(default_factory=list)
