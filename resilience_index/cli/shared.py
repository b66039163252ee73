"""What commands do alike: make a job from options, refuse unknown names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resilience_index.cli.startup import keep_pandas_out
from resilience_index.data.files.source import STREAM
from resilience_index.data.privacy import mask
from resilience_index.errors import UnknownNameError, UsageError
from resilience_index.findings import did_you_mean
from resilience_index.methods.checking import suggestion
from resilience_index.scoring.flags import flag

if TYPE_CHECKING:
    from resilience_index.scoring.assess import Job, Options


def check_language(lang: str | None) -> None:
    """Refuse a language that is neither zh nor en."""
    if lang is not None and lang not in ("zh", "en"):
        raise unknown({"zh": "语言", "en": "language"}, lang, ["zh", "en"])


def unknown(kind: dict[str, str], name: str, known: Sequence[str]) -> UnknownNameError:
    """An unknown name with the closest known one."""
    return UnknownNameError(
        "RI008", kind=kind, name=name, known=list(known), suggestion=did_you_mean(suggestion(name, known))
    )


def no_dash(*names: str | None) -> None:
    """Refuse ``-`` for a file that is not read from or written to a stream."""
    if "-" in names:
        raise UsageError("RI023")


def framework_names(said: Sequence[str] | None) -> list[str]:
    """The frameworks that several ``-f`` name, ``all`` for those that are shipped. Raises ``UsageError`` RI036."""
    from resilience_index.scoring import several

    no_dash(*(said or []))
    return several.names_of(said or [])


def scheme_names(said: Sequence[str] | None, config: str | None, frameworks: Sequence[str]) -> list[str]:
    """The schemes that ``--scheme`` names, ``all`` for those of the assessment.

    Raises ``UsageError`` RI009 with several frameworks, or as ``scoring.schemes.names_of`` does.
    """
    if not said:
        return []
    from resilience_index.framework.assessment import load_assessment
    from resilience_index.scoring import assess, schemes

    no_dash(config)
    if len(frameworks) > 1:
        raise assess.usage(
            "多个 -f 不能与 --scheme 同用", "请在一个框架下比较方案，或不用方案比较框架",
            "several -f cannot be combined with --scheme",
            "compare schemes under one framework, or frameworks without schemes",
        )  # fmt: skip
    return schemes.names_of(None if config is None else load_assessment(config), said)


def files(data: Sequence[str] | None) -> list[str] | None:
    """The data files of a command; ``-`` among them is the standard input.

    Raises ``UsageError`` RI043 for a file that is named twice, RI009 for ``-`` twice, and where nothing is piped into
    the program.
    """
    if not data:
        return None
    _refuse_twice(data)
    if STREAM in data:
        from resilience_index.scoring import assess

        if list(data).count(STREAM) > 1:
            raise assess.usage(
                "“-”（标准输入）写了两次", "标准输入只能读取一次，请只写一个“-”",
                "'-' (standard input) is named twice", "it can be read only once; write '-' once",
            )  # fmt: skip
        if sys.stdin is None or sys.stdin.isatty():
            raise assess.usage(
                "“-”表示标准输入，但没有输入内容", "请写出文件名，或用管道、重定向输入，例如 < 文件",
                "'-' is the standard input, and nothing is piped into it",
                "name a file, or send one in: resilience … - < FILE",
            )  # fmt: skip
    return list(data)


def _refuse_twice(data: Sequence[str]) -> None:
    """Raise ``UsageError`` RI043 for a file that is named twice."""
    from resilience_index.scoring import assess

    files = [name for name in data if name != STREAM]
    twice = assess.named_twice(files)
    if twice is not None:
        names = [mask(files[position]) for position in twice]
        raise UsageError("RI043", file=names[0], names=names)


def make_options(**said: Any) -> Options:
    """Options with their method flags read; a flag that is not set says nothing.

    Raises ``UsageError`` RI121–RI124.
    """
    from resilience_index.scoring.assess import Options

    calls: dict[str, Any] = {
        kind: flag(kind, said.pop(kind, None))
        for kind in ("weights", "normalize", "aggregate", "missing", "fill", "treat", "grading")
    }
    return Options(**calls, **{name: None if value is False else value for name, value in said.items()})


def job(
    framework: str | None,
    data: Sequence[str] | None,
    *,
    config: str | None = None,
    judgments: str | None = None,
    baseline: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    options: Options | None = None,
) -> Job:
    """The job of a command: its options laid over the assessment file."""
    no_dash(framework, config, judgments, baseline)
    from resilience_index.framework.assessment import load_assessment
    from resilience_index.scoring import assess

    keep_pandas_out()
    assessment = load_assessment(config) if config is not None else None
    return assess.job(
        framework, data, judgments=judgments, baseline=baseline, encoding=encoding, sheet=sheet,
        assessment=assessment, options=options,
    )  # fmt: skip


def no_run_and_no_framework(source: str | None) -> Exception:
    """What is missing where neither a run nor a framework is named."""
    import os.path
    from pathlib import Path

    from resilience_index.errors import UnreadableError
    from resilience_index.findings import Location
    from resilience_index.framework.text import sibling_hint
    from resilience_index.scoring import assess

    if source is None or os.path.exists(source):  # noqa: PTH110 - as above
        return assess.usage(
            "没有指定结果文件夹，也没有指定框架", "请写出 resilience score 的结果文件夹，或写数据文件并加 -f 框架",
            "neither a folder of results nor a framework is named",
            "name the folder that 'resilience score --out' wrote, or a data file together with -f",
        )  # fmt: skip
    return UnreadableError("RI002", where=Location(source), file=source, hint=sibling_hint(Path(source)))
