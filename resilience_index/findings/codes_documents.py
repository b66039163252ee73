"""RI54x: documents on paper."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI540",
        "error",
        "the typefaces of PDFs and pictures are not installed",
        "install them: pip install {package}; or ask for formats other than docx and pdf",
        "没有安装 PDF 与图片所用的字体",
        "请安装：pip install {package}；或改用 docx、pdf 以外的格式",
    ),
    entry(
        "RI541",
        "error",
        "the run {file} keeps no view, from which reports are made",
        "score again with a report, such as --format html; runs without reports, of more than {most} rows, or of earlier "
        "versions keep none",
        "运行 {file} 没有保存视图，不能由它生成报告",
        "请重新评分并生成报告（如 --format html）；不生成报告、超过 {most} 行或由早期版本完成的运行不保存视图",
    ),
    entry(
        "RI542",
        "error",
        "the view of the run has the form '{found}'; this version reads '{known}'",
        "make the reports with the version that made the run ({version}), or score again",
        "运行所存视图的格式为“{found}”，本版本读取“{known}”",
        "请用完成该运行的版本（{version}）生成报告，或重新评分",
    ),
)
