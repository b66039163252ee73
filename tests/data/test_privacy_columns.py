"""Columns that look like names of people or like addresses, by their header and by their cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.data.privacy.columns import Looks, is_name, looks

NAMES = ["张三", "李小明", "王芳", "欧阳文博", "陈大海", "赵敏"]
ADDRESSES = ["幸福路3号2单元301室", "建设路12号院4号楼", "胜利街15巷2号", "河东村三组18号", "和平小区7栋1单元602"]
NAMED, ADDRESSED, NEITHER = Looks(names=True), Looks(addresses=True), Looks()


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("姓名", ["张三"], NAMED),
        ("居民姓名（户主）", ["甲某某", "", "乙某某"], NAMED),
        ("戶主", ["張三豐"], NAMED),
        ("联系人", ["Zhang San"], NAMED),
        ("Name of person", ["Ann Bell"], NAMED),
        ("Contact person", ["Ann Bell"], NAMED),
        ("第三列", NAMES, NAMED),
        ("name", NAMES[:2], NAMED),
        ("家庭住址", ["幸福里"], ADDRESSED),
        ("联系人地址", ["幸福里"], ADDRESSED),
        ("Home address", ["Mill Lane"], ADDRESSED),
        ("门牌号", ["301", "302"], ADDRESSED),
        ("说明", ADDRESSES, ADDRESSED),
        ("where", ["12 Mill Lane", "7a High Street", "3 Long Road", "9 St. Mary's Road"], ADDRESSED),
    ],
)
def test_columns_of_people(header: str, cells: list[str], expected: Looks):
    assert looks(header, cells) == expected


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("姓名", []),
        ("姓名", ["", " "]),
        ("户主数", ["34", "40"]),
        ("户主", ["34", "40"]),
        ("联系人电话", ["无"]),
        ("联系人", ["是", "否", "是"]),
        ("负责人到位率", ["高", "低"]),
        ("社区", ["鼓桥社区", "张庄社区", "李村", "王家庄"]),
        ("片区", ["马家堡", "方庄", "和平里", "安贞里", "甘家口"]),
        ("街道", ["高新街道", "江北街道", "建国路街道", "方山镇"]),
        ("区县", ["江北区", "黄浦区", "金山区", "高县", "任城区"]),
        ("类型", ["高层", "平房", "高层", "高层", "平房", "高层"]),
        ("房屋", ["商品房", "安置房", "廉租房", "商品房"]),
        ("评价", ["优秀", "良好", "合格", "优秀"]),
        ("物业公司", ["万科物业", "金地物业", "龙湖物业", "华润物业"]),
        ("name", ["Ann Bell", "Bo Chen"]),
        ("邮箱地址", ["a@example.org"]),
        ("IP地址", ["192.168.1.1"]),
        ("社区地址", ["幸福路3号"]),
        ("办公地址", ["幸福路3号"]),
        ("网址", ["example.org"]),
        ("备注", ["已整改", "正常", "无", "待复查"]),
        ("月份", ["2024年1月", "2024年2月", "2024年3月", "2024年4月"]),
        ("楼栋", ["3号楼", "5号楼", "6号楼", "7号楼"]),
        ("number of householders", ["3"]),
        ("数值", ["1.5", "2", "3", "4"]),
    ],
)
def test_columns_of_something_else(header: str, cells: list[str]):
    assert looks(header, cells) == NEITHER


@pytest.mark.parametrize("text", [*NAMES, "張　三", "陸羽", "王 芳", "諸葛小明", "司马小雨"])
def test_names(text: str):
    assert is_name(text)


@pytest.mark.parametrize("text", ["", "张", "张三李四王五", "张村", "李家村", "王府社区", "Zhang San", "张3", "赵县"])
def test_no_names(text: str):
    assert not is_name(text)


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=20))
def test_any_column_can_be_judged_and_is_one_of_them_at_most(header: str, cells: list[str]):
    look = looks(header, cells)
    assert not (look.names and look.addresses)
