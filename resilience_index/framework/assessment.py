"""Assessments: one file that says all a run depends on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from resilience_index.errors import InputError
from resilience_index.findings import has_errors
from resilience_index.framework import catalogue, checks, grade_checks, yaml_strict
from resilience_index.framework.models import AssessmentModel
from resilience_index.framework.named_files import named_at
from resilience_index.framework.validation import examine
from resilience_index.framework.yaml_strict import Document


@dataclass(frozen=True)
class Assessment:
    """A loaded assessment; ``resolve`` makes its relative paths usable from the current folder."""

    model: AssessmentModel
    file: str
    document: Document

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self.document.content

    def named(self, *path: str | int) -> AbstractContextManager[None]:
        """Let errors about the file that is named at ``path`` point at that line of the assessment."""
        return named_at(self.document, path)

    def resolve(self, name: str) -> str:
        """A path of the file, seen from the current folder."""
        path = Path(name)
        return name if path.is_absolute() else str(Path(self.file).parent / path)

    def framework_name(self) -> str:
        """The framework's id, or its path (seen from the current folder) when it names a file."""
        name = self.model.framework
        return self.resolve(name) if catalogue.is_path(name) else name


def load_assessment(path: str | Path) -> Assessment:
    """Load ``assessment.yaml``. Raises ``UnreadableError`` and ``InputError`` with findings RI1xx."""
    document = yaml_strict.read_leniently(Path(path), str(path))
    examined = examine(document, "assessment", AssessmentModel)
    model = examined.model
    if model is None:
        raise InputError(examined.findings)
    meaning = [
        *checks.default_findings(document, model.defaults.normalize),
        *grade_checks.grade_findings(document, model.grades or (), model.grading),
        *grade_checks.scheme_findings(document, model.schemes),
    ]
    findings = [*examined.findings, *examined.keep(meaning)]
    if has_errors(findings):
        raise InputError(findings)
    return Assessment(model, str(path), document)
