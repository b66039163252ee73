"""``resilience diff``: two runs side by side, for those who check them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.analysis.run_diff import RunDiff

_EXAMPLES = "resilience diff results/toe my-city/results --top 3\nresilience diff results/toe my-city/results --json"


_ROLES = {
    "data": ("data", "数据"), "framework": ("framework", "框架"), "dictionary": ("dictionary", "指标词典"),
    "judgments": ("judgments", "专家判断"), "baseline": ("baseline", "基准"),
    "assessment": ("assessment", "评估文件"), "map": ("map", "地图"), "templates": ("template", "模板"),
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t("What differs between two runs: inputs, settings, weights, scores, and what caused what.",
              "两次运行的差异：输入、设置、权重、得分，以及各自的原因。")  # fmt: skip
    frame.add(app, "diff", run, _EXAMPLES, help_)


def run(
    first: Annotated[
        str, typer.Argument(metavar="RUN_A", help=t("Folder or ZIP of a run.", "运行结果的文件夹或 ZIP 压缩包。"))
    ],
    second: Annotated[str, typer.Argument(metavar="RUN_B", help=t("The other run.", "另一次运行。"))],
    top: Annotated[
        int | None,
        typer.Option("--top", min=0, metavar="N",
                     help=t("Rows to show, 0 for all (default: 10).", "显示的行数，0 为全部（默认 10）。")),
    ] = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Compare two runs."""
    import contextlib
    from pathlib import Path

    from resilience_index.analysis import run_diff
    from resilience_index.analysis.explain import sound
    from resilience_index.audit import archive, verify
    from resilience_index.audit.manifest import FILE
    from resilience_index.cli import output, shared
    from resilience_index.cli.startup import keep_pandas_out
    from resilience_index.data.privacy import mask

    shared.check_language(lang)
    shared.no_dash(first, second)
    keep_pandas_out()
    with contextlib.ExitStack() as stack:
        opened = [
            verify.open_run(stack.enter_context(archive.opened(Path(name))), name) for name in (first, second)
        ]  # fmt: skip
        names = [mask(Path(name).name or name) for name in (first, second)]
        if names[0] == names[1]:
            names = [mask(name) for name in (first, second)]
        with sound(Path(first, FILE)):
            found = run_diff.diff(opened[0], opened[1], (names[0], names[1]))
    if json:
        output.write_json(_dict(found, names))
        return 0
    output.tell(found.findings, quiet=quiet, verbose=verbose)
    _print(found, top)
    return 0


def _dict(found: RunDiff, names: list[str]) -> dict[str, Any]:
    from resilience_index.cli import output
    from resilience_index.report.export import change as change_out

    return {
        "schema_version": 1, "first": names[0], "second": names[1], "same": found.same,
        "manifest_sha256": list(found.manifests),
        "inputs": [
            {"role": item.role, "names": list(item.names), "sha256": list(item.digests)} for item in found.inputs
        ],
        "versions": {name: list(pair) for name, pair in found.versions.items()},
        "settings": [
            {"name": item.name, "values": list(item.values), "origins": list(item.origins)} for item in found.settings
        ],
        "weights": [
            {"indicator": item.indicator, "title": item.title, "first": item.first, "second": item.second}
            for item in found.weights
        ],
        "plan": {
            "count": found.plan.count,
            "differences": [
                {"path": item.item, "first": item.recorded, "second": item.made} for item in found.plan.listed
            ],
        },
        "change": None if found.change is None else change_out.to_dict(found.change),
        "findings": [output.finding_dict(finding) for finding in found.findings],
    }  # fmt: skip


def _plan() -> str:
    return t("framework and what was settled", "框架与求得的参数")


def _print(found: RunDiff, top: int | None) -> None:
    """The parts that differ, one after the other, then the change by causes."""
    from resilience_index.cli import output
    from resilience_index.report.terminal import change as change_text
    from resilience_index.report.terminal import console as text
    from resilience_index.report.view import change as change_view

    if found.same:
        print(t(
            "the manifests are the same, byte for byte; 'verify' tells whether the files are as they say",
            "清单逐字节相同；文件是否与清单一致，请用 verify 核验",
        ))  # fmt: skip
        return
    limit = None if top == 0 else change_text.LISTED if top is None else top
    for title, lines in _parts(found):
        shown = list(lines)
        count = max(len(shown), found.plan.count if title == _plan() else 0)
        print(output.safe(t(f"{title}: {count or 'no difference'}", f"{title}：{count or '无差异'}")))
        for line in shown[:limit]:
            print(output.safe(f"  {line}"))
        if count > len(shown[:limit]):
            print("  …")
    if found.change is None:
        print(t("scores: not compared", "得分：未比较"))
        return
    view = change_view.build(found.change, list(found.findings), limit=limit)
    change_text.print_change(view, output.language(), text.console(), top=limit)


def _parts(found: RunDiff) -> Iterator[tuple[str, Iterator[str]]]:
    from resilience_index.audit.differences import shown
    from resilience_index.cli.language import current
    from resilience_index.data.privacy import mask
    from resilience_index.report.view.format import number_text
    from resilience_index.report.view.method import ORIGINS

    def origin(name: str) -> str:
        return ORIGINS[name][current()] if name in ORIGINS else said(name)

    def share(value: float | None) -> str:
        return number_text(value, 6)

    def shift(item: Any) -> float:
        """The largest first; a leaf that one side does not have moves by all its weight."""
        return -abs(float(item.second or 0.0) - float(item.first or 0.0))

    def said(value: Any) -> str:
        return mask(shown(value))

    def file(item: Any, side: int) -> str:
        name, digest = item.names[side], item.digests[side]
        return said(None) if name is None else f"{said(name)} {said(digest)[:16]}"

    yield t("inputs", "输入"), (
        f"{t(*_ROLES.get(item.role, (item.role, item.role)))}: {file(item, 0)} → {file(item, 1)}"
        for item in found.inputs
    )  # fmt: skip
    yield t("versions", "版本"), (f"{name}: {said(old)} → {said(new)}" for name, (old, new) in found.versions.items())

    def setting(value: Any, name: str | None) -> str:
        return said(value) if name is None else t(f"{said(value)} ({origin(name)})", f"{said(value)}（{origin(name)}）")

    yield (
        t("settings", "设置"),
        (
            f"{item.name}: {setting(item.values[0], item.origins[0])} → {setting(item.values[1], item.origins[1])}"
            for item in found.settings
        ),
    )
    yield t("weights", "权重"), (
        f"{item.indicator} {said(item.title[current()])}: {share(item.first)} → {share(item.second)}"
        for item in sorted(found.weights, key=shift)
    )  # fmt: skip
    yield _plan(), (
        f"{item.item}: {item.recorded} → {item.made}" for item in found.plan.listed
    )  # fmt: skip
