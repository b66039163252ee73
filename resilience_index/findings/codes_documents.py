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
)
