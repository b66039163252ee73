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
    from resilience_index.audit.verify import Level
    from resilience_index.runs.recheck_folder import Member, Whole


def status(name: str) -> str:
    """What the status of a level is called."""
    return {"passed": t("passed", "通过"), "failed": t("FAILED", "未通过"), "not_checked": t("not checked", "未核验")}[
        name
    ]


def level(name: str) -> str:
    """What a level is called."""
    return {"bytes": t("bytes", "字节"), "signature": t("signature", "签名"),
            "recomputation": t("recomputation", "重新计算")}[name]  # fmt: skip


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

    if member.lost:
        return t("lost", "已丢失")
    if member.stopped:
        return t("not checked (the batch was stopped while it made it anew)", "未核验（批次停止时正在重做）")
    if not member.levels:
        return (
            t("FAILED", "未通过")
            if has_errors(member.findings)
            else t("no run (the item failed)", "无结果（该项失败）")
        )
    said = [f"{level(one.name)} {status(one.status)}" for one in member.levels]
    wrong = [t("its place FAILED", "所在位置未通过")] if has_errors(member.findings) else []
    if member.passed and (beyond := not_compared(member.levels)):
        wrong.append(t(f"not compared: {', '.join(beyond)}", f"无法比对：{'、'.join(beyond)}"))
    return t(", ", "，").join([*said, *wrong])


def not_compared(levels: Sequence[Level]) -> list[str]:
    """What could not be compared of a run, as it is shown."""
    return [output.safe(name) for name in levels[-1].detail["not_compared"]] if levels else []


def _print(whole: Whole, shown: str, *, quiet: bool) -> None:
    output.write_findings(
        [finding for finding in whole.findings if finding.severity == "error" or not quiet], sys.stderr
    )
    runs = [member for member in whole.members if member.levels or member.lost]
    good = sum(member.passed for member in runs)
    name = output.safe(shown)
    if not quiet:
        across = t(", ", "、").join(whole.compared)
        print(
            t(
                f"across the runs ({across}): {status(whole.across)}",
                f"各运行汇总（{across}）：{status(whole.across)}",
            )
        )
    counted = t(f"{good} of {output.count(len(runs), 'run', 'runs')} verified", f"{len(runs)} 次运行中 {good} 次通过")
    partly = sum(bool(not_compared(member.levels)) for member in runs)
    if whole.passed and partly:
        many = output.count(partly, "run", "runs")
        counted += t(f"; some files of {many} could not be compared", f"；其中 {partly} 次有文件无法比对")
    done = t("verified", "核验通过") if whole.passed else t("NOT verified", "核验未通过")
    print(t(f"{name}: {done} ({counted})", f"{name}：{done}（{counted}）"))


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
