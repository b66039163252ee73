"""``resilience verify``: check a run's bytes and signatures, and score it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from resilience_index.audit.verify import Level, Opened
    from resilience_index.findings import Finding

_EXAMPLES = "resilience verify results/toe\nresilience verify results/toe --key auditor=auditor.pub --json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t("Check a run: its bytes, its signatures, and whether it comes out again.",
              "核验一次运行：字节、签名，以及能否重新算出。")  # fmt: skip
    frame.add(app, "verify", run, _EXAMPLES, help_)


def run(
    source: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help=t("Folder or ZIP of a run; or the folder of a batch, or of several frameworks.",
                   "运行结果的文件夹或 ZIP 压缩包；或批处理、多框架的结果文件夹。"),
        ),
    ],
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key", metavar="[ROLE=]FILE",
            help=t("Public key that must have signed the run, in that role; several --key are all asked for.",
                   "必须签署过该运行（以该角色）的公钥；可写多个 --key，缺一不可。"),
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            "--data", metavar="FILE",
            help=t("Data file that does not travel with the run.", "没有随运行结果保存的数据文件。"),
        ),
    ] = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Verify."""
    from pathlib import Path

    from resilience_index.audit import archive, signing, verify
    from resilience_index.cli import output, shared, verify_folder
    from resilience_index.cli.startup import keep_pandas_out
    from resilience_index.runs import recheck, recheck_folder

    shared.check_language(lang)
    shared.no_dash(source, *(data or []))
    keep_pandas_out()
    trusted = [signing.load_public(_with_role(one)) for one in key or []]
    given = [Path(name) for name in data or []]
    refuse_missing(given)
    path = Path(source)
    if recheck_folder.kind_of(path) is not None:
        return verify_folder.run(path, source, trusted, given, json=json, quiet=quiet, verbose=verbose)
    with archive.opened(path) as folder:
        opened = verify.open_run(folder, source)
        bytes_ = verify.check_bytes(opened)
        signed = verify.check_signatures(opened, bytes_.detail["signatures"], trusted)
        levels = [bytes_, signed, recheck.recompute(opened, given)]
        packed = archive.packed_by_others(path, folder) if folder != path else []
    done = recheck.passed(levels)
    if json:
        output.write_json(_dict(opened, levels, packed, done))
    else:
        _print(opened, levels, packed, done, quiet=quiet, verbose=verbose)
    return 0 if done else 1


def _with_role(said: str) -> str:
    """``[ROLE=]FILE`` as it was said. Raises ``UsageError`` RI008 for a role that there is not."""
    from pathlib import Path

    from resilience_index.audit import bundle
    from resilience_index.cli import shared

    role, equals, file = said.partition("=")
    if equals and role not in bundle.ROLES and Path(file).is_file() and not Path(said).is_file():
        raise shared.unknown({"zh": "角色", "en": "role"}, role, list(bundle.ROLES))
    return said


def refuse_missing(paths: Sequence[Path]) -> None:
    """Raise ``UnreadableError`` RI002 for a file that is not there."""
    from resilience_index.errors import UnreadableError
    from resilience_index.findings import Location
    from resilience_index.framework.text import sibling_hint

    for path in paths:
        if not path.is_file():
            raise UnreadableError("RI002", where=Location(str(path)), file=str(path), hint=sibling_hint(path))


def _dict(opened: Opened, levels: Sequence[Level], packed: Sequence[Finding], done: bool) -> dict[str, Any]:
    from resilience_index._version import __version__
    from resilience_index.audit import manifest
    from resilience_index.cli import output

    return {
        "schema_version": 1, "run": opened.shown, "verified": done, "form": manifest.PREDICATE,
        "not_compared": levels[-1].detail["not_compared"], "manifest_sha256": levels[0].detail["manifest"],
        "made_by": opened.predicate.get("program"), "checked_by": __version__,
        "levels": [
            {"level": level.name, "status": level.status, **level.detail,
             "findings": [output.finding_dict(finding) for finding in level.findings]}
            for level in levels
        ],
        "findings": [output.finding_dict(finding) for finding in packed],
    }  # fmt: skip


def _print(
    opened: Opened, levels: Sequence[Level], packed: Sequence[Finding], done: bool, *, quiet: bool, verbose: bool
) -> None:
    """The levels and the outcome to stdout, the findings to stderr."""
    import sys

    from resilience_index.cli import output, verify_folder

    for level in levels:
        if not quiet:
            name, status = verify_folder.level(level.name), verify_folder.status(level.status)
            print(f"{name}{t(': ', '：')}{status}{_about(level)}")
            sys.stdout.flush()
        shown = [finding for finding in level.findings if finding.severity == "error" or not quiet]
        output.write_findings([finding for finding in shown if finding.severity != "info" or verbose], sys.stderr)
    if verbose:
        output.write_findings(packed, sys.stderr)
    if not quiet:
        print(t("manifest SHA-256: ", "清单 SHA-256：") + f"{levels[0].detail['manifest']}")
    print(verdict(opened.shown, levels, done))


def verdict(shown: str, levels: Sequence[Level], done: bool) -> str:
    """The outcome of a run in one line; what was not compared stands in it, so that nobody takes it for verified."""
    from resilience_index.cli import output, verify_folder

    name = output.safe(shown)
    if not done:
        return t(f"{name}: NOT verified", f"{name}：核验未通过")
    beyond = verify_folder.not_compared(levels)
    if not beyond:
        return t(f"{name}: verified", f"{name}：核验通过")
    return t(
        f"{name}: verified, except for what could not be compared: {', '.join(beyond)}",
        f"{name}：核验通过，但下列内容无法比对：{'、'.join(beyond)}",
    )


def _about(level: Level) -> str:
    from resilience_index.audit import bundle
    from resilience_index.cli import output

    detail = level.detail
    if level.name == "bytes":
        return t(f", {output.count(detail['files'], 'file', 'files')}", f"，{detail['files']} 个文件")
    if level.name == "signature":
        if not detail["keys"]:
            number = len(detail["present"])
            return t(
                f" ({output.count(number, 'signature', 'signatures')}, no key named)",
                f"（{number} 个签名，未指定公钥）",
            )
        roles = [t(name["en"], name["zh"]) for name in (bundle.ROLES[one["role"]] for one in detail["valid"])]
        signers = [output.safe(one["signer"] or "") for one in detail["valid"]]
        said = [f"{role} {signer}".strip() for role, signer in zip(roles, signers, strict=True)]
        return "" if not said else t(f", signed by: {', '.join(said)}", f"，签署方：{'、'.join(said)}")
    if detail["from"] is None:
        return ""
    basis = (
        t("from its data files", "依据数据文件")
        if detail["from"] == "data"
        else t("from the values it keeps", "依据所存数值")
    )
    same, every = len(detail["same"]), len(detail["compared"])
    return t(
        f" {basis}, {same} of {every} outputs byte-identical",
        f"，{basis}，{every} 个输出中 {same} 个逐字节相同",
    )
