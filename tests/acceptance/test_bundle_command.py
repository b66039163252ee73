"""``score --bundle``: what a run was made from travels with it, and the same run is the same bytes."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from acceptance_tools import Inside, mini_project, tree

from resilience_index.audit import inputs

CALL = ("score", "-c", "assessment.yaml", "-q", "--format", "none", "--out", "run")
SOURCES = {
    "inputs/data/1.csv": "data.csv", "inputs/framework.yaml": "mini.yaml",
    "inputs/judgments.yaml": "judgments.yaml", "inputs/assessment.yaml": "assessment.yaml",
}  # fmt: skip


def manifest(run: Path) -> dict[str, object]:
    return json.loads((run / "manifest.json").read_bytes())  # type: ignore[no-any-return]


def files(run: Path) -> set[str]:
    return {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}


def test_a_bundle_holds_what_went_in_byte_for_byte(project: Path, inside: Inside) -> None:
    assert inside(*CALL, "--bundle", "folder").code == 0
    for member, name in SOURCES.items():
        assert (project / "run" / member).read_bytes() == (project / name).read_bytes(), member
    said = manifest(project / "run")
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    named = {item["name"] for item in said["subject"]}  # type: ignore[attr-defined]
    assert named | {"manifest.json"} == files(project / "run")
    for item in said["subject"]:  # type: ignore[attr-defined]
        assert inputs.file_digest(project / "run" / item["name"]) == item["digest"]["sha256"]


def test_without_data_the_manifest_has_its_digest(project: Path, inside: Inside) -> None:
    assert inside(*CALL, "--bundle-without-data").code == 0
    assert not (project / "run/inputs/data").exists()
    predicate = manifest(project / "run")["predicate"]
    assert predicate["bundle"] == {"data": "left_out"}  # type: ignore[index]
    source = predicate["sources"][0]  # type: ignore[index]
    assert source == {"role": "data", "name": "data.csv", "label": "data.csv", "member": None}
    digests = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}  # type: ignore[index]
    assert digests["data.csv"] == inputs.file_digest(project / "data.csv")


def test_the_assessment_may_ask_for_it(project: Path, inside: Inside) -> None:
    with (project / "assessment.yaml").open("a") as stream:
        stream.write("bundle: zip\nbundle_without_data: true\n")
    assert inside(*CALL).code == 0
    assert (project / "run.zip").is_file()
    assert not (project / "run/inputs/data").exists()
    assert inside("verify", "run.zip").code == 0
    assert inside(*CALL[:1], *CALL[1:4], "--format", "none", "--out", "other", "--bundle", "folder").code == 0
    assert not (project / "other.zip").exists()


def test_the_same_run_is_the_same_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: Inside) -> None:
    """In another folder, after other files: the same bytes, and members of one fixed time."""
    found = []
    for name in ("one", "another place"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(mini_project(tmp_path / name))
        assert inside(*CALL, "--bundle", "zip").code == 0
        found.append((tmp_path / name / "run.zip").read_bytes())
    assert found[0] == found[1]
    with zipfile.ZipFile(tmp_path / "one/run.zip") as archive:
        infos = archive.infolist()
        assert {info.filename for info in infos} == files(tmp_path / "one/run")
        assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
        assert [info.filename for info in infos] == sorted(info.filename for info in infos)


def test_a_plain_run_in_its_place_leaves_nothing_behind(project: Path, inside: Inside) -> None:
    """Data, assessment and signatures of the earlier bundle go."""
    assert inside(*CALL[:-1], "plain").code == 0
    assert inside(*CALL, "--bundle", "folder").code == 0
    assert inside("keygen", "k").code == 0
    assert inside("sign", "run", "--key", "k.key", "--role", "auditor").code == 0
    assert inside(*CALL).code == 0
    assert tree(project / "run") == tree(project / "plain")


def test_nothing_but_a_bundle_is_written_over(project: Path, inside: Inside) -> None:
    (project / "run.zip").write_bytes(b"something else")
    ran = inside(*CALL, "--bundle", "zip")
    assert (ran.code, "RI561" in ran.err) == (2, True)
    assert (project / "run.zip").read_bytes() == b"something else"
    assert not (project / "run").exists()
    (project / "run.zip").unlink()
    for _ in range(2):
        assert inside(*CALL, "--bundle", "zip").code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--bundle", "tar", "--out", "x"], "RI008"),
        (["--bundle", "zip"], "RI009"),
        (["--bundle-without-data"], "RI009"),
    ],
)
def test_refusals(arguments: list[str], code: str, project: Path, inside: Inside) -> None:
    ran = inside("score", "data.csv", "-f", "mini.yaml", *arguments)
    assert (ran.code, code in ran.err) == (2, True)
    assert not (project / "x").exists()


def test_personal_data_do_not_travel(project: Path, inside: Inside) -> None:
    """They may be read when that is allowed; the file itself stays."""
    path = project / "data.csv"
    path.write_text(path.read_text("utf-8").replace("东社区", "东社区 13800138000"), "utf-8")
    call = ("score", "data.csv", "-f", "mini.yaml", "-q", "--allow-personal-data", "--out", "run")
    ran = inside(*call, "--bundle", "folder")
    assert (ran.code, "RI560" in ran.err) == (2, True)
    assert not (project / "run").exists()
    assert inside(*call, "--bundle-without-data").code == 0
    assert all(b"13800138000" not in content for content in tree(project / "run").values())
    ran = inside("verify", "run", "-v")
    assert (ran.code, "RI577" in ran.err) == (0, True)
    assert inside("verify", "run", "--data", "data.csv").code == 0


def test_several_frameworks_and_files(project: Path, inside: Inside) -> None:
    """A bundle for each framework; names that are alike, a workbook's place taken by several files."""
    text = (project / "mini.yaml").read_text("utf-8")
    (project / "other.yaml").write_text(text.replace("id: mini", "id: other"), "utf-8")
    rows = (project / "data.csv").read_text("utf-8").splitlines(keepends=True)
    for name, part in (("2024", rows[1:5]), ("2025", rows[5:])):
        (project / name).mkdir()
        (project / name / "data.csv").write_text("".join([rows[0], *part]), "utf-8")
    data = ("2024/data.csv", "2025/data.csv")
    ran = inside("score", *data, "-f", "mini.yaml", "-f", "other.yaml", "-q", "--bundle", "zip", "--out", "all")
    assert ran.code == 0, ran.err
    for name in ("mini", "other", "mini.zip", "other.zip"):
        found = inside("verify", f"all/{name}", "--json")
        assert found.code == 0, found.out
        assert json.loads(found.out)["levels"][2]["from"] == "data"
    assert (project / "all/mini/inputs/data/2.csv").read_bytes() == (project / data[1]).read_bytes()
    assert inside("verify", "all").code == 0  # all of them together


def test_data_from_the_standard_input(project: Path, inside: Inside) -> None:
    content = (project / "data.csv").read_bytes()
    call = ("score", "-", "-f", "mini.yaml", "-q", "--bundle", "folder", "--out", "run")
    assert inside(*call, stdin=content).code == 0
    assert (project / "run/inputs/data/1.csv").read_bytes() == content
    assert inside("verify", "run").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["sample_data/communities.csv", "-f", "toe", "--period", "2025", "--by", "district"],
        ["-c", "sample_data/assessment.yaml"],
        ["sample_data/communities.csv", "-f", "sfic", "--weights", "critic", "--fill", "group_mean:by=district"],
    ],
    ids=str,
)
def test_the_sample_in_a_bundle(arguments: list[str], tmp_path: Path, inside: Inside) -> None:
    root = Path(__file__).parents[2]
    said = [str(root / item) if item.startswith("sample") else item for item in arguments]
    assert inside("score", *said, "-q", "--bundle", "zip", "--out", str(tmp_path / "run")).code == 0
    away = tmp_path / "elsewhere.zip"
    shutil.move(tmp_path / "run.zip", away)
    found = json.loads(inside("verify", str(away), "--json").out)
    assert found["verified"]
    assert found["levels"][2]["same"] == found["levels"][2]["compared"]
    assert len(found["levels"][2]["same"]) == 9


def test_schemes_and_baselines(project: Path, inside: Inside) -> None:
    with (project / "assessment.yaml").open("a", encoding="utf-8") as stream:
        stream.write("schemes:\n  flat: {title: {zh: 等权, en: Flat}, weights: equal}\n  steep: {weights: entropy}\n")
    ran = inside(*CALL[:-1], "one", "--scheme", "flat", "--bundle", "folder")
    assert ran.code == 0, ran.err
    assert inside("verify", "one").code == 0
    assert inside(*CALL[:-1], "both", "--scheme", "all", "--bundle", "folder").code == 0
    assert inside("verify", "both/flat").code == 0
    minmax = ("score", "data.csv", "-f", "mini.yaml", "--normalize", "minmax", "-q")
    assert inside(*minmax, "--save-baseline", "base.json").code == 0
    assert inside(*minmax, "--baseline", "base.json", "--bundle", "folder", "--out", "later").code == 0
    ran = inside("verify", "later")
    assert ran.code == 0, ran.err
