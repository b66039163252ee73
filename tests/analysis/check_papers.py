"""Check that the key terms of ``papers.yaml`` stand in the sections they are listed under.

The papers are not part of this repository. With plain texts of them in a folder, one a file whose name starts with the
paper's number (``001_….txt``): ``python tests/analysis/check_papers.py FOLDER``. Exits with 1 and the terms not found.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import opencc
import yaml

#: Where a section starts and ends in the text of its paper, after it was made simplified and without spaces.
BOUNDS: dict[str, dict[str, tuple[str, str]]] = {
    "000": {
        "进路1": ("1.技术赋能:", "2.技术赋权:"),
        "进路1 第一": ("表现在四个方面:第一,", "第二,数字技术的运用有助于"),
        "进路1 第二": ("第二,数字技术的运用有助于", "第三,数字技术的运用有助于"),
        "进路1 第三": ("第三,数字技术的运用有助于", "第四,数字技术的运用有助于"),
        "进路1 第四": ("第四,数字技术的运用有助于", "例如,深圳市"),
        "进路2": ("2.技术赋权:", "3.韧性组织形成:"),
        "进路2 其一": ("其一,在技术赋能", "其二,数字技术"),
        "进路2 其二": ("其二,数字技术", "3.韧性组织形成:"),
        "进路3": ("3.韧性组织形成:", "结论与讨论城市"),
        "结论": ("结论与讨论城市", "(本文系"),
        "结论 第一": ("三大政策建议:第一,", "第二,积极探索"),
        "结论 第二": ("第二,积极探索", "第三,大力推动"),
        "结论 第三": ("第三,大力推动", "(本文系"),
    },
    "001": {
        "一": ("一、文献", "二、数字技术"),
        "二(二)": ("(二)分析框架", "三、数字技术赋能社区韧性治理的案例"),
        "三(一)1": ("1.数字技术赋能社区风险", "2.数字技术提升多维"),
        "三(一)2": ("2.数字技术提升多维", "3.数字技术提升风险"),
        "三(一)3": ("3.数字技术提升风险", "(二)组织变革"),
        "三(二)1": ("1.提升党组织", "2.提升网格"),
        "三(二)2": ("2.提升网格", "(三)环境优化"),
        "三(三)1": ("1.数字政务", "2.数字技术强化"),
        "三(三)2": ("2.数字技术强化", "3.数字技术促进"),
        "三(三)3": ("3.数字技术促进", "四、数字技术"),
        "四": ("四、数字技术", "(一)提升数字韧性社区技术韧性"),
        "四(一)": ("(一)提升数字韧性社区技术韧性", "(二)提升数字韧性社区组织韧性"),
        "四(二)": ("(二)提升数字韧性社区组织韧性", "(三)提升数字韧性社区社会资本"),
        "四(三)": ("(三)提升数字韧性社区社会资本", "说明:本文"),
    },
    "002": {
        "一": ("的我国基层治理韧性机制新中国", "基层治理数字化转型的实践难题基层"),
        "一(一)": ("动员-参与机制在理论上", "单元-区隔机制在不同"),
        "一(一) 第一": ("第一,风险认知。", "第二,治理共识。"),
        "一(一) 第二": ("第二,治理共识。", "第三,行动。"),
        "一(一) 第三": ("第三,行动。", "第四,效能感。"),
        "一(一) 第四": ("第四,效能感。", "重大突发事件的风险挑战"),
        "一(二)": ("单元-区隔机制在不同", "压力-兜底机制自上"),
        "一(二) 第一": ("第一,通过细分", "第二,通过单元"),
        "一(二) 第二": ("第二,通过单元", "第三,实行"),
        "一(二) 第三": ("第三,实行", "重大突发事件对单元"),
        "一(三)": ("压力-兜底机制自上", "基层治理数字化转型的实践难题基层"),
        "一(三) 第一": ("第一,基层治理的策源", "第二,兜底负责"),
        "一(三) 第二": ("第二,兜底负责", "第三,兜底机制"),
        "一(三) 第三": ("第三,兜底机制", "压力-兜底型"),
        "二": ("基层治理数字化转型的实践难题基层", "数字化创新提升基层韧性的工作路径在"),
        "二(一)": ("数字治理矮化为行政体系的内部监督工具在", "治理场景设计中的选择性治理在"),
        "二(二)": ("治理场景设计中的选择性治理在", "社会韧性机制被遮蔽和忽略由于"),
        "二(三)": ("社会韧性机制被遮蔽和忽略由于", "数字化创新提升基层韧性的工作路径在"),
        "三(一)": ("实现基层风险治理的数字化系统性赋能", "建构风险防控的数字化治理闭环目前"),
        "三(二)": ("建构风险防控的数字化治理闭环目前", "构建数字化条件下的基层治理共同体数字化"),
        "三(三)": ("构建数字化条件下的基层治理共同体数字化", "【本文作者"),
    },
    "004": {
        "三(一)": ("(一)协同治理模型", "(二)社区韧性治理SFIC"),
        "三(二)": ("(二)社区韧性治理SFIC", "(三)基于SFIC"),
        "三(三)1": ("1.协同参与机制", "2.空间互动机制"),
        "三(三)2": ("2.空间互动机制", "3.风险防范机制"),
        "三(三)3": ("3.风险防范机制", "4.情感认同机制"),
        "三(三)4": ("4.情感认同机制", "四、为何"),
        "四": ("四、为何", "五、如何"),
        "四(一)": ("(一)治理主体技术", "(二)公共空间建设"),
        "四(二)": ("(二)公共空间建设", "(三)社区技术治理"),
        "四(三)": ("(三)社区技术治理", "(四)治理过度"),
        "四(四)": ("(四)治理过度", "五、如何"),
        "五(一)": ("(一)党建引领", "(二)空间拓展"),
        "五(二)": ("(二)空间拓展", "(三)技术规制"),
        "五(三)": ("(三)技术规制", "(四)情感塑造"),
        "五(四)": ("(四)情感塑造", "六、结语"),
    },
}
_READING = re.compile("[(（][a-zà-öø-ÿāēěīĭıłńňōŏūŭǎǐǒǔǖǘǚǜɡü]+[)）]")


def plain(text: str) -> str:
    """Simplified, with half-width punctuation, without spaces, marks of form and readings put behind characters."""
    text = opencc.OpenCC("t2s").convert(text)
    for wide, narrow in zip("，：（）", ",:()", strict=True):
        text = text.replace(wide, narrow)
    return _READING.sub("", re.sub(r"[\s#*]|<sup>.*?</sup>", "", text))


def section(text: str, bounds: tuple[str, str]) -> str:
    """What stands between two markers, the last of several starts."""
    start, end = bounds
    at = text.index(start)
    return text[at : text.index(end, at + len(start))]


def main(folder: Path) -> int:
    """Print every term that its section lacks."""
    table = yaml.safe_load((Path(__file__).parent / "papers.yaml").read_text(encoding="utf-8"))
    wrong = 0
    for paper, sections in table.items():
        [file] = folder.glob(f"{paper}_*.txt")
        text = plain(file.read_text(encoding="utf-8"))
        for name, entry in sections.items():
            body = section(text, BOUNDS[paper][name])
            for term in entry["says"]:
                if term not in body:
                    wrong += 1
                    print(f"{paper} {name}: {term}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
