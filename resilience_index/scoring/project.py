"""A new project folder that runs unedited: assessment, framework and dictionary, data, judgments."""

from __future__ import annotations

from pathlib import Path

from resilience_index.errors import UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import Location
from resilience_index.framework import catalogue

_ASSESSMENT = """\
# 评估文件：一次运行所依赖的一切，路径相对于本文件。 / Everything a run depends on; paths are relative to this file.
schema: resilience-index/assessment/1
framework: {framework}.yaml            # 框架副本，可修改 / the framework's copy, yours to edit
data: communities.csv                  # 换成您的数据 / replace by your data
columns: {{id: community_id, name: community, period: period, groups: [city, district, street]}}
weights: {{method: combine, rule: linear, alpha: 0.5, subjective: ahp, objective: entropy}}
judgments: judgments.yaml              # 换成您专家的判断 / replace by your experts' judgments
synthetic: true                        # 换成真实数据后删去此行 / remove this line when the data are yours
outputs: [html, xlsx]
"""


def create(folder: Path, framework: str = "toe", *, force: bool = False) -> list[str]:
    """Write the project; return the names of its files.

    Raises ``UsageError`` RI009 for a framework that is not shipped (the sample data would not fit it), RI015
    when a file is there already and ``force`` is not set, ``UnknownNameError`` RI008, and ``OSError``.
    """
    path, _ = catalogue.find_framework(framework)
    shipped = catalogue.framework_paths()
    if framework not in shipped:
        problem = {"zh": "新项目只能以自带的框架开始", "en": "a new project starts from a framework that is shipped"}
        remedy = {
            "zh": f"可用：{'、'.join(shipped)}；之后可在 assessment.yaml 中换成您的框架文件",
            "en": f"known: {', '.join(shipped)}; name your own file in assessment.yaml afterwards",
        }
        raise UsageError("RI009", where=Location(framework), problem=problem, remedy=remedy)
    name = path.stem
    sample = catalogue.shipped_folder("sample_data")
    files = {
        "assessment.yaml": _ASSESSMENT.format(framework=name).encode(),
        f"{name}.yaml": path.read_bytes(),
        "dictionary.yaml": catalogue.dictionary_path().read_bytes(),
        "communities.csv": (sample / "communities.csv").read_bytes(),
        "judgments.yaml": (sample / "judgments.yaml").read_bytes(),
    }
    existing = [item for item in files if (folder / item).exists()]
    if existing and not force:
        raise UsageError("RI015", where=Location(str(folder)), file=str(folder), names=existing)
    for item, content in files.items():
        write_atomic(folder / item, content)
    return list(files)
