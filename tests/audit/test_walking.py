"""The files of a folder that is verified."""

from __future__ import annotations

import itertools
from pathlib import Path

from resilience_index.audit import verify


def test_files_come_in_one_order_and_links_are_not_followed(tmp_path: Path) -> None:
    for number, order in enumerate(itertools.permutations("abc")):
        folder = tmp_path / str(number)
        for name in order:
            (folder / name / "inner").mkdir(parents=True)
            (folder / name / "inner" / "x").write_text("")
            (folder / f"{name}.txt").write_text("")
        (folder / "link").symlink_to(folder / "a")
        assert list(verify.walk(folder)) == [
            ("a.txt", True), ("b.txt", True), ("c.txt", True), ("link", False),
            ("a/inner/x", True), ("b/inner/x", True), ("c/inner/x", True),
        ]  # fmt: skip
