"""RI53x: reports of finished runs."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI530",
        "error",
        "{file} is the folder of a run, or lies inside one: reports are not written there",
        "name another folder with --out; a run's folder is evidence and stays as it is",
        "{file} 是一次运行的结果文件夹，或位于其中，报告不写入该处",
        "请用 --out 另指文件夹；结果文件夹是凭证，应保持原样",
    ),
    entry(
        "RI531",
        "error",
        "{formats}: a table of all communities, not of one",
        "leave out --community, or ask for html, docx, pdf, md or json",
        "{formats} 是全部社区的表，没有单个社区的形式",
        "请去掉 --community，或改用 html、docx、pdf、md、json",
    ),
    entry(
        "RI532",
        "error",
        "there is no map, hence nothing to write as GeoJSON",
        "score with --map FILE, a GeoJSON file with the areas of the communities",
        "没有地图，无法写出 GeoJSON",
        "请在评分时用 --map 给出各社区边界的 GeoJSON 文件",
    ),
)
