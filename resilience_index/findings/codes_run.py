"""RI0xx: the command line and files as such."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI001", "error",
        "{count} findings stop the run",
        "mend the findings listed and run again",
        "有 {count} 条发现使运行停止",
        "请按所列发现逐条修正后重新运行",
    ),
    entry(
        "RI002", "error",
        "file not found: {file}",
        "check the path; relative paths start at the current folder{hint}",
        "找不到文件:{file}",
        "请检查路径;相对路径从当前文件夹算起{hint}",
    ),
    entry(
        "RI003", "error",
        "{file} is a folder, a file is expected",
        "name a file inside it",
        "{file} 是文件夹,此处需要文件",
        "请写出其中的文件名",
    ),
    entry(
        "RI004", "error",
        "{file} is empty",
        "check that the file was saved and copied completely",
        "{file} 是空文件",
        "请检查文件是否已保存、是否复制完整",
    ),
    entry(
        "RI005", "error",
        "{file} is a binary file ({kind}), not text",
        "save it as CSV (UTF-8) or YAML text and name that file",
        "{file} 是二进制文件({kind}),不是文本",
        "请另存为 CSV(UTF-8)或 YAML 文本后再读取",
    ),
    entry(
        "RI006", "error",
        "{file} cannot be decoded as {encoding}",
        "save the file as UTF-8, or name its encoding with --encoding (for example gb18030)",
        "{file} 无法按 {encoding} 解码",
        "请另存为 UTF-8,或用 --encoding 写明编码(例如 gb18030)",
    ),
    entry(
        "RI007", "error",
        "cannot read {file}: {reason}",
        "check the file's permissions",
        "无法读取 {file}:{reason}",
        "请检查文件权限",
    ),
    entry(
        "RI008", "error",
        "there is no {kind} named '{name}'{suggestion}",
        "known: {known}",
        "没有名为“{name}”的{kind}{suggestion}",
        "可用:{known}",
    ),
    entry(
        "RI009", "error",
        "{problem}",
        "{remedy}",
        "{problem}",
        "{remedy}",
    ),
    entry(
        "RI010", "error",
        "cannot write {file}: {reason}",
        "choose another place with --out, or make room and check permissions",
        "无法写入 {file}:{reason}",
        "请用 --out 另选位置,或检查磁盘空间与权限",
    ),
    entry(
        "RI011", "error",
        "unexpected fault of the program: {reason}",
        "run again with --debug and report what it prints",
        "程序内部错误:{reason}",
        "请加 --debug 重新运行,并反馈其输出",
    ),
    entry(
        "RI012", "error",
        "{file} is not a folder made by 'resilience score'",
        "name the folder given as --out, or a data file together with -f",
        "{file} 不是 resilience score 生成的结果文件夹",
        "请写出 --out 所指的文件夹,或写数据文件并加 -f",
    ),
    entry(
        "RI013", "error",
        "the output folder {file} exists and is not the folder of an earlier run",
        "choose a new folder with --out, so that no file of yours is mixed with the run's files",
        "输出文件夹 {file} 已存在,且不是先前运行的结果文件夹",
        "请用 --out 另选新文件夹,以免与您的文件混在一起",
    ),
    entry(
        "RI014", "error",
        "the run in {file} was made without a trace (--no-trace)",
        "score again without --no-trace, or name the data file together with -f",
        "{file} 中的运行没有保存轨迹(--no-trace)",
        "请不加 --no-trace 重新评分,或写数据文件并加 -f",
    ),
    entry(
        "RI015", "error",
        "{file} already has {names}",
        "choose another folder, or overwrite with --force",
        "{file} 中已有 {names}",
        "请另选文件夹,或用 --force 覆盖",
    ),
)
