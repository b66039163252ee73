"""A new project folder that runs unedited: assessment, framework and dictionary, data, judgments, forms."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from resilience_index.errors import UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import Language, Location
from resilience_index.framework import catalogue
from resilience_index.framework.loading import load_framework
from resilience_index.framework.tree import Framework, Leaf, Node

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

_JUDGMENTS = """\
# 专家判断表：每位专家复制一份，填好后改名为 judgments.yaml（多位专家写在同一个 experts 列表中）。
# “甲/乙: 3”表示甲比乙稍重要；1 同等重要，3 稍重要，5 明显重要，7 强烈重要，9 极端重要；相反时写 1/3、1/5……
# A form for judgments: a copy for each expert, filled in and renamed to judgments.yaml (several experts in one list).
# 'a/b: 3' says that a is moderately more important than b; 1 equal, 3 moderate, 5 strong, 7 very strong, 9 extreme;
# the other way round 1/3, 1/5 ... Every 1 below is a place to fill in.
schema: resilience-index/judgments/1
experts:
  - id: E01
    weight: 1
    comparisons:
"""

_README = """\
# {title_zh}

在本文件夹中依次运行：

```
resilience validate assessment.yaml
resilience score -c assessment.yaml --out results
resilience explain {community} results
```

第一条检查文件；第二条评分，报告写入 `results/`（用浏览器打开 `results/report.html`）；第三条逐步说明一个社区的得分。

| 文件 | 用途 |
| --- | --- |
| `assessment.yaml` | 一次运行所依赖的一切，从这里改起 |
| `{framework}.yaml`、`dictionary.yaml` | 指标框架与指标词典的副本，可修改 |
| `communities.csv` | **样例数据，均为合成数据**；请换成您的数据，并删去评估文件中的 `synthetic: true` |
| `template.xlsx` | 数据填报表，可发给各社区填写 |
| `judgments.yaml` | 样例专家判断（合成）；请换成您专家的判断，或改用其他赋权方法 |
| `judgments_template.yaml` | 专家判断空表 |

# {title_en}

Run in this folder, one after the other:

```
resilience validate assessment.yaml
resilience score -c assessment.yaml --out results
resilience explain {community} results
```

The first checks all files, the second scores them and writes the reports to `results/` (open `results/report.html` in
a browser), the third explains the score of one community step by step.

| file | what it is for |
| --- | --- |
| `assessment.yaml` | all that a run depends on; start here |
| `{framework}.yaml`, `dictionary.yaml` | copies of the framework and its indicators, yours to edit |
| `communities.csv` | **sample data, all of it synthetic**; put yours in its place and remove `synthetic: true` |
| `template.xlsx` | a data-entry workbook to send to communities |
| `judgments.yaml` | sample judgments (synthetic); replace them by your experts', or choose other weights |
| `judgments_template.yaml` | an empty form for an expert's judgments |
"""
_SAMPLE_COMMUNITY = "099101001001"


def create(folder: Path, framework: str = "toe", *, force: bool = False, language: Language = "zh") -> list[str]:
    """Write the project; return the names of its files. ``language`` is that of the data-entry workbook.

    Files of other names in the folder are left alone. When writing fails, the files that were made are removed
    again. Raises ``UsageError`` RI009 for a framework that is not shipped (the sample data would not fit it),
    RI015 when a file is there already and ``force`` is not set, RI010 for a folder in a file's place,
    ``UnknownNameError`` RI008, and ``OSError``.
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
    files = _contents(path, load_framework(framework), language)
    existing = [item for item in files if os.path.lexists(folder / item)]
    if existing and not force:
        raise UsageError("RI015", where=Location(str(folder)), file=str(folder), names=existing)
    for item in existing:
        if (folder / item).is_dir():
            place = str(folder / item)
            reason = {"zh": "此处是一个文件夹", "en": os.strerror(errno.EISDIR).lower()}
            raise UsageError("RI010", where=Location(place), file=place, reason=reason)
    _write(folder, files, existing)
    return list(files)


def _contents(path: Path, framework: Framework, language: Language) -> dict[str, bytes]:
    """Every file of the project, made before the first is written."""
    from resilience_index.data.sheets.template import workbook

    sample = catalogue.shipped_folder("sample_data")
    name = path.stem
    titles = {"title_zh": framework.title.zh, "title_en": framework.title.en}
    readme = _README.format(framework=name, community=_SAMPLE_COMMUNITY, **titles)
    return {
        "assessment.yaml": _ASSESSMENT.format(framework=name).encode(),
        f"{name}.yaml": _copy(path),
        "dictionary.yaml": _copy(catalogue.dictionary_path()),
        "communities.csv": (sample / "communities.csv").read_bytes(),
        "template.xlsx": workbook([framework], language=language),
        "judgments.yaml": _copy(sample / "judgments.yaml"),
        "judgments_template.yaml": judgments_form(framework).encode(),
        "README.md": readme.encode(),
    }


def _copy(path: Path) -> bytes:
    """A YAML file without the comment by which editors find its schema: the path only fits the original."""
    content = path.read_bytes()
    first, _, rest = content.partition(b"\n")
    return rest.removeprefix(b"#\n") if first.startswith(b"# yaml-language-server:") else content


def judgments_form(framework: Framework) -> str:
    """A judgments file of one expert who finds everything equally important, to be filled in."""
    lines = []
    for node in framework.nodes:
        children = node.scored_children
        if len(children) < 2:
            continue
        lines += [f"      # {_title(node)}", f"      {node.id}:"]
        for first, second in combinations(children, 2):
            words = f"{_title(first)} ： {_title(second)}" if node is framework.root else ""
            lines.append(f"        {first.id}/{second.id}: 1" + (f"  # {words}" if words else ""))
    return _JUDGMENTS + "\n".join(lines) + "\n"


def _title(item: Node | Leaf) -> str:
    return f"{item.title.zh} / {item.title.en}"


def _write(folder: Path, files: Mapping[str, bytes], existing: list[str]) -> None:
    """Write all files, the assessment last; where that fails, remove again what was not there before."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    made: list[Path] = []
    try:
        for item, content in [*list(files.items())[1:], *list(files.items())[:1]]:
            write_atomic(folder / item, content)
            if item not in existing:
                made.append(folder / item)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        for empty in missing:
            with contextlib.suppress(OSError):
                empty.rmdir()
        raise
