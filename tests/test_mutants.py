"""What ``make mutants`` changes, and what it leaves alone."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = '''\
"""A module about 1 thing."""
from typing import cast

__all__ = ["one"]
LIMIT: int = 3


@decorated(maxsize=8)
def one(x: "list[int]", share: float = 0.5) -> "int":
    """No 2 things."""
    assert x, "never"
    if len(x) >= LIMIT and share:
        report("RI001", place="a cell")
    for each in sorted(x):
        if not each:
            continue
        return t("english 1", "中文") + cast("int", f"{each + 1}")
    raise ValueError("too few")
'''


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"mutants_{name}", ROOT / "tools" / "mutants" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


CHANGES = loaded("changes")


def test_every_kind_of_change_and_no_wording() -> None:
    found = {(change.line, change.before, change.after) for change in CHANGES.changes("x.py", SOURCE.encode())}
    told = 't("english 1", "中文") + cast("int", f"{each + 1}")'
    call = 'report("RI001", place="a cell")'
    assert found == {
        (5, "3", "4"),
        (9, "0.5", "1.5"),
        (12, "len(x) >= LIMIT and share", "(not (len(x) >= LIMIT and share))"),
        (12, "len(x) >= LIMIT and share", "(len(x) >= LIMIT or share)"),
        (12, "len(x) >= LIMIT", "(len(x) > LIMIT)"),
        (12, "len(x) >= LIMIT", "(len(x) < LIMIT)"),
        (13, call, "pass"),
        (13, call, "(report('RI001'))"),
        (13, '"RI001"', "'XXRI001'"),
        (14, "sorted(x)", "list(x)"),
        (15, "not each", "(each)"),
        (16, "continue", "break"),
        (17, told, "None"),
        (17, told, "(t('english 1', '中文') - cast('int', f'{each + 1}'))"),
        (18, 'raise ValueError("too few")', "pass"),
    }  # fmt: skip


@pytest.mark.parametrize("room", ["methods", "scoring", "audit"])
def test_changes_of_the_program_are_python_and_change_something(room: str) -> None:
    files = (ROOT / "resilience_index" / room).rglob("*.py")
    source = max(files, key=lambda path: path.stat().st_size).read_bytes()
    found = list(CHANGES.changes("x.py", source))
    assert len(found) > 100
    for change in found[::20]:
        changed = change.applied(source)
        compile(changed, "x.py", "exec")
        assert changed != source
        assert change.first <= change.line <= change.last or not change.inside
