"""What ``verify`` says of a folder of runs: a line for each run, then what lies across them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resilience_index.cli import output
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from pathlib import Path

    from resilience_index.audit.signing import Trusted
    from resilience_index.runs.recheck_folder import Member, Whole

_STATUS = {"passed": t("passed", "通过"), "failed": t("FAILED", "未通过"), "not_checked": t("not checked", "未核验")}
_LEVELS = {"bytes": t("bytes", "字节"), "signature": t("signature", "签名"),
           "recomputation": t("recomputation", "重新计算")}  # fmt: skip


def run(
    folder: Path, shown: str, trusted: Sequence[Trusted], given: Sequence[Path], *, json: bool, quiet: bool,
    verbose: bool,
) -> int:  # fmt: skip
    """Verify every run and what was written across them; the exit code."""
    from resilience_index.runs import recheck_folder

    def tell(member: Member) -> None:
        if not json:
            _tell(member, quiet=quiet, verbose=verbose)

    whole = recheck_folder.check(folder, shown, trusted, given, tell)
    if json:
        output.write_json(_dict(whole, shown))
    else:
        _print(whole, shown, quiet=quiet)
    return 0 if whole.passed else 1


def _tell(member: Member, *, quiet: bool, verbose: bool) -> None:
    if not quiet:
        print(output.safe(f"{member.title}{t(': ', '：')}{_said(member)}"))
        sys.stdout.flush()
    findings = [*member.findings, *(finding for level in member.levels for finding in level.findings)]
    shown = [finding for finding in findings if finding.severity == "error" or not quiet]
    output.write_findings([finding for finding in shown if finding.severity != "info" or verbose], sys.stderr)


def _said(member: Member) -> str:
    """The levels of a run in a line."""
    from resilience_index.findings import has_errors

    if not member.levels:
        return (
            t("FAILED", "未通过")
            if has_errors(member.findings)
            else t("no run (the item failed)", "无结果（该项失败）")
        )
    said = [f"{_LEVELS[level.name]} {_STATUS[level.status]}" for level in member.levels]
    wrong = [t("its place FAILED", "所在位置未通过")] if has_errors(member.findings) else []
    return t(", ", "，").join([*said, *wrong])


def _print(whole: Whole, shown: str, *, quiet: bool) -> None:
    output.write_findings(
        [finding for finding in whole.findings if finding.severity == "error" or not quiet], sys.stderr
    )
    runs = [member for member in whole.members if member.levels]
    good = sum(member.passed for member in runs)
    name = output.safe(shown)
    if not quiet:
        across = ", ".join(whole.compared)
        print(t(f"across the runs ({across}): {_across(whole)}", f"各运行汇总（{across}）：{_across(whole)}"))
    counted = t(f"{good} of {output.count(len(runs), 'run', 'runs')} verified", f"{len(runs)} 次运行中 {good} 次通过")
    done = t("verified", "核验通过") if whole.passed else t("NOT verified", "核验未通过")
    print(t(f"{name}: {done} ({counted})", f"{name}：{done}（{counted}）"))


def _across(whole: Whole) -> str:
    from resilience_index.findings import has_errors

    return _STATUS["failed" if has_errors(whole.findings) else "passed"]


def _dict(whole: Whole, shown: str) -> dict[str, Any]:
    from resilience_index._version import __version__

    return {
        "schema_version": 1, "folder": shown, "kind": whole.kind, "verified": whole.passed, "checked_by": __version__,
        "runs": [
            {"folder": member.name, "scored": bool(member.levels), "verified": member.passed,
             "levels": [
                 {"level": level.name, "status": level.status, **level.detail,
                  "findings": [output.finding_dict(finding) for finding in level.findings]}
                 for level in member.levels
             ],
             "findings": [output.finding_dict(finding) for finding in member.findings]}
            for member in whole.members
        ],
        "findings": [output.finding_dict(finding) for finding in whole.findings],
    }  # fmt: skip
