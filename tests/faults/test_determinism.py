"""The same inputs give the same bytes: hash seed, locale, time zone, folder, threads, size of blocks, order of rows."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from acceptance_tools import ROOT, Inside, environment, mini_project, tree
from fault_tools import count, figure

from resilience_index.report.renderers import RENDERERS

SEEDS = ("0", "1", "4294967295")
LOCALES = ("C", "C.UTF-8", "zh_CN.UTF-8", "de_DE.UTF-8")
ZONES = ("UTC", "Asia/Shanghai", "America/St_Johns")
THREADS = (1, 2, 5)
BLOCKS = (1, 3, 65536)
RING = [[120, 30], [120.1, 30], [120.1, 30.1], [120, 30]]
AREA = {"type": "Feature", "id": "001", "geometry": {"type": "Polygon", "coordinates": [RING]}}
MAP = json.dumps({"type": "FeatureCollection", "features": [AREA]})
# The program with other blocks and threads than its own.
DRIVER = """
import sys
blocks, threads = int(sys.argv.pop(1)), int(sys.argv.pop(1))
import os
os.cpu_count = lambda: threads
from resilience_index.scoring.engines import local
local.BLOCK_ROWS = local.PART_ROWS = blocks
from resilience_index.cli.app import main
main()
"""


def environments() -> list[tuple[str, str, str, int, int]]:
    """All combinations, or as many of them as are asked for, each value among them: FAULTS_ENVIRONMENTS."""
    every = list(itertools.product(SEEDS, LOCALES, ZONES, THREADS, BLOCKS))
    wanted = count("ENVIRONMENTS", 4)
    few = [
        (SEEDS[n % 3], LOCALES[n % 4], ZONES[n % 3], THREADS[n % 3], BLOCKS[n % 3]) for n in range(min(wanted, 12))
    ]  # fmt: skip
    step = max(1, len(every) // max(1, wanted))
    return few if wanted <= len(few) else every[::step]


def test_environments_and_formats(project: Path) -> None:
    """Every file of a run, in a folder of another name each time."""
    wanted: dict[str, bytes] | None = None
    tried = same = 0
    for number, (seed, locale, zone, threads, block) in enumerate(environments()):
        folder = project / f"somewhere {number}" / "其他"
        folder.mkdir(parents=True)
        mini_project(folder)
        (folder / "map.geojson").write_text(MAP, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", DRIVER, str(block), str(threads), "score", "-c", "assessment.yaml", "-q", "--out",
             "run", "--map", "map.geojson", "--format", ",".join(RENDERERS)],
            cwd=folder, check=False, capture_output=True,
            env=environment({"PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "TZ": zone}),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        made = tree(folder / "run")
        wanted = wanted or made
        tried += len(wanted)
        same += sum(made.get(name) == content for name, content in wanted.items())
        assert made.keys() == wanted.keys()
    assert wanted is not None
    assert same == tried
    kinds = sorted({Path(name).suffix for name in wanted} - {""})
    figure(f"determinism: {tried // len(wanted)} environments x {len(wanted)} files ({', '.join(kinds)}): "
           f"identical {same}/{tried}")  # fmt: skip


def test_the_folder_a_batch_is_named_from(project: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """From another folder, by another path: the same bytes in every file of the batch."""
    cities = project / "cities"
    cities.mkdir()
    shutil.copy("data.csv", cities / "a.csv")
    (cities / "b.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    call = ("--workers", "0", "-q")
    assert inside("batch", "cities", "-f", "mini.yaml", "--out", "one", *call).code == 1
    (project / "elsewhere").mkdir()
    monkeypatch.chdir(project / "elsewhere")
    assert (
        inside("batch", "../cities", "-f", str(project / "mini.yaml"), "--out", str(project / "two"), *call).code == 1
    )
    assert tree(project / "one") == tree(project / "two")


@pytest.mark.parametrize("weights", ["given", "entropy", "equal"])
def test_order_of_rows(weights: str, project: Path, inside: Inside) -> None:
    """The JSON of a run is sorted: rows in another order change no byte of it."""
    source = ROOT / "sample_data" / "communities.csv"
    head, *rows = source.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    orders = {"as it is": rows, "reversed": rows[::-1], "every third": rows[::3] + rows[1::3] + rows[2::3]}
    made = {}
    for name, ordered in orders.items():
        (project / "rows.csv").write_text("".join([head, *ordered]), encoding="utf-8")
        ran = inside("score", "rows.csv", "-f", "toe", "--weights", weights, "--json", "-q")
        assert ran.code == 0
        content = json.loads(ran.out)
        content.pop("findings")  # they name rows
        made[name] = json.dumps(content)
    assert len(set(made.values())) == 1
    figure(f"determinism: {len(orders)} orders of rows, weights {weights}: identical JSON")
