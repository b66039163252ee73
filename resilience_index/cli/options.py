"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from resilience_index.cli.language import t

Framework = Annotated[
    str | None,
    typer.Option(
        "-f", "--framework", metavar="ID|PATH", help=t("Framework: its id or its file.", "指标框架：标识或文件。")
    ),
]
Frameworks = Annotated[
    list[str] | None,
    typer.Option(
        "-f", "--framework", metavar="ID|PATH",
        help=t("Framework: its id or its file; several -f, or 'all', are scored and compared.",
               "指标框架：标识或文件；可写多个 -f 或 all，逐一评分并比较。"),
    ),
]  # fmt: skip
CheckedFrameworks = Annotated[
    list[str] | None,
    typer.Option(
        "-f", "--framework", metavar="ID|PATH",
        help=t("Framework: its id or its file; several -f, or 'all', are all checked against.",
               "指标框架：标识或文件；可写多个 -f 或 all，逐一检查。"),
    ),
]  # fmt: skip
Config = Annotated[str | None, typer.Option("-c", "--config", metavar="FILE", help=t("Assessment file.", "评估文件。"))]
Judgments = Annotated[
    str | None,
    typer.Option("-j", "--judgments", metavar="FILE", help=t("File of experts' judgments.", "专家判断文件。")),
]
Weights = Annotated[
    str | None,
    typer.Option(
        "--weights", metavar="METHOD",
        help=t("Weights: equal, given, ahp, entropy, critic, combine, levels … ('resilience methods weights' lists "
               "them); with parameters: entropy:scope=siblings,shift=0.01.",
               "赋权方法：equal、given、ahp、entropy、critic、combine、levels 等（resilience methods weights 可列出）；"
               "带参数时写作 entropy:scope=siblings,shift=0.01（逗号分隔）。"),
    ),
]  # fmt: skip
Templates = Annotated[
    str | None,
    typer.Option(
        "--templates", metavar="DIR",
        help=t("Folder with templates of your own for the reports; the others are the program's.",
               "存放自定报告模板的文件夹；其中没有的用程序自带的模板。"),
    ),
]  # fmt: skip
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding", metavar="NAME", help=t("Encoding of the data, such as gb18030.", "数据文件的编码，如 gb18030。")
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option(
        "--sheet", metavar="NAME",
        help=t("Sheet of a workbook: its name, or its number among the visible ones.",
               "工作簿中的工作表：名称，或在可见工作表中的序号。"),
    ),
]  # fmt: skip
Period = Annotated[
    str | None, typer.Option("--period", metavar="PERIOD", help=t("Only this period.", "只计算这一期。"))
]
AcceptErrors = Annotated[
    bool,
    typer.Option("--accept-errors", help=t("Count faulty cells as missing.", "有误的单元格按缺失处理。")),
]
AllowPersonalData = Annotated[
    bool,
    typer.Option(
        "--allow-personal-data",
        help=t("Read data with personal numbers; they are masked.", "允许含个人号码的数据，号码会遮盖。"),
    ),
]
Bundle = Annotated[
    str | None,
    typer.Option(
        "--bundle", metavar="folder|zip",
        help=t("Keep all that the run was made from in its folder, for 'verify'; zip: packed beside it, too.",
               "把运行所依据的全部文件一并存入结果文件夹，供 verify 核验；zip：另打包为压缩包。"),
    ),
]  # fmt: skip
BundleWithoutData = Annotated[
    bool,
    typer.Option(
        "--bundle-without-data",
        help=t("A bundle with the SHA-256 of the data files, not the files; the values that were read stay in it.",
               "结果包不含数据文件，只记其 SHA-256；读取后的数值仍在其中。"),
    ),
]  # fmt: skip
Force = Annotated[bool, typer.Option("--force", help=t("Overwrite a file that is there.", "覆盖已有的文件。"))]
Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="zh|en", help=t("Language (default: that of the system).", "语言（默认随系统）。")),
]
Json = Annotated[bool, typer.Option("--json", help=t("Print JSON.", "输出 JSON。"))]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help=t("Only results and errors.", "只输出结果与错误。"))]
Verbose = Annotated[
    bool, typer.Option("-v", "--verbose", help=t("All findings and details.", "输出全部检查发现与细节。"))
]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug", help=t("Python traceback when the program itself fails.", "程序自身出错时输出 Python 回溯信息。")
    ),
]
