"""Make the messy files beside this script: what offices send, in small.

    python tests/bad_files/make_bad_files.py

Needs xlsxwriter and openpyxl. Every community and every number is invented.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

HERE = Path(__file__).resolve().parent
ZH = [
    "社区编码", "社区名称", "区县", "重点风险点物联感知覆盖率", "网络问政答复率", "诉求/哨声响应时长", "打通部门数",
    "集体经济年收益", "微型消防站达标", "归属感", "基本服务恢复时长", "服务人口",
]  # fmt: skip
UNITS = ["", "", "", "%", "%", "分钟", "个", "万元", "0/1", "1-5", "天", "人"]
IDS = [
    "community_id", "community", "district", "iot_coverage_rate", "reply_rate", "response_min",
    "departments_connected", "collective_income_wan", "micro_fire_station", "belonging_score", "recovery_days",
    "residents",
]  # fmt: skip
ROWS: list[list[Any]] = [
    ["0991001001", "晨光社区", "云澜区", 85, 92.5, 45, 9, 36.5, 1, 4.1, 3, 184000],
    ["0991001002", "望湖社区", "云澜区", 70.5, 88, 60, 7, 22, 1, 3.8, 5, 92000],
    ["0991002001", "青石社区", "松溪区", 64, 95, 30, 12, 48, 0, 4.4, 2, 130500],
    ["0991002002", "河东社区", "松溪区", 90, 78.5, 120, 5, 15.5, 1, 3.2, 7, 61000],
]
MAKERS: dict[str, Callable[[Path], None]] = {}


def maker(name: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    def keep(function: Callable[[Path], None]) -> Callable[[Path], None]:
        MAKERS[name] = function
        return function

    return keep


def lines(rows: list[list[Any]], end: str = "\r\n", delimiter: str = ",") -> str:
    return "".join(delimiter.join(str(cell) for cell in row) + end for row in rows)


def changed(row: int, **cells: Any) -> list[Any]:
    """A row with some of its cells written otherwise."""
    return [cells.get(name, value) for name, value in zip(IDS, ROWS[row], strict=True)]


@maker("01_gbk_percent_total.csv")
def _(path: Path) -> None:
    rows = [[*row[:3], f"{row[3]}%", f"{row[4]}％", *row[5:]] for row in ROWS]
    total = ["合计", "", "", "", "", "", 33, 122, 3, "", "", 467500]
    title = ["云澜市社区韧性数据汇总表", *[""] * 11]
    path.write_bytes(lines([title, ZH, *rows, total]).encode("gbk"))


@maker("02_merged_header_footer.xlsx")
def _(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("填报表")
        sheet.merge_range(0, 0, 0, 11, "云澜市社区韧性数据采集表（2024年度）")
        sheet.merge_range(1, 0, 1, 11, "填报单位：云澜市城市运行中心        填报日期：2025年1月8日")
        for column in range(3):
            sheet.merge_range(2, column, 3, column, ZH[column])
        sheet.merge_range(2, 3, 2, 6, "一、技术与响应")
        sheet.merge_range(2, 7, 2, 11, "二、经济与社会")
        for column in range(3, 12):
            sheet.write(3, column, ZH[column])
            sheet.write(4, column, UNITS[column])
        sheet.write(4, 0, "单位")
        for number, row in enumerate(ROWS):
            sheet.write_row(5 + number, 0, row)
        sheet.write_row(9, 0, ["合计", "", "", "", "", "", 33, 122])
        sheet.merge_range(10, 0, 10, 11, "注：1. 数据截至2024年12月31日；2. 服务人口为常住人口。")
        sheet.write(11, 0, "填表人：")
        sheet.write(11, 1, "王某")
        sheet.write(11, 4, "审核人：")


@maker("03_percent_format_hidden.xlsx")
def _(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        percent = book.add_format({"num_format": "0.0%"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("2024")
        sheet.write_row(0, 0, ZH)
        for number, row in enumerate(ROWS, 1):
            sheet.write_row(number, 0, row)
            sheet.write_string(number, 0, row[0], text)
            sheet.write_number(number, 3, row[3] / 100, percent)
            sheet.write_number(number, 4, row[4] / 100, percent)
        sheet.set_row(3, options={"hidden": True})
        old = book.add_worksheet("2023（旧）")
        old.write_row(0, 0, ZH)
        old.write_row(1, 0, ["0991009999", "旧数据社区", "云澜区", 1, 1, 1, 1, 1, 1, 1, 1, 1])
        old.hide()


@maker("04_fullwidth_wan.csv")
def _(path: Path) -> None:
    rows = [
        changed(0, iot_coverage_rate="８５", residents="18.4万", response_min="４５分钟"),
        changed(1, residents='"92,000"', reply_rate=" 88 ", departments_connected="7个"),
        changed(2, residents="１３.０５万", collective_income_wan="48万元", recovery_days="2天"),
        changed(3, residents="6.1万人", micro_fire_station="有", recovery_days="不适用"),
    ]
    path.write_bytes(lines([ZH, *rows], "\n").encode("utf-8"))


@maker("05_traditional_headers.csv")
def _(path: Path) -> None:
    header = [
        "社區編碼", "社區名稱", "區縣", "重點風險點物聯感知覆蓋率（％）", "網絡問政答復率(%)",
        "訴求/哨聲響應時長（分鐘）",
        "打通部門數", "集體經濟年收益（萬元）", "微型消防站達標", "歸屬感", "基本服務恢復時長（天）", "服務人口（人）",
    ]  # fmt: skip
    path.write_bytes(lines([header, *ROWS]).encode("utf-8-sig"))


@maker("06_unicode_text.txt")
def _(path: Path) -> None:
    path.write_bytes(lines([ZH, *ROWS], "\r\n", "\t").encode("utf-16"))


@maker("07_lost_zeros.csv")
def _(path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][0], rows[2][0] = "991001002", "9.91E+08"
    path.write_bytes(lines([ZH, *rows]).encode("gb18030"))


def identity(first: str) -> str:
    """An identity number with the check digit that belongs to its first 17 digits."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


@maker("08_personal_data.csv")
def _(path: Path) -> None:
    header = [*ZH, "联系电话", "备注"]
    notes = ["", f"书记身份证{identity('11010119900307451')}", "", "经费卡 6222 0212 3456 7890 128"]
    phones = ["138 0013 8000", "0571-8888", "13912345678", ""]
    rows = [[*row, phone, note] for row, phone, note in zip(ROWS, phones, notes, strict=True)]
    path.write_bytes(lines([header, *rows]).encode("gbk"))


@maker("09_two_years_two_sheets.xlsx")
def _(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        for year in ("2023年", "2024年"):
            sheet = book.add_worksheet(year)
            sheet.write_row(0, 0, ZH)
            for number, row in enumerate(ROWS, 1):
                sheet.write_row(number, 0, row)
        book.add_worksheet("说明").write(0, 0, "请按年度分别填报")


@maker("10_unquoted_thousands.csv")
def _(path: Path) -> None:
    rows = [changed(0, residents="184,000"), ROWS[1], changed(2, residents="130,500"), ROWS[3]]
    path.write_bytes(lines([ZH, *rows]).encode("utf-8-sig"))


@maker("11_formulas_without_values.xlsx")
def _(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "数据"
    sheet.append(ZH)
    for row in ROWS:
        sheet.append(row)
    sheet["D2"] = "=ROUND(17/20*100,1)"  # never calculated: no value is stored
    sheet["E3"] = "#DIV/0!"
    sheet["E3"].data_type = "e"
    sheet["F4"] = datetime.date(2024, 5, 1)
    sheet["L5"] = "'61000"
    book.save(path)


@maker("12_semicolon_decimal_comma.csv")
def _(path: Path) -> None:
    rows = [
        ["0991001001", "晨光社区", "云澜区", "85", "92,5", "45", "9", "36,5", "1", "4,1", "3", "184000"],
        ["0991001002", "望湖社区", "云澜区", "70,5", "88", "60", "7", "22", "1", "3,8", "5", "92,000"],
        ["0991002001", "青石社区", "松溪区", "64", "95", "30", "12", "48", "0", "4,4", "2", "1.305,00"],
    ]
    path.write_bytes(lines([IDS, *rows], "\n", ";").encode("utf-8"))


@maker("13_long_table.csv")
def _(path: Path) -> None:
    rows: list[list[Any]] = [["社区编码", "社区名称", "期", "指标", "数值"]]
    for row in ROWS[:2]:
        rows += [[row[0], row[1], "2024", title, value] for title, value in zip(ZH[3:], row[3:], strict=True)]
    rows.append(["0991001001", "晨光社区", "2024", "归属感", "4.2"])  # a second value for the same cell
    rows.append(["0991001002", "望湖社区", "2024", "归属惑", "3.8"])  # a misspelt title
    path.write_bytes(lines(rows).encode("utf-8-sig"))


@maker("14_sections_subtotals_pages.csv")
def _(path: Path) -> None:
    blank = [""] * 11
    rows: list[list[Any]] = [
        ["云澜市社区韧性数据", *blank], ["第 1 页 共 2 页", *blank], ZH,
        ["一、云澜区", *blank], *ROWS[:2], ["小 计", "", "", "", "", "", 16, 58.5, 2, "", "", 276000],
        [""] * 12, ["第 2 页 共 2 页", *blank], ZH,
        ["二、松溪区", *blank], *ROWS[2:], ["小 计", "", "", "", "", "", 17, 63.5, 1, "", "", 191500],
        ["全市平均", "", "", 77.4, 88.5, 63.8, 8.25, 30.5, "", 3.9, 4.25, 116875],
        ["注：本表由各街道填报，市级汇总。"], ["填表人：王某", "", "联系电话：", *[""] * 9],
    ]  # fmt: skip
    path.write_bytes(lines(rows).encode("gb18030"))


@maker("15_ambiguous_cells.csv")
def _(path: Path) -> None:
    rows = [
        changed(0, iot_coverage_rate="<5", response_min="三十", departments_connected="约9", belonging_score="4.1分"),
        changed(1, iot_coverage_rate="70-80", response_min="1小时", residents="9.2万元", recovery_days="2024-05-01"),
        changed(2, iot_coverage_rate="64‰", response_min="30%", micro_fire_station="0.5", recovery_days="—"),
        changed(3, iot_coverage_rate="1.5.2", collective_income_wan="15万", belonging_score="", recovery_days="无"),
    ]
    path.write_bytes(lines([ZH, *rows]).encode("utf-8-sig"))


@maker("16_merged_values.xlsx")
def _(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, ZH)
        for number, row in enumerate(ROWS, 1):
            sheet.write_row(number, 0, row)
        sheet.merge_range(1, 2, 2, 2, "云澜区")
        sheet.merge_range(3, 2, 4, 2, "松溪区")
        sheet.merge_range(1, 7, 2, 7, 58.5)


@maker("17_mixed_percent.csv")
def _(path: Path) -> None:
    rows = [
        changed(0, iot_coverage_rate="85%", reply_rate="0.925"), changed(1, iot_coverage_rate="0.705", reply_rate="88"),
        changed(2, iot_coverage_rate="64%"), ROWS[3],
    ]  # fmt: skip
    path.write_bytes(lines([ZH, *rows]).encode("gbk"))


def main() -> None:
    for name, function in MAKERS.items():
        function(HERE / name)


if __name__ == "__main__":
    main()
