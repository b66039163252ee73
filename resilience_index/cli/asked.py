"""What is asked of scoring beside its figures, under one framework or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resilience_index.cli import output, shared
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.runs.folder import Written
    from resilience_index.scoring.assess import Job


@dataclass(frozen=True)
class Asked:
    """The outputs of a run, as the command line says them.

    ``out`` None writes nothing; ``formats`` is the list of ``--format``, None: as the assessment says; ``top`` None is
    the number usual for what is shown.
    """

    out: str | None
    formats: str | None
    with_trace: bool
    top: int | None
    json: bool
    lang: str | None
    quiet: bool
    verbose: bool
    bundle: str | None = None
    without_data: bool = False

    @property
    def keep_text(self) -> bool:
        """Whether the cells' texts are needed: the trace has them."""
        return self.out is not None and self.with_trace

    @property
    def tables(self) -> bool:
        """Whether tables are printed: with ``-q`` only where nothing is written."""
        return not self.json and (not self.quiet or self.out is None)

    def reports(self, work: Job | None) -> tuple[str, ...]:
        """The reports to write: those of ``--format``, else those of the assessment, else the usual ones.

        Raises ``UnknownNameError`` RI008, ``UsageError`` RI532 for GeoJSON of a job without a map.
        """
        from resilience_index.report.renderers import check_map

        names = self._named(work)
        if work is not None:
            check_map(names, there=work.map is not None, where=work.data or "")
        return names

    def _named(self, work: Job | None) -> tuple[str, ...]:
        from resilience_index.report.renderers import RENDERERS, USUAL

        if self.formats is None:
            model = work.assessment.model if work is not None and work.assessment else None
            return tuple(model.outputs) if model is not None and model.outputs is not None else USUAL
        names = [name.strip() for name in self.formats.split(",") if name.strip()]
        for name in names:
            if name not in (*RENDERERS, "none"):
                raise shared.unknown({"zh": "报告格式", "en": "report format"}, name, [*RENDERERS, "none"])
        return tuple(name for name in names if name in RENDERERS)

    def language(self, work: Job) -> str:
        """The language of what is written: ``--lang``, else that of the assessment, else both."""
        model = work.assessment.model if work.assessment else None
        return self.lang or (model.language if model else None) or "both"

    def say_written(self, written: Written) -> None:
        """Say which files are written, and where."""
        listed = ", ".join(written.files)
        text = t(f"written to {written.folder}: {listed}", f"已写入 {written.folder}：{listed}")
        output.message(text, quiet=self.quiet)
