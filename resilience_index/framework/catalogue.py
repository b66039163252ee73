"""What is shipped: frameworks, the dictionary and the sample data, in a checkout or in a wheel."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from resilience_index.errors import UnknownNameError
from resilience_index.findings import did_you_mean
from resilience_index.methods.checking import suggestion

EXAMPLES = "examples"
"""The folder of the example frameworks in that of the indicators."""
ALL = "all"


@functools.cache
def shipped_folder(name: str) -> Path:
    """The folder ``indicators`` or ``sample_data``: inside a wheel, beside the package in a checkout."""
    package = Path(str(resources.files("resilience_index")))
    inside = package / "shipped" / name
    return inside if inside.is_dir() else package.parent / name


def dictionary_path() -> Path:
    """The shipped dictionary."""
    return shipped_folder("indicators") / "dictionary.yaml"


def framework_paths() -> dict[str, Path]:
    """Shipped frameworks by id, in the order of their names."""
    folder = shipped_folder("indicators")
    return {path.stem: path for path in sorted(folder.glob("*.yaml")) if path.name != "dictionary.yaml"}


def example_paths() -> dict[str, Path]:
    """Shipped example frameworks, each a published kind of index, by id; their data stand beside them as CSV."""
    return {path.stem: path for path in sorted((shipped_folder("indicators") / EXAMPLES).glob("*.yaml"))}


def expanded(said: Sequence[str]) -> list[str]:
    """The frameworks that are named, one named twice too; ``all`` stands for every shipped one."""
    return [name for word in said for name in (framework_paths() if word == ALL else [word])]


def path_of(name: str) -> Path:
    """Where a framework is; a name that is none stands for itself."""
    known = framework_paths() | example_paths()
    try:
        return (known[name] if name in known else Path(name)).resolve()
    except (OSError, ValueError):
        return Path(name)


def is_path(name: str) -> bool:
    """Whether a framework is named by the path of its file rather than by its id."""
    return name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name


def find_framework(name: str) -> tuple[Path, str]:
    """The file of a framework given by id or by path, and the name findings show for it.

    An example is named by its id too, or as ``examples/svi``; a file of that path comes first.

    Raises ``UnknownNameError`` RI008 with the closest known id.
    """
    folder, _, short = name.rpartition("/")
    if folder == EXAMPLES and not _exists(name) and short in example_paths():
        name = short
    if is_path(name):
        return Path(name), name
    known, examples = framework_paths(), example_paths()
    if name in known:
        return known[name], f"{name}.yaml"
    if name in examples:
        return examples[name], f"{EXAMPLES}/{name}.yaml"
    if _exists(name):
        return Path(name), name
    raise UnknownNameError(
        "RI008", kind={"zh": "框架", "en": "framework"}, name=name, known=list(known),
        suggestion=did_you_mean(suggestion(name, [*known, *examples])),
    )  # fmt: skip


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # no system takes such a name: then no file has it
        return False
