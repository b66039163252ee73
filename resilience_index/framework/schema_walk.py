"""Which keys a model allows at a path: for did-you-mean in messages."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Tag

from resilience_index.framework.model_base import Model


def keys_at(model: type[Model], loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the mapping at ``loc`` (pydantic's path, union tags included); empty when unknown."""
    current: Any = model
    for step in loc:
        current = _step(current, step)
        if current is None:
            return []
    models = list(_models(current))
    if len(models) != 1:
        return []
    return [field.alias or name for name, field in models[0].model_fields.items()]


def _step(annotation: Any, step: int | str) -> Any:
    for model in _models(annotation):
        for name, field in model.model_fields.items():
            if step in (name, field.alias):
                return field.annotation if not field.metadata else typing.Annotated[field.annotation, *field.metadata]
    for part in _parts(annotation):
        origin = typing.get_origin(part)
        arguments = typing.get_args(part)
        if origin is list and isinstance(step, int):
            return arguments[0]
        if origin is dict and isinstance(step, str):
            return arguments[1]
    return _tagged(annotation, step)


def _tagged(annotation: Any, step: int | str) -> Any:
    """The member of a tagged union that a tag in the path chose."""
    for part in _parts(annotation, keep_annotated=True):
        if typing.get_origin(part) is typing.Annotated and any(
            isinstance(item, Tag) and item.tag == step for item in part.__metadata__
        ):
            return part.__origin__
    return None


def _parts(annotation: Any, *, keep_annotated: bool = False) -> Iterator[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        if keep_annotated:
            yield annotation
        yield from _parts(annotation.__origin__, keep_annotated=keep_annotated)
    elif origin in (typing.Union, types.UnionType):
        for argument in typing.get_args(annotation):
            yield from _parts(argument, keep_annotated=keep_annotated)
    elif isinstance(annotation, typing.ForwardRef):
        from resilience_index.framework import models

        yield getattr(models, annotation.__forward_arg__)
    else:
        yield annotation


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
