"""The list of a batch as a file: data sets, each with the settings it has of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from resilience_index.framework.model_base import Model, Name


class BatchSettings(Model):
    """The options of ``score`` that a list of a batch may set."""

    config: str | None = None
    judgments: str | None = None
    baseline: str | None = None
    weights: str | None = None
    normalize: str | None = None
    aggregate: str | None = None
    missing: str | None = None
    fill: str | None = None
    treat: str | None = None
    grading: str | None = None
    scheme: str | None = None
    period: str | None = None
    by: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    accept_errors: bool | None = None
    allow_personal_data: bool | None = None


class BatchItem(Model):
    """A data set of a batch (files, seen from the list), with settings of its own: the options of ``score``."""

    data: str | Annotated[list[str], Field(min_length=1)]
    id: Name | None = None
    frameworks: list[Name] = Field(default_factory=list)
    settings: BatchSettings = Field(default_factory=BatchSettings)


class BatchModel(Model):
    """The list of a batch: data sets; frameworks and settings of the list are for items that say nothing else."""

    schema_: Literal["resilience-index/batch/1"] = Field(alias="schema")
    frameworks: list[Name] = Field(default_factory=list)
    settings: BatchSettings = Field(default_factory=BatchSettings)
    items: list[BatchItem] = Field(min_length=1)
