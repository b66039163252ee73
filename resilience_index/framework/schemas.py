"""JSON Schemas of the YAML files, for editors and other programs."""

from __future__ import annotations

from typing import Any

from resilience_index.framework.models import MODELS, SCHEMAS


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``framework``, ``dictionary``, ``assessment`` or ``judgments``."""
    schema = MODELS[kind].model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMAS[kind].replace('/', ':')}",
        **schema,
    }
