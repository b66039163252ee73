"""The fixed words of the expert survey, in both languages."""

from __future__ import annotations

from typing import Any

DEGREES: dict[str, tuple[str, ...]] = {
    "zh": (
        "同等重要", "同等与稍微之间", "稍微重要", "稍微与明显之间", "明显重要", "明显与强烈之间", "强烈重要",
        "强烈与极端之间", "极端重要",
    ),
    "en": (
        "equally important", "equally to slightly", "slightly more", "slightly to strongly", "strongly more",
        "strongly to very strongly", "very strongly more", "very strongly to extremely", "extremely more",
    ),
}  # fmt: skip
"""What 1 to 9 mean, in the words of Saaty's scale."""

_PHRASES: dict[str, tuple[str, ...]] = {
    "zh": (
        "同等重要", "略为重要（2 倍）", "稍微重要（3 倍）", "较为重要（4 倍）", "明显重要（5 倍）", "很重要（6 倍）",
        "强烈重要（7 倍）", "非常强烈重要（8 倍）", "极端重要（9 倍）",
    ),
    "en": (
        "as important as", "a little more important (2 times) than", "slightly more important (3 times) than",
        "somewhat more important (4 times) than", "strongly more important (5 times) than",
        "more than strongly more important (6 times) than", "very strongly more important (7 times) than",
        "more than very strongly more important (8 times) than", "extremely more important (9 times) than",
    ),
}  # fmt: skip

_WORDS: dict[str, dict[str, str]] = {
    "survey": {"zh": "专家调查问卷", "en": "Expert survey"},
    "guide": {"zh": "填写说明", "en": "Guide"},
    "expert": {"zh": "专家信息", "en": "About you"},
    "of": {"zh": "{title}（{id}，{version} 版）指标权重", "en": "Weights of {title} ({id}, version {version})"},
    "left": {"zh": "左 {degree} {word}", "en": "left {degree} {word}"},
    "right": {"zh": "右 {degree} {word}", "en": "right {degree} {word}"},
    "even": {"zh": "1 同等重要", "en": "1 equally important"},
    "degree": {"zh": "{degree} {word}", "en": "{degree} {word}"},
    # The guide
    "how": {"zh": "怎样填写", "en": "How to answer"},
    "how_1": {
        "zh": "1. 先填“{expert}”，再依次填写后面的 {count} 张表。浅黄色单元格是要填的，其余不用改动。",
        "en": "1. Fill in the sheet '{expert}' first, then the {count} sheets after it. Pale yellow cells are for you;"
        " nothing else needs to be changed.",
    },
    "how_2_comparisons": {
        "zh": "2. 每题比较左右两项：哪一项对上级目标更重要，重要多少？点选浅黄色单元格，从下拉列表中选一项："
        "“左 5 明显重要”表示左侧明显比右侧重要，“右 3 稍微重要”表示右侧稍微比左侧重要，“1 同等重要”表示两者相当。"
        "每题右边会把您的选择读成一句话，请核对。",
        "en": "2. Each question sets two things side by side: which matters more for what stands above them, and by how"
        " much? Select the pale yellow cell and choose from its list: 'left 5 strongly more' says that the left one"
        " is strongly more important, 'right 3 slightly more' that the right one is slightly more important, '1"
        " equally important' that they are alike. The sentence on the right reads your choice back to you.",
    },
    "how_2_points": {
        "zh": "2. 每张表请把 100 分分给各项：越重要分越多，不重要的填 0。表上会显示合计与各项所占比例。",
        "en": "2. On each sheet share out 100 points: the more important, the more points; 0 for what does not matter."
        " The sheet shows the total and each share.",
    },
    "how_2_ranks": {
        "zh": "2. 每张表请给各项排名次：最重要的为 1，其次为 2，依此类推；同样重要的可填同一名次。",
        "en": "2. On each sheet put the items in order: 1 for the most important, 2 for the next, and so on; items that"
        " matter alike may share a place.",
    },
    "how_2_best_worst": {
        "zh": "2. 每张表先选最重要和最不重要的一项；再回答最重要的一项比其他各项重要多少，"
        "以及其他各项比最不重要的一项重要多少。灰色单元格不用填。",
        "en": "2. On each sheet choose the most and the least important item first; then say by how much the most"
        " important one outweighs each other item, and by how much each other item outweighs the least important one."
        " Grey cells need no answer.",
    },
    "how_3_comparisons": {
        "zh": "3. 前后要一致：若甲比乙重要、乙比丙重要，则甲应比丙更重要。一张表全部填完后，表头会显示一致性比例 CR；"
        "CR 不超过 0.10 为宜，超过时会指出最值得复核的一题。是否修改由您决定。",
        "en": "3. Answers should fit together: if A outweighs B and B outweighs C, A should outweigh C by more. Once a"
        " sheet is complete, its head shows the consistency ratio CR. Up to 0.10 is good; above it, the sheet"
        " names the question that is most worth a second look. Whether to change it is up to you.",
    },
    "how_3_best_worst": {
        "zh": "3. 一张表全部填完后，表头会显示一致性 CR：0 为完全一致，越大越不一致，并指出最值得复核的一项。"
        "是否修改由您决定。",
        "en": "3. Once a sheet is complete, its head shows the consistency CR: 0 is full consistency, the larger the"
        " less; it names the item that is most worth a second look. Whether to change it is up to you.",
    },
    "how_3_points": {
        "zh": "3. 合计不是 100 时表头会提示，请调整。",
        "en": "3. The head of a sheet says when the total is not 100; please adjust it.",
    },
    "how_3_ranks": {
        "zh": "3. 名次有跳号或遗漏时表头会提示，请调整。",
        "en": "3. The head of a sheet says when places are skipped; please adjust them.",
    },
    "how_4": {
        "zh": "4. 没有把握的题可以空着，不要随意填写；填完后保存本文件并交回。请不要改动工作表的结构。",
        "en": "4. Leave a question blank rather than guess. Then save this file and send it back. Please leave the"
        " structure of the sheets as it is.",
    },
    "how_4_whole": {
        "zh": "4. 一张表要么全部填完，要么整张空着：只填一部分的表无法使用；没有把握的表可以空着，不要随意填写。"
        "填完后保存本文件并交回。请不要改动工作表的结构。",
        "en": "4. Fill in a sheet completely or leave it blank as a whole: a part of its answers is of no use. Leave a"
        " sheet blank rather than guess. Then save this file and send it back. Please leave the structure of the"
        " sheets as it is.",
    },
    "secret": {
        "zh": "保密：您的回答只用于确定指标权重，仅以编号出现在结果中；"
        "姓名可以不填，也请不要填写电话、证件号等个人信息。",
        "en": "Confidential: your answers serve to find weights only, and results name you by your id. Your name is"
        " optional; please enter no telephone or identity numbers.",
    },
    "scale": {"zh": "标度", "en": "The scale"},
    "scale_degree": {"zh": "数值", "en": "Value"},
    "scale_word": {"zh": "含义", "en": "Meaning"},
    "scale_even": {"zh": "2、4、6、8 介于相邻两级之间", "en": "2, 4, 6 and 8 lie between their neighbours"},
    "example": {"zh": "示例", "en": "An example"},
    "example_left": {"zh": "应急预案", "en": "Emergency plan"},
    "example_right": {"zh": "应急物资", "en": "Emergency supplies"},
    "progress": {"zh": "填写进度", "en": "Your progress"},
    "sheet": {"zh": "工作表", "en": "Sheet"},
    "questions": {"zh": "题数", "en": "Questions"},
    "answered": {"zh": "已答", "en": "Answered"},
    "state": {"zh": "状态", "en": "State"},
    "open": {"zh": "未填", "en": "not begun"},
    "begun": {"zh": "填写中", "en": "begun"},
    "done": {"zh": "已完成", "en": "complete"},
    # The expert
    "expert_title": {"zh": "专家信息", "en": "About you"},
    "expert_note": {
        "zh": "编号由组织者给出；没有编号请留空，汇总时按文件次序编号。其余各项选填。",
        "en": "The id is given by whoever sent you this file; without one leave it blank, and files are numbered in"
        " order. Everything else is optional.",
    },
    "expert_id": {"zh": "专家编号", "en": "Expert id"},
    "expert_name": {"zh": "姓名（选填）", "en": "Name (optional)"},
    "expert_unit": {"zh": "单位（选填）", "en": "Organisation (optional)"},
    "expert_role": {"zh": "职务或专业（选填）", "en": "Role or field (optional)"},
    "expert_group": {"zh": "专家组别（选填）", "en": "Sub-group (optional)"},
    "expert_group_note": {
        "zh": "如 高校、街道、社区；同组写法须一致，用于分组比较",
        "en": "for instance university, sub-district, community; written alike within a group",
    },
    # A node's sheet
    "ask_comparisons": {
        "zh": "对“{title}”而言，每题左右两项哪一项更重要，重要多少？",
        "en": "For '{title}': which of the two matters more, and by how much?",
    },
    "ask_points": {
        "zh": "请把 100 分分给“{title}”的各项：越重要分越多。",
        "en": "Share out 100 points among the items of '{title}': the more important, the more points.",
    },
    "ask_ranks": {
        "zh": "请给“{title}”的各项排名次：最重要的为 1。",
        "en": "Put the items of '{title}' in order: 1 for the most important.",
    },
    "ask_best_worst": {
        "zh": "对“{title}”而言，哪一项最重要、哪一项最不重要，各项相差多少？",
        "en": "For '{title}': which item matters most, which least, and how far apart are they?",
    },
    "head_progress": {"zh": "已答", "en": "Answered"},
    "head_cr": {"zh": "一致性比例 CR", "en": "Consistency CR"},
    "head_total": {"zh": "合计", "en": "Total"},
    "head_advice": {"zh": "提示", "en": "What to do"},
    "later": {"zh": "全部填完后显示", "en": "shown once all is answered"},
    "missing": {"zh": "还有 ", "en": "Still open: "},
    "missing_end": {"zh": " 处未填", "en": ""},
    "good": {"zh": "已填完，前后一致，可以交回。", "en": "Complete and consistent: ready to be sent back."},
    "complete": {"zh": "已填完，可以交回。", "en": "Complete: ready to be sent back."},
    "again": {
        "zh": "前后不够一致（CR 超过 0.10），最值得复核：第 ",
        "en": "Not consistent enough (CR above 0.10). Look again at question ",
    },
    "again_end": {"zh": " 题 ", "en": ": "},
    "again_item": {"zh": "已填完；与其余回答相差最大的一项：", "en": "Complete. Furthest from the other answers: "},
    "same": {"zh": "最重要与最不重要不能是同一项", "en": "Most and least important cannot be the same"},
    "total_wrong": {"zh": "已填完，但合计不是 100，请调整。", "en": "Complete, but the total is not 100: adjust it."},
    "ranks_wrong": {
        "zh": "名次不连续：应从 1 起；并列者同名次，如 1、2、2、4 或 1、2、2、3。",
        "en": "Places are skipped: start at 1; ties share a place, such as 1, 2, 2, 4 or 1, 2, 2, 3.",
    },
    "items": {"zh": "所比较的各项", "en": "What is compared"},
    "item": {"zh": "项目", "en": "Item"},
    "number": {"zh": "序号", "en": "No."},
    "what": {"zh": "说明", "en": "What it is"},
    "question": {"zh": "题号", "en": "No."},
    "left_head": {"zh": "左侧", "en": "Left"},
    "right_head": {"zh": "右侧", "en": "Right"},
    "judgment": {"zh": "您的判断（下拉选择）", "en": "Your judgment (choose)"},
    "reads": {"zh": "读作", "en": "That is"},
    "choose": {"zh": "请从下拉列表中选择", "en": "please choose from the list"},
    "points": {"zh": "您给的分", "en": "Your points"},
    "share": {"zh": "所占比例", "en": "Share"},
    "rank": {"zh": "您排的名次", "en": "Your place"},
    "best": {"zh": "最重要的一项", "en": "Most important item"},
    "worst": {"zh": "最不重要的一项", "en": "Least important item"},
    "best_to": {"zh": "最重要的一项比它重要多少", "en": "The most important outweighs it by"},
    "to_worst": {"zh": "它比最不重要的一项重要多少", "en": "It outweighs the least important by"},
    "is_best": {"zh": "最重要", "en": "most important"},
    "is_worst": {"zh": "最不重要", "en": "least important"},
    "stop_title": {"zh": "请从列表中选择", "en": "Please choose from the list"},
    "stop_list": {"zh": "请用下拉列表选择；要清除请按 Delete。", "en": "Use the list of the cell; Delete clears it."},
    "stop_points": {"zh": "请填不小于 0 的数字。", "en": "Enter a number from 0 upwards."},
    "stop_points_title": {"zh": "请核对分数", "en": "Please check the points"},
    "stop_id": {"zh": "编号不超过 40 个字符。", "en": "At most 40 characters."},
    "contains": {"zh": "包括：{names}", "en": "Contains: {names}"},
    "unit": {"zh": "单位：{unit}", "en": "Unit: {unit}"},
}  # fmt: skip


def say(key: str, language: str, **values: Any) -> str:
    """A fixed word or sentence in ``zh`` or ``en``."""
    return _WORDS[key][language].format(**values) if values else _WORDS[key][language]


def choices(language: str) -> list[str]:
    """The 17 choices of a comparison, from 9 for the left one over 1 to 9 for the right one."""
    words = DEGREES[language]
    left = [say("left", language, degree=degree, word=words[degree - 1]) for degree in range(9, 1, -1)]
    right = [say("right", language, degree=degree, word=words[degree - 1]) for degree in range(2, 10)]
    return [*left, say("even", language), *right]


def degrees(language: str) -> list[str]:
    """The 9 choices of a best–worst judgment, from 1 to 9."""
    return [say("degree", language, degree=place, word=word) for place, word in enumerate(DEGREES[language], 1)]


def phrase(degree: int, language: str) -> str:
    """``degree`` (1 to 9) as the middle of a sentence that reads an answer back."""
    return _PHRASES[language][degree - 1]
