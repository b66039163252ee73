"""Assessments: one file that says all a run depends on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from resilience_index.framework import yaml_strict
from resilience_index.framework.models import AssessmentModel
from resilience_index.framework.validation import validate


@dataclass(frozen=True)
class Assessment:
    """A loaded assessment; ``resolve`` makes its relative paths usable from the current folder."""

    model: AssessmentModel
    file: str
    content: bytes

    def resolve(self, name: str) -> str:
        """A path of the file, seen from the current folder."""
        path = Path(name)
        return name if path.is_absolute() else str(Path(self.file).parent / path)

    def framework_name(self) -> str:
        """The framework's id, or its path when the name is that of a file beside the assessment."""
        name = self.model.framework
        beside = self.resolve(name)
        return beside if name.endswith((".yaml", ".yml")) or "/" in name else name


def load_assessment(path: str | Path) -> Assessment:
    """Load ``assessment.yaml``. Raises ``UnreadableError`` and ``InputError`` with findings RI1xx."""
    document = yaml_strict.read(Path(path), str(path))
    return Assessment(validate(document, "assessment", AssessmentModel), str(path), document.content)
