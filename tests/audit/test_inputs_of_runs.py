"""What the folders of whole runs keep, read without scoring: schemes, judgments, baselines."""

from __future__ import annotations

import shutil
from pathlib import Path

from audit_helpers import Run

from resilience_index.audit import inputs, rebuild
from resilience_index.scoring.baseline import save_baseline


def digests(run: Path) -> dict[str, str]:
    return {name: inputs.file_digest(run / name) for name in (*inputs.NAMES,) if (run / name).is_file()}


def test_what_a_run_keeps_is_read_with_its_scheme_and_judgments(asked: Run, flat: Run, plain: Run) -> None:
    for (run, predicate), scheme, weights, judged in (
        (plain, None, "given", False), (asked, None, "ahp", True), (flat, "flat", "equal", False),
    ):  # fmt: skip
        found = inputs.read(run, predicate, digests(run))
        assert (found.plan.framework.scheme, found.plan.weights.name) == (scheme, weights)
        assert (found.plan.judgments is not None) == judged
        assert found.plan.baseline is None
        assert found.table.indicators == ("visits", "minutes", "events", "residents")
    people = {node.id: node for node in found.plan.nodes}["people"]
    assert people.node.weight == 2
    judgments = inputs.read(*asked, digests(asked[0])).plan.judgments
    assert judgments is not None
    content = (asked[0] / "inputs/judgments.yaml").read_bytes()
    assert (judgments.file, judgments.content) == ("inputs/judgments.yaml", content)


def test_a_scheme_without_its_assessment_and_the_other_way(flat: Run) -> None:
    """An assessment travels with a bundle whether or not a scheme of it was used."""
    run, predicate = flat
    without = {name: value for name, value in digests(run).items() if name != inputs.ASSESSMENT}
    assert inputs.read(run, predicate, without).plan.framework.scheme is None
    unnamed = {key: value for key, value in predicate["framework"].items() if key != "scheme"}
    assert inputs.read(run, {**predicate, "framework": unnamed}, digests(run)).plan.framework.scheme is None


def test_judgments_about_several_frameworks_are_read(asked: Run, tmp_path: Path) -> None:
    """Keys about others that were scored beside this one are known by their names."""
    run = Path(shutil.copytree(asked[0], tmp_path / "run"))
    path = run / "inputs/judgments.yaml"
    text = path.read_text("utf-8")
    more = "      index: {people/events: 3}\n"
    assert more in text
    path.write_text(text.replace(more, more + "      other/index: {a/b: 2}\n"), "utf-8")
    plan = inputs.read(run, asked[1], digests(run)).plan
    assert plan.judgments is not None
    work = rebuild.job(run, asked[1], None, tmp_path / "scratch")
    assert "other" in work.beside
    assert rebuild.rebuild(run, work).result.plan.judgments is not None


def test_a_baseline_is_read(plain: Run, tmp_path: Path) -> None:
    run = Path(shutil.copytree(plain[0], tmp_path / "run"))
    again = rebuild.rebuild(run, rebuild.job(run, plain[1], None, tmp_path))
    save_baseline(again.result, run / inputs.BASELINE)
    found = inputs.read(run, plain[1], digests(run)).plan.baseline
    assert found is not None
    assert (found.file, found.content) == (inputs.BASELINE, (run / inputs.BASELINE).read_bytes())
