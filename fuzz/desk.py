"""The folder that inputs are read in: small files of every kind beside the one that is mutated, and their seeds."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import packages

ROOT = Path(__file__).resolve().parents[1]
BAD_FILES = ROOT / "tests" / "bad_files"
SAMPLE = ROOT / "sample_data"

FRAMEWORK = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小框架, en: Mini framework}
defaults: {normalize: goalposts, aggregate: arithmetic}
grades:
  - {id: A, min: 60, title: {zh: 优, en: Good}}
  - {id: B, min: 0, title: {zh: 中, en: Fair}}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: people
      title: {zh: 人, en: People}
      weight: 2
      children:
        - {id: visits, title: {zh: 走访, en: Rate}, unit: "%", range: [0, 100], direction: benefit, goalposts: [0, 100]}
        - {id: minutes, title: {zh: 响应时长, en: Minutes}, unit: min, direction: cost, goalposts: [60, 0]}
    - {id: events, title: {zh: 活动, en: Events}, weight: 1, direction: benefit, goalposts: [0, 10]}
"""
RICH = """\
schema: resilience-index/framework/1
id: rich
version: 0.1.0
title: {zh: 各种写法, en: All manner of keys}
defaults:
  normalize: {method: minmax, within: period}
  aggregate: {method: geometric, zero: {floor: 0.01}}
  weights: entropy
  missing: {policy: available, min_coverage: 0.5}
  round: {digits: 4, mode: half_up}
ranks: {ties: min}
grades:
  - {id: A, min: 60, title: {zh: 优, en: Good}}
  - {id: B, min: 0, title: {zh: 中, en: Fair}}
red_lines:
  - {indicator: minutes, op: ">=", value: 50, cap: B, reason: {zh: 太慢, en: Too slow}}
gates:
  - id: gate_events
    indicator: events
    op: ">"
    value: 0
    state: {id: none, title: {zh: 不予认定, en: Not admitted}}
    reason: {zh: 须有活动, en: There must be events}
flags:
  - {id: full_marks, node: index, op: ">=", value: 100}
recommendations:
  path_one: {title: {zh: 路径, en: Path}, text: {zh: 多走访, en: Visit more}}
diagnosis:
  basis: assumption
  rules:
    - id: slow
      kind: below
      items: [minutes]
      raw: {op: ">=", value: 40}
      title: {zh: "{item}慢", en: "{item} is slow"}
      text: {zh: "“{item}”为 {value}，达到 {threshold}。", en: "{item} stands at {value}, and {threshold} is too slow."}
      source: "001"
      paths: [path_one]
  actions:
    - {id: act, items: [visits], text: {zh: 走访, en: Visit}, source: "001", changeable: medium, path: path_one}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: people
      title: {zh: 人, en: People}
      aggregate: {method: power, p: 0.5}
      children:
        - id: visits
          title: {zh: 走访, en: Rate}
          unit: "%"
          range: [0, 100]
          direction: benefit
          goalposts: [0, 100]
          treat: {method: winsorize, max_points: 5}
          fill: mean
          tokens: ["-9"]
        - {id: minutes, title: {zh: 响应时长, en: Minutes}, unit: min, direction: cost, goalposts: [60, 0]}
    - {id: events, title: {zh: 活动, en: Events}, direction: benefit, normalize: percentile_rank, invert: false}
"""
DATA = """\
community_id,community,district,period,visits,minutes,events
001,东社区,甲区,2024,50,30,5
002,西社区,甲区,2024,80,10,2
003,南社区,乙区,2024,90,5,10
004,北社区,乙区,2024,20,45,1
001,东社区,甲区,2025,55,30,5
002,西社区,甲区,2025,85,10,2
003,南社区,乙区,2025,95,5,10
004,北社区,乙区,2025,25,,1
"""
LONG = """\
community_id,community,period,indicator,value
001,东社区,2024,visits,50
001,东社区,2024,minutes,30
001,东社区,2024,events,5
002,西社区,2024,visits,80
002,西社区,2024,minutes,10
002,西社区,2024,events,2
"""
JUDGMENTS = """\
schema: resilience-index/judgments/1
experts:
  - id: E1
    comparisons:
      index: {people/events: 3}
      people: {visits/minutes: 1/2}
  - id: E2
    weight: 2
    comparisons:
      index: {people/events: 5}
      people: {visits/minutes: 9}
"""
ASSESSMENT = """\
schema: resilience-index/assessment/1
title: {zh: 小评估, en: Small assessment}
framework: mini.yaml
data: data.csv
columns: {id: community_id, name: community, period: period, groups: [district]}
weights: {method: combine, rule: linear, alpha: 0.5, subjective: ahp, objective: entropy}
judgments: judgments.yaml
period: "2025"
by: district
outputs: []
schemes:
  even: {weights: equal}
  other: {weights: {method: combine, rule: product, subjective: given, objective: critic}, normalize: minmax}
"""
BATCH = """\
schema: resilience-index/batch/1
frameworks: [mini.yaml]
settings: {weights: given}
items:
  - {id: one, data: data.csv, settings: {period: "2024"}}
  - {data: [data.csv], frameworks: [mini.yaml], settings: {period: "2025", encoding: utf-8, accept_errors: true}}
"""
BATCH_CSV = """\
id,data,framework,period,weights
one,data.csv,mini.yaml,2024,entropy
two,data.csv,mini.yaml,2025,equal
"""
DICTIONARY = """\
schema: resilience-index/dictionary/1
indicators:
  visits:
    title: {zh: 走访率, en: Share of households visited}
    unit: "%"
    range: [0, 100]
    direction: benefit
    goalposts: [0, 100]
  minutes:
    title: {zh: 响应时长, en: Minutes to respond}
    unit: min
    direction: cost
    goalposts: [60, 0]
  events:
    title: {zh: 活动, en: Events}
    direction: benefit
    goalposts: [0, 10]
"""
BY_DICTIONARY = """\
schema: resilience-index/framework/1
id: short
version: 1.0.0
title: {zh: 短框架, en: Short framework}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children: [visits, minutes, events]
"""
OTHER_JUDGMENTS = """\
schema: resilience-index/judgments/1
experts:
  - id: E1
    group: 政府
    best_worst:
      index: {best: people, worst: events, best_to_others: {events: 3}, others_to_worst: {people: 3}}
      people: {best: visits, worst: minutes, best_to_others: {minutes: 2}, others_to_worst: {visits: 2}}
    points: {index: {people: 60, events: 40}, people: {visits: 50, minutes: 50}}
    ranks: {index: {people: 1, events: 2}, people: {visits: 1, minutes: 1}}
    swing: {index: {people: 100, events: 50}, people: {visits: 100, minutes: 10}}
    comparisons: {index: {people/events: 2}, people: {visits/minutes: 3}}
"""
FILES = {
    "mini.yaml": FRAMEWORK, "rich.yaml": RICH, "data.csv": DATA, "judgments.yaml": JUDGMENTS,
    "assessment.yaml": ASSESSMENT, "short/short.yaml": BY_DICTIONARY, "short/dictionary.yaml": DICTIONARY,
}  # fmt: skip


def table_for(framework: Any) -> str:
    """A table of five communities for any framework, its values inside the ranges."""
    import csv

    stream = io.StringIO()
    writer = csv.writer(stream)
    columns = [*(leaf.indicator for leaf in framework.leaves), *framework.denominators]
    writer.writerow(["community_id", "community", "period", *(column.id for column in columns)])
    for row in range(5):
        cells = []
        for at, column in enumerate(columns):
            low, high = column.range or (0, 100)
            share = (row * 3 + at * 2) % 5 / 4
            cells.append(repr(float(low + share * (high - low))) if (row + at) % 7 else "")
        writer.writerow([f"{row:03}", f"社区{row}", 2024 + row % 2, *cells])
    return stream.getvalue()


def lay_out(folder: Path) -> None:
    """Write the small files, the messy framework, two runs, a packed bundle, keys and a signature; go there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.chdir(folder)
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(BAD_FILES / "framework.yaml", folder / "messy.yaml")


def runs() -> None:
    """Two runs in ``one`` and ``two``, the second a bundle (beside it ``two.zip``) that ``a.key`` has signed."""
    from resilience_index.audit import archive, bundle, manifest, signing
    from resilience_index.framework.assessment import load_assessment
    from resilience_index.runs import folder as run_folder
    from resilience_index.scoring import assess

    private, public, _ = signing.keygen(Path("a"))
    shutil.copy(public, "trusted.pub")
    key, _ = signing.load_private(private)
    for name, options in (("one", assess.Options()), ("two", assess.Options(scheme="other"))):
        work = assess.job(assessment=load_assessment("assessment.yaml"), options=options)
        work = assess.with_outputs(work, (), "en", said=True)
        run_folder.write(assess.assess(work), work, Path(name), formats=(), language="en", bundle=name == "two")
    signed = signing.sign(Path("two"), key, next(iter(bundle.ROLES)), "A. Uditor")
    names = [item["name"] for item in json.loads(Path("two", manifest.FILE).read_bytes())["subject"]]
    archive.pack(Path("two"), [*names, manifest.FILE, signed], Path("two.zip"))


def of_folder(folder: Path) -> bytes:
    """The files of a run as a package."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return packages.packed([(name, (folder / name).read_bytes()) for name in names])


# --- seeds


def texts(*contents: str) -> list[bytes]:
    """Seeds that are written here."""
    return [content.encode() for content in contents]


def files(folder: Path, *patterns: str, most: int = 1 << 16) -> list[bytes]:
    """Seeds that are files of the project, up to a size."""
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    return [path.read_bytes() for path in found if path.stat().st_size <= most]


def tables() -> list[bytes]:
    """Tables as texts, in several encodings."""
    small = [DATA, LONG, DATA.replace(",", "\t"), DATA.replace(",", ";"), DATA.replace("\n", "\r\n")]
    return [
        *texts(*small), DATA.encode("utf-16"), DATA.encode("gb18030"), DATA.encode("utf-8-sig"),
        *files(BAD_FILES, "*.csv", "*.txt"),
    ]  # fmt: skip


def workbooks() -> list[bytes]:
    """Tables as workbooks: plain, with types, and a filled data-entry workbook."""
    from resilience_index.data.sheets.template import workbook
    from resilience_index.framework.loading import load_framework

    return [*files(BAD_FILES, "*.xlsx"), _plain_workbook(), workbook([load_framework("mini.yaml")], language="zh")]


def _plain_workbook() -> bytes:
    import datetime

    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": True})
    sheet = book.add_worksheet("data")
    for row, line in enumerate(DATA.splitlines()):
        for column, text in enumerate(line.split(",")):
            sheet.write(row, column, text) if row and column > 2 else sheet.write_string(row, column, text)
    sheet.write_datetime(3, 3, datetime.datetime(2024, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
    sheet.write_number(2, 4, 0.8, book.add_format({"num_format": "0.0%"}))
    sheet.write_formula(4, 5, "=1+4", None, 5)
    sheet.write_boolean(5, 6, True)
    sheet.write_rich_string(6, 1, "东", book.add_format({"bold": True}), "社区")
    sheet.merge_range(7, 1, 8, 1, "并")
    sheet.write_comment(1, 1, "注")
    book.add_worksheet("空")
    book.close()
    return stream.getvalue()


def parquets() -> list[bytes]:
    """Tables as Parquet files."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    frames = [pd.read_csv(io.StringIO(text), dtype={"community_id": str, "period": str}) for text in (DATA, LONG)]
    found = []
    for frame in frames:
        for options in ({}, {"compression": "none", "use_dictionary": False}, {"row_group_size": 3, "version": "1.0"}):
            stream = io.BytesIO()
            pq.write_table(pa.Table.from_pandas(frame), stream, **options)
            found.append(stream.getvalue())
    return found


def surveys() -> list[bytes]:
    """Surveys of the small framework: blank and filled in, in every form."""
    from resilience_index.data.survey import questionnaire
    from resilience_index.data.survey_form import FORMS
    from resilience_index.framework.loading import load_framework

    framework = load_framework("mini.yaml")
    blank = [questionnaire(framework, form=form, language=language) for form in FORMS for language in ("zh", "en")]
    return [*blank, *map(_filled, blank), (SAMPLE / "surveys" / "E01.xlsx").read_bytes()]


def _filled(content: bytes) -> bytes:
    """A survey whose answer cells hold the first choices of its lists; a plain one where that is not easily done."""
    import re

    from resilience_index.data.survey_words import choices, degrees

    parts = packages.members(content) or []
    text = (choices("zh")[4], degrees("zh")[2])
    done = []
    for name, part in parts:
        if re.fullmatch(r"xl/worksheets/sheet[2-5]\.xml", name):
            inline = f'<c r="\\1" t="inlineStr"><is><t>{text[len(done) % 2]}</t></is></c>'.encode()
            part = re.sub(rb'<c r="([DE]\d+)"[^>]*/>', inline, part)  # noqa: PLW2901
        done.append((name, part))
    return packages.packed(done, 8)


def geojson() -> list[bytes]:
    """Areas of the communities."""
    ring = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.1], [120.0, 30.0]]
    features = [
        {
            "type": "Feature",
            "properties": {"community_id": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name in ("001", "002")
    ]
    features.append({"type": "Feature", "id": "003", "properties": {"name": "南社区"},
                     "geometry": {"type": "MultiPolygon", "coordinates": [[ring], [ring]]}})  # fmt: skip
    features.append(
        {"type": "Feature", "id": 4, "properties": None, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    )
    return [json.dumps({"type": "FeatureCollection", "features": features}).encode()]


def keys() -> list[bytes]:
    """Keys of several kinds, and the signature of the bundle."""
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import ec, x25519

    plain = forms.NoEncryption()
    others: Sequence[Any] = (ec.generate_private_key(ec.SECP256R1()), x25519.X25519PrivateKey.generate())
    found = [Path(name).read_bytes() for name in ("a.key", "a.pub")]
    for key in others:
        found.append(key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, plain))
        found.append(key.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo))
    locked = forms.BestAvailableEncryption(b"x")
    found.append(others[1].private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, locked))
    return found


def journals() -> list[bytes]:
    """A journal of two items, one of them failed."""
    from resilience_index.audit.journal import FILE, Entry, Journal

    book = Journal(Path(FILE))
    about = {"units": 4, "periods": ["2024"], "mean": 51.5}
    book.add(Entry("one-1/mini", "done", "k1", manifest="0" * 64, archive=None, about=about))
    book.add(
        Entry(
            "two-2/mini", "failed", "", 1, findings=[{"code": "RI201", "message": {"zh": "甲", "en": "a"}}], counted=1
        )
    )
    book.close()
    return [Path(FILE).read_bytes()]


def baselines() -> list[bytes]:
    """Baselines of relative methods."""
    from resilience_index.scoring import assess, baseline

    found = []
    for name, weights in (("rich.yaml", "entropy"), ("mini.yaml", "entropy"), ("mini.yaml", "given")):
        table = assess.read_data("data.csv", name)
        found.append(baseline.text(assess.score(table, name, weights=weights)))
    return found


def flags() -> list[bytes]:
    """Methods as they are written after an option, each after the kind it is of; some with parameters."""
    from resilience_index.methods import registry

    plain = [f"{kind} {name}" for kind in OPTIONS for name in registry.names(kind)]
    return texts(*plain, *WITH_PARAMETERS)


OPTIONS = ("weights", "normalize", "aggregate", "missing", "fill", "treat", "grading")
WITH_PARAMETERS = (
    "weights entropy:scope=siblings,shift=0.01",
    "weights combine:rule=linear,alpha=0.5,subjective=ahp,objective=critic",
    "weights ahp:group=priorities,priority=geometric", "normalize goalposts:clip=false,transform=log",
    "normalize minmax:to=[0,1],within=period", "normalize percentile_rank:ties=average", "normalize zscore:clip=[-3,3]",
    "aggregate power:p=0.5", "aggregate vikor:v=0.2", "missing available:min_coverage=0.5",
    "fill group_mean:by=district",
    "fill knn:k=2", "treat winsorize:max_points=5,test=false", "treat iqr:factor=0.1", "treat log:test=false",
    "grading quantile:shares=[0.4,0.6]", "grading mean_sd:steps=[1]",
)  # fmt: skip
