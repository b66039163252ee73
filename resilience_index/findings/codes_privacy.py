"""RI25x: personal data in tables."""

from __future__ import annotations

from resilience_index.findings.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "RI251",
        "error",
        "the file holds personal data and is refused: {what}",
        "remove the columns and cells named below; or add --allow-personal-data if you may process them:"
        " numbers are masked in every output",
        "文件含有个人信息，已拒绝处理：{what}",
        "请删除下列各列或单元格中的个人信息；如确有权处理，请加 --allow-personal-data，号码在所有输出中均会遮盖",
    ),
    entry(
        "RI252",
        "error",
        "personal number ({kind}): {masked}",
        "remove the number from this cell, or the whole column",
        "个人号码（{kind}）：{masked}",
        "请删除该单元格中的号码，或删除整列",
    ),
    entry(
        "RI253",
        "error",
        "further personal numbers here: {count}; the first {shown} are listed",
        "remove the whole column",
        "此处另有 {count} 个个人号码；仅列出前 {shown} 个",
        "请删除整列",
    ),
    entry(
        "RI254",
        "error",
        "names of people ({names}) stand beside addresses ({addresses})",
        "remove the names or the addresses; communities are scored without either",
        "个人姓名列（{names}）与地址列（{addresses}）同时出现",
        "请删除姓名列或地址列；社区评分不需要这些内容",
    ),
    entry(
        "RI255",
        "warning",
        "the column looks like names of people: {names}",
        "remove it unless it is needed; it is neither read nor written out",
        "该列疑似个人姓名：{names}",
        "如非必要请删除；程序不使用也不输出该列",
    ),
    entry(
        "RI256",
        "warning",
        "personal data were allowed, and every number is masked: {what}",
        "cells of indicators that hold such a number count as faulty; hand the data file itself on with care",
        "已允许含个人信息的数据，号码均已遮盖：{what}",
        "指标列中的此类号码按有误单元格处理；原始数据文件请妥善保管，谨慎提供",
    ),
)
