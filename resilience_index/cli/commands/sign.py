"""``resilience sign``: sign a run, in a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from pathlib import Path

    from resilience_index.audit.verify import Opened

_EXAMPLES = (
    "resilience sign results/toe --key department.key --role department\n"
    "resilience sign results/toe --key auditor.key --role auditor"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t("Sign a run (its manifest) with a private key.", "用私钥签署一次运行（其清单）。")
    frame.add(app, "sign", run, _EXAMPLES, help_)


def run(
    source: Annotated[
        str, typer.Argument(metavar="RUN", help=t("Folder or ZIP of a run.", "运行结果的文件夹或 ZIP 压缩包。"))
    ],
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="FILE", help=t("Private key, as 'keygen' makes it.", "私钥，由 keygen 生成。")),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role", metavar="ROLE",
            help=t("In which role: evaluator, department or auditor.",
                   "角色：evaluator（评估方）、department（主管部门）、auditor（审计方）。"),
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help=t("Who signs; it is signed too.", "签署人，一并签署。"))
    ] = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Sign."""
    from pathlib import Path

    from resilience_index.audit import archive, bundle, signing, verify
    from resilience_index.cli import output, shared
    from resilience_index.runs import folder as run_folder

    shared.check_language(lang)
    shared.no_dash(source, key)
    if key is None or role is None:
        raise _lacking("--key" if key is None else "--role")
    if role not in bundle.ROLES:
        raise shared.unknown({"zh": "角色", "en": "role"}, role, list(bundle.ROLES))
    private, warnings = signing.load_private(Path(key))
    path = Path(source)
    with archive.opened(path) as folder:
        opened = verify.open_run(folder, source)
        _refuse_unsound(opened, source)
        try:
            signature = signing.sign(folder, private, role, name)
            if folder != path:
                archive.pack(folder, [item for item, _ in verify.walk(folder)], path)
        except OSError as error:
            raise run_folder.cannot_write(path, error) from error
    output.tell(warnings, quiet=quiet or json, verbose=verbose)
    if json:
        listed = [output.finding_dict(finding) for finding in warnings]
        identity = signing.key_id(private.public_key())
        output.write_json({
            "schema_version": 1, "run": source, "signature": signature, "role": role, "signer": name,
            "key_id": identity, "findings": listed,
        })  # fmt: skip
    else:
        output.message(
            t(
                f"signed as {role}: {source}, {signature}",
                f"已以{bundle.ROLES[role]['zh']}身份（{role}）签署：{source}，{signature}",
            ),
            quiet=quiet,
        )
    return 0


def _lacking(option: str) -> Exception:
    from resilience_index.scoring import assess

    return assess.usage(
        f"没有写 {option}", "请写 --key 私钥文件 和 --role 角色",
        f"{option} is not said", "name the private key with --key and the role with --role",
    )  # fmt: skip


def _refuse_unsound(opened: Opened, source: str | Path) -> None:
    """Raise ``InputError`` RI591, and what is wrong: nobody signs a run that has been changed."""
    from resilience_index.audit import verify
    from resilience_index.errors import InputError
    from resilience_index.findings import Finding, Location

    level = verify.check_bytes(opened)
    if level.status == "failed":
        raise InputError([Finding("RI591", Location(str(source)), {"file": str(source)}), *level.findings])
