"""Weights on the terminal: table or tree, what experts judged, how they were joined, and what moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resilience_index.cli.language import t
from resilience_index.framework.tree import walk
from resilience_index.report.export.tables import weight_rows
from resilience_index.report.export.weight_shifts import weight_shifts
from resilience_index.report.terminal import console as text
from resilience_index.report.view.format import percent_text
from resilience_index.report.words.results import say
from resilience_index.scoring.judgment_reports import AnswerReport, GroupReport, MatrixReport, scale_text

if TYPE_CHECKING:
    from rich.console import Console

    from resilience_index.scoring.plan import Plan
    from resilience_index.scoring.weighting import Weighting

Titles = Mapping[str, Mapping[str, str]]
_BAR = 20


def print_all(plan: Plan, weighting: Weighting, language: str, *, tree: bool = False) -> None:
    """Everything the command shows, on stdout."""
    titles = {item.id: {"zh": item.title.zh, "en": item.title.en} for item in walk(plan.framework.root)}
    out = text.console()
    text.headline(plan.framework.title.say(language), plan.weights.text(), out, joiner="  ·  ")
    rows = list(weight_rows(plan, weighting))
    components = list(weighting.components) if len(weighting.components) > 1 else []
    if tree:
        _tree(rows, titles, language, out)
    else:
        _table(rows, titles, components, language, out)
    sections = [
        _joined(weighting), _shifts(plan, weighting), _matrices(weighting.matrices, language),
        _advice(weighting.matrices, language), _groups(weighting.groups, weighting.matrices),
        _answers(weighting.answers, language),
    ]  # fmt: skip
    for section in sections:
        lines = list(section)
        if lines:
            out.print()
        for line in lines:
            out.print(line)


def _table(
    rows: Sequence[Mapping[str, Any]], titles: Titles, components: Sequence[str], language: str, out: Console
) -> None:
    """Weights of the tree, indented by level; ids stand beside the titles where both fit."""
    from rich.cells import cell_len

    ids = max(2 * row["level"] + len(row["node"]) for row in rows)
    names = max(cell_len(titles[row["node"]][language]) for row in rows)
    methods = [row["method"] or "" for row in rows]
    beside = max(map(cell_len, methods)) + 1 if any(methods) else 0
    with_ids = ids + min(names, 40) + 9 * (2 + len(components)) + 1 + beside <= out.width
    columns = [(say("title", language), "wrap"), (say("local", language), "right"), (say("global", language), "right")]
    if with_ids:
        columns.insert(0, (say("node", language), "left"))
    if beside:
        columns.append((t("method", "方法"), "wrap"))
    result = text.table([*columns, *((name, "right") for name in components)])
    for row, method in zip(rows, methods, strict=True):
        title = titles[row["node"]][language]
        first: list[Any] = (
            ["  " * row["level"] + row["node"], title] if with_ids else [text.indented(title, row["level"])]
        )
        shares = [row["local_weight"], row["global_weight"], *(row["components"][name] for name in components)]
        cells = [percent_text(share, 2) for share in shares]
        result.add_row(*first, *cells[:2], *([method] if beside else []), *cells[2:])
    out.print(result)


def _tree(rows: Sequence[Mapping[str, Any]], titles: Titles, language: str, out: Console) -> None:
    """The tree with its branches drawn, and the local weight of each item as a bar."""
    result = text.table(
        [("", "left"), (say("local", language), "right"), ("", "left"), (say("global", language), "right")]
    )
    for row, branch in zip(rows, _branches(rows), strict=True):
        name = branch + titles[row["node"]][language]
        local, whole = row["local_weight"], row["global_weight"]
        result.add_row(name, percent_text(local, 2), text.bar(local, _BAR), percent_text(whole, 2))
    result.columns[0].no_wrap = False
    out.print(result)


def _branches(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The lines in front of each item: whether a later sibling follows at each level above."""
    for place, row in enumerate(rows):
        level = row["level"]
        marks = []
        for above in range(1, level + 1):
            later = next((item["level"] for item in rows[place + 1 :] if item["level"] <= above), 0)
            last = later != above
            marks.append(("└─ " if last else "├─ ") if above == level else ("   " if last else "│  "))
        yield "".join(marks)


def _joined(weighting: Weighting) -> Iterator[str]:
    """The shares that game theory or maximum deviation found."""
    for found in weighting.joined:
        if found.shares is None or found.coefficients is None:
            continue
        first, second = found.shares.tolist()
        names = found.call["subjective"].name, found.call["objective"].name
        place = "" if found.node is None else t(f" under {found.node}", f"（{found.node} 之下）")
        yield t(
            f"{found.call['rule']}{place}: {names[0]} {first:.4f}, {names[1]} {second:.4f}",
            f"{found.call['rule']}{place}：{names[0]} {first:.4f}，{names[1]} {second:.4f}",
        )


def _shifts(plan: Plan, weighting: Weighting) -> Iterator[Any]:
    """How much of the whole each level moves against equal weights."""
    shifts = weight_shifts(plan, weighting)
    if not any(shift.moved for shift in shifts):
        return
    yield t("Against equal weights among siblings", "与同级等权相比")
    result = text.table(
        [(t("level", "级"), "right"), (t("items", "项数"), "right"), (t("moved", "移动"), "right"),
         (t("largest gain", "增加最多"), "left"), (t("largest loss", "减少最多"), "left")]
    )  # fmt: skip
    for shift in shifts:
        gain, loss = ("—" if item is None else f"{item[0]} {100 * item[1]:+.2f}" for item in (shift.most, shift.least))
        result.add_row(str(shift.level), str(shift.items), percent_text(shift.moved, 2), gain, loss)
    yield result


def _matrices(matrices: Sequence[MatrixReport], language: str) -> Iterator[Any]:
    """Consistency of every comparison matrix; the verdict stands in words."""
    if not matrices:
        return
    result = text.table(
        [(say("node", language), "left"), (say("expert", language), "left"), ("n", "right"), ("λmax", "right"),
         ("CI", "right"), ("RI", "right"), ("CR", "right"), ("GCI", "right"), ("", "left")]
    )  # fmt: skip
    for matrix in matrices:
        cr = "—" if matrix.cr is None else f"{matrix.cr:.4f}"
        gci = "—" if matrix.gci is None else f"{matrix.gci:.4f}"
        expert = matrix.expert if matrix.expert is not None else say("group", language)
        result.add_row(
            matrix.parent, text.clean(expert), str(len(matrix.children)), f"{matrix.lambda_max:.4f}",
            f"{matrix.ci:.4f}", f"{matrix.ri:.4f}", cr, gci, _verdict(matrix, language),
        )  # fmt: skip
    yield result
    first = matrices[0]
    line = f"RI: {first.ri_table}, CR ≤ {first.threshold:g}"
    yield line if first.priority == "eigenvector" else f"{line}, {first.priority}"


def _verdict(matrix: MatrixReport, language: str) -> str:
    words = [] if matrix.consistent else [say("inconsistent", language)]
    if matrix.left_out:
        words.append(t("left out", "不计入"))
    if matrix.missing:
        gaps = "—" if matrix.cr_gaps is None else f"{matrix.cr_gaps:.4f}"
        words.append(t(f"{len(matrix.missing)} gaps filled (CR {gaps} allowing for them)",
                       f"补全 {len(matrix.missing)} 处（计及残缺的 CR 为 {gaps}）"))  # fmt: skip
    return t(", ", "，").join(words)


def _advice(matrices: Sequence[MatrixReport], language: str) -> Iterator[Any]:
    """What to ask inconsistent experts to look at again."""
    lines: list[Any] = []
    for matrix in matrices:
        parts = list(_advice_of(matrix))
        if parts:
            expert = matrix.expert if matrix.expert is not None else say("group", language)
            lines.append(text.indented(f"{matrix.parent} {text.clean(expert)}", 1))
            lines += [text.indented(part, 2) for part in parts]
    if lines:
        yield t("To look at again (nothing is changed)", "请复核（本程序不改动任何判断）")
        yield from lines


def _advice_of(matrix: MatrixReport) -> Iterator[str]:
    advice = matrix.advice()
    if advice.triad is not None:
        i, j, k = advice.triad.elements
        first, second, third = map(scale_text, advice.triad.judgments)
        said = f"{matrix.pair(i, j)} {first} × {matrix.pair(j, k)} {second} ↔ {matrix.pair(i, k)} {third}"
        yield t(f"furthest apart: {said}", f"最矛盾的三个判断：{said}")
    for cycle in advice.cycles:
        names = " > ".join(matrix.children[place] for place in (*cycle.elements, cycle.elements[0]))
        yield t(f"circle: {names}", f"循环：{names}")
    change = advice.change
    if change is not None and change.nearest is not None:
        pair, old = matrix.pair(change.first, change.second), scale_text(change.value)
        yield t(f"{pair} {change.nearest} instead of {old} would give CR {change.cr_nearest:.4f}",
                f"{pair} 由 {old} 改为 {change.nearest}，CR 将为 {change.cr_nearest:.4f}")  # fmt: skip


def _groups(groups: Sequence[GroupReport], matrices: Sequence[MatrixReport]) -> Iterator[Any]:
    """How far the experts of each node agree, and what each sub-group would give."""
    told = [group for group in groups if len(group.kept) > 1 or group.left_out]
    if told:
        yield t("Agreement of the experts", "专家一致程度")
        result = text.table(
            [(t("node", "节点"), "left"), (t("experts", "专家数"), "right"), ("Kendall's W", "right"), ("p", "right"),
             (t("widest spread", "分歧最大"), "left"), (t("furthest from group", "离群体最远"), "left"),
             (t("left out", "不计入"), "wrap")]
        )  # fmt: skip
        for group in told:
            result.add_row(*_group_row(group, matrices))
        yield result
    split = [(group, name) for group in groups for name in group.subgroups]
    if split:
        result = text.table(
            [(t("node", "节点"), "left"), (t("sub-group", "组别"), "left"), (t("weights", "权重"), "wrap")]
        )
        for group, name in split:
            result.add_row(group.parent, text.clean(name), _shares(group.children, group.subgroups[name].tolist()))
        yield result


def _group_row(group: GroupReport, matrices: Sequence[MatrixReport]) -> list[str]:
    w, widest = group.concordance, _widest(group)
    away = [
        (item.distance.total_variation, item.expert or "")
        for item in matrices
        if item.parent == group.parent and item.distance is not None
    ]
    share, name = max(away, key=lambda pair: pair[0]) if len(away) > 1 else (0.0, "")
    return [
        group.parent, str(len(group.kept)), "—" if w.w is None else f"{w.w:.3f}",
        "—" if w.p_value is None else f"{w.p_value:.3f}", "" if widest is None else f"{widest[0]} ×{widest[1]:.2f}",
        f"{text.clean(name)} {percent_text(share, 1)}" if name else "",
        t(", ", "、").join(f"{text.clean(expert)} (CR {cr:.4f})" for expert, cr in group.left_out.items()),
    ]  # fmt: skip


def _shares(children: Sequence[str], weights: Sequence[float]) -> str:
    return ", ".join(f"{child} {percent_text(share, 2)}" for child, share in zip(children, weights, strict=True))


def _widest(group: GroupReport) -> tuple[str, float] | None:
    """The judgment with the largest geometric standard deviation."""
    spread = group.to_dict()["dispersion"]
    known = {pair: value for pair, value in spread.items() if value is not None}
    if not known:
        return None
    pair = max(known, key=lambda name: known[name])
    return pair, known[pair]


def _answers(answers: Sequence[AnswerReport], language: str) -> Iterator[Any]:
    """Each expert's weights by a form other than comparisons."""
    if not answers:
        return
    result = text.table(
        [(say("node", language), "left"), (say("expert", language), "left"), (t("method", "方法"), "left"),
         (t("weights", "权重"), "wrap"), (t("consistency", "一致性"), "left")]
    )  # fmt: skip
    for answer in answers:
        expert = answer.expert if answer.expert is not None else say("group", language)
        shares = _shares(answer.children, answer.weights.tolist())
        result.add_row(answer.parent, text.clean(expert), answer.method, shares, _consistency(answer))
    yield result


def _consistency(answer: AnswerReport) -> str:
    if "xi" not in answer.details:
        return ""
    parts = [f"ξ {answer.details['xi']:.4f}"]
    if answer.details["cr"] is not None:
        parts.append(f"CR {answer.details['cr']:.4f}")
    if answer.details["reversals"]:
        parts.append(t("order reversed: ", "次序相反：") + ", ".join(answer.details["reversals"]))
    return t("; ", "；").join(parts)
