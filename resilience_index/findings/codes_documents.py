"""RI54x: documents on paper, and the templates of reports."""

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
        "score again with a report, such as --format html; runs without reports, of more than {most} rows, or of "
        "earlier versions keep none",
        "运行 {file} 没有保存视图，不能由它生成报告",
        "请重新评分并生成报告（如 --format html）；不生成报告、超过 {most} 行或由早期版本完成的运行不保存视图",
    ),
    entry(
        "RI542",
        "error",
        "version {here} cannot read the view of the run, which version {version} wrote: {reason}",
        "make the reports with the version that made the run, or score again",
        "版本 {here} 读不了该运行所存的视图（由版本 {version} 写出）：{reason}",
        "请用完成该运行的版本生成报告，或重新评分",
    ),
    entry(
        "RI543",
        "error",
        "'{name}' is the name of no template{suggestion}",
        "take it out, or name it as one of the files that resilience report --save-templates DIR writes; pictures go "
        "into pictures/ as .png, .jpg or .svg, in small letters",
        "“{name}”不是模板文件名{suggestion}",
        "请移走该文件，或改用 resilience report --save-templates DIR 所写出的文件名；图片放在 pictures/ 内，"
        "须为小写名称的 .png、.jpg 或 .svg",
    ),
    entry(
        "RI544",
        "error",
        "the template '{name}' cannot be used: {reason}",
        "{remedy}",
        "模板“{name}”不能使用：{reason}",
        "{remedy}",
    ),
    entry(
        "RI545",
        "error",
        "the template '{name}' does not work: {reason}",
        "correct the line; resilience report --save-templates DIR writes the shipped templates to compare with",
        "模板“{name}”运行出错：{reason}",
        "请改正该行；resilience report --save-templates DIR 可写出程序自带的模板，供对照",
    ),
    entry(
        "RI546",
        "error",
        "the template '{name}' asks for the {kind} '{wanted}', which is not there{suggestion}",
        "known here: {known}",
        "模板“{name}”用到的{kind}“{wanted}”不存在{suggestion}",
        "可用的有：{known}",
    ),
    entry(
        "RI547",
        "error",
        "the PDF template '{name}' does not work: {reason}",
        "correct the line ({hint}); resilience report --save-templates DIR writes the shipped templates to compare "
        "with",
        "PDF 模板“{name}”运行出错：{reason}",
        "请改正该行（{hint}）；resilience report --save-templates DIR 可写出程序自带的模板，供对照",
    ),
    entry(
        "RI548",
        "error",
        "'{name}' cannot serve as a Word template: {reason}",
        "save it in Word as a document (.docx) without macros, links to other files or encryption",
        "“{name}”不能用作 Word 模板：{reason}",
        "请在 Word 中另存为 .docx 文档，不含宏、不链接其他文件、不加密",
    ),
)
