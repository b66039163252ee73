"""The rules of the house, read from the source: who may import what, and who may do what.

Each exception is listed with its reason; one that is no longer needed makes its test fail as well.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import resilience_index
from resilience_index.findings import CATALOGUE
from resilience_index.methods import registry

PACKAGE = Path(resilience_index.__file__).parent
TESTS = Path(__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE = 500

_BASE = {"errors"}
_MIDDLE = _BASE | {"files", "findings", "folding", "methods"}
_SCORING = _MIDDLE | {"framework", "data", "scoring"}
# Which rooms a room may import from, besides itself.
LAYERS: dict[str, set[str]] = {
    "errors": set(),
    "files": _BASE,
    "findings": _BASE,
    "folding": set(),
    "methods": _BASE,  # neither findings nor files: numbers know nothing of messages and disks
    "framework": _MIDDLE,
    "data": _MIDDLE | {"framework"},
    "scoring": _MIDDLE | {"framework", "data"},
    "audit": _SCORING,
    "analysis": _SCORING | {"audit"},  # explains a finished run, which audit reads
    "report": _SCORING | {"audit", "analysis"},
    "runs": _SCORING | {"audit", "analysis", "report"},
    "cli": _SCORING | {"audit", "analysis", "report", "runs"},
    "__main__": {"cli"},
}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@functools.cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


@functools.cache
def imports_of(path: Path) -> tuple[str, ...]:
    """Every module a file imports, also inside functions and for type checks; names imported from a
    package count as modules of it."""
    found = []
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def modules_of(path: Path, *wanted: str) -> set[str]:
    """Those of the wanted modules that a file imports, or imports from."""
    return {name for name in wanted for found in imports_of(path) if found == name or found.startswith(name + ".")}


@functools.cache
def calls_of(path: Path) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with the name that is called (the last part of it)."""
    found = []
    for node in nodes_of(path):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                found.append((node, function.attr))
            elif isinstance(function, ast.Name):
                found.append((node, function.id))
    return tuple(found)


def test_the_tests_look_at_the_whole_package():
    rooms = {room_of(path) for path in FILES} - {"__init__", "_version"}
    assert rooms == set(LAYERS)


# --- who may import whom


def test_rooms_import_only_what_stands_before_them():
    upwards = []
    for path in FILES:
        room = room_of(path)
        if room == "__init__":  # the lazy public names, for type checkers
            continue
        for found in imports_of(path):
            package, _, module = found.partition(".")
            other = module.split(".")[0]
            if package == "resilience_index" and other not in {"_version", room, *LAYERS[room]}:
                upwards.append(f"{name_of(path)} imports {found}")
    assert upwards == []


def test_the_layers_have_no_way_back():
    order = list(LAYERS)
    for room, allowed in LAYERS.items():
        assert all(order.index(other) < order.index(room) for other in allowed), room


def test_importing_the_package_itself_imports_none_of_its_rooms():
    top = [node for node in tree_of(PACKAGE / "__init__.py").body if isinstance(node, (ast.Import, ast.ImportFrom))]
    modules = {node.module for node in top if isinstance(node, ast.ImportFrom)}
    assert {module for module in modules if module and module.startswith("resilience_index")} == {
        "resilience_index._version"
    }


METHODS_MAY_IMPORT = {
    "__future__",
    "abc",
    "bisect",
    "collections",
    "dataclasses",
    "decimal",
    "difflib",
    "fractions",
    "functools",
    "itertools",
    "math",
    "numpy",
    "operator",
    "re",
    "resilience_index",
    "scipy",
    "types",
    "typing",
}


@pytest.mark.parametrize("path", [path for path in FILES if room_of(path) == "methods"], ids=name_of)
def test_methods_are_pure(path: Path):
    """No input or output, no clock, no printing, no random state that is shared."""
    assert {found.split(".")[0] for found in imports_of(path)} <= METHODS_MAY_IMPORT
    called = {name for _, name in calls_of(path)}
    assert not called & {
        "print",
        "open",
        "input",
        "exec",
        "eval",
        "breakpoint",
        "seed",
        "loadtxt",
        "save",
        "tofile",
        "fromfile",
    }


@pytest.mark.parametrize("name", ["registry", "checking"])
def test_the_registry_of_methods_imports_no_numerical_code(name):
    assert not modules_of(PACKAGE / "methods" / f"{name}.py", "numpy", "scipy", "pandas")


_GENERATORS = {"Generator", "SeedSequence", "PCG64", "Philox", "BitGenerator", "default_rng"}


def test_nobody_uses_shared_random_state():
    for path in FILES:
        assert not modules_of(path, "random"), name_of(path)
        for node in nodes_of(path):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "random"
            ):
                assert node.attr in _GENERATORS, f"{name_of(path)}:{node.lineno}"
        for call, name in calls_of(path):
            assert name != "default_rng" or call.args or call.keywords, f"{name_of(path)}:{call.lineno}: no seed"


def users(*modules: str) -> set[str]:
    return {name_of(path) for path in FILES if modules_of(path, *modules)}


TERMINAL = {
    "report/terminal/scores.py",
    "report/terminal/change.py",
    "report/terminal/diagnosis.py",
    "report/terminal/framework.py",
    "report/terminal/comparison.py",
    "report/terminal/console.py",
    "report/terminal/explanation.py",
}
"""The renderers of the terminal: they print on the console that a command gave them."""


def test_rich_is_for_the_terminal_only():
    assert {name for name in users("rich") if not name.startswith("cli/")} == TERMINAL


def test_typer_and_click_are_for_commands_only():
    assert users("typer", "click")
    assert all(name.startswith("cli/") for name in users("typer", "click"))


def test_yaml_is_read_in_one_place():
    assert users("yaml") == {"framework/yaml_strict.py"}


# Modules that take tables apart, and who besides the data room uses them for what.
TABLE_MODULES = ("csv", "pyarrow.csv", "openpyxl", "python_calamine", "xlrd")
TABLES = {
    ("analysis/explain.py", "csv"): "reads the scores.csv that a run of ours wrote",
    ("audit/differences.py", "csv"): "compares tables that runs of ours wrote",
    ("report/export/tables.py", "csv"): "writes one header line",
    ("report/export/tables.py", "pyarrow.csv"): "writes scores.csv and weights.csv",
}


def test_only_the_data_room_reads_cells():
    found = {
        (name_of(path), module)
        for path in FILES
        for module in modules_of(path, *TABLE_MODULES)
        if room_of(path) != "data"
    }
    assert found == set(TABLES)
    readers = {
        f"{name_of(path)}: {name}"
        for path in FILES
        for _, name in calls_of(path)
        if room_of(path) != "data" and re.fullmatch("read_(csv|excel|table|fwf|html|clipboard)", name)
    }
    # read_table is the function of the data room; pandas has one of that name.
    assert {item for item in readers if not item.endswith(": read_table")} == set()


# Calls that put something on a disk, and who besides files.py makes them why.
WRITING_CALLS = {
    "write_text",
    "write_bytes",
    "to_csv",
    "to_excel",
    "to_parquet",
    "to_pickle",
    "savez",
    "save",
    "tofile",
    "ParquetWriter",
    "write_table",
    "write_parquet",
    "Workbook",
    "mkstemp",
    "mkdtemp",
    "NamedTemporaryFile",
    "TemporaryDirectory",
    "touch",
    "symlink_to",
    "hardlink_to",
    "rename",
    "rmtree",
    "copyfile",
    "copytree",
    "copy2",
    "move",
}
WRITERS = {
    "runs/folder.py": "fills the paths atomic_path gives, in a folder beside the target that is moved into place",
    "report/renderers.py": "fills the paths atomic_path gives to runs/folder.py",
    "report/document/docx.py": "python-docx's document, in memory",
    "report/document/docx_base.py": "python-docx's document, in memory",
    "report/document/pdf.py": "puts the pictures of a user's templates into a temporary folder, for typst",
    "data/sheets/parts.py": "xlsxwriter's workbook, in memory, or on the path atomic_path gave to runs/folder.py",
    "audit/archive.py": "unpacks an archive into a temporary folder; packs through files.write_atomic",
    "audit/bundle.py": "fills the paths atomic_path gave to runs/folder.py",
    "audit/rebuild.py": "copies the files of a run into a temporary folder, to read them under their names",
    "audit/signing.py": "writes keys that must not be there yet, private from their first byte on",
    "runs/report.py": "moves a folder that was made aside into place",
    "runs/recheck.py": "makes a run again in a temporary folder",
    "audit/inputs.py": "fills the paths atomic_path gave to runs/folder.py",
    "audit/trace.py": "pyarrow's Parquet writer, on the path atomic_path gave to runs/folder.py",
    "cli/streams.py": "points standard streams at the null device when nobody reads them",
}


def writes(path: Path) -> Iterator[str]:
    for call, name in calls_of(path):
        if name in WRITING_CALLS:
            yield f"{name_of(path)}:{call.lineno} {name}"
        elif name == "open":
            texts = [
                item.value for item in ast.walk(call) if isinstance(item, ast.Constant) and isinstance(item.value, str)
            ]
            flags = [item.attr for item in ast.walk(call) if isinstance(item, ast.Attribute)]
            modes = [text for text in texts if re.fullmatch("[rwaxbt+]{1,4}", text)]
            if any(set(mode) & set("wax+") for mode in modes) or any(
                flag.startswith(("O_WR", "O_RDW")) for flag in flags
            ):
                yield f"{name_of(path)}:{call.lineno} open"


def test_files_are_written_in_one_place():
    found = {name_of(path): list(writes(path)) for path in FILES}
    assert found.pop("files.py")
    unlisted = {name: places for name, places in found.items() if places and name not in WRITERS}
    assert unlisted == {}, "write through files.write_atomic or files.atomic_path"
    assert {name for name, places in found.items() if places} == set(WRITERS)


def test_the_exceptions_for_writing_use_the_one_place():
    assert "resilience_index.files.atomic_path" in set(imports_of(PACKAGE / "runs" / "folder.py"))


def test_nobody_prints_but_the_commands():
    printing = {name_of(path) for path in FILES for _, name in calls_of(path) if name in ("print", "echo", "secho")}
    assert {name for name in printing if not name.startswith("cli/")} <= TERMINAL


TESTED = [path.read_text(encoding="utf-8") for room in ("methods", "scoring") for path in (TESTS / room).glob("*.py")]


def test_every_method_of_the_registry_is_named_by_a_test_of_the_numbers():
    untested = [key for key in registry.METHODS if not any(re.search(rf"\b{key[1]}\b", text) for text in TESTED)]
    assert untested == []


# --- form


def test_no_file_is_long():
    texts = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".j2", ".css", ".js")]
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in texts}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


# Files whose methods override documented ones.
OVERRIDING = {
    "methods/aggregate_across.py", "methods/aggregate_ranks.py", "scoring/steps.py", "scoring/steps_relative.py",
}  # fmt: skip


def test_everything_public_has_a_docstring():
    silent = []
    for path in FILES:
        tree = tree_of(path)
        silent += [] if ast.get_docstring(tree) else [name_of(path)]
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                silent += [f"{name_of(path)}: {name}" for name in _silent(node, path)]
    assert silent == []


def _silent(node: ast.FunctionDef | ast.ClassDef, path: Path) -> Iterator[str]:
    if not ast.get_docstring(node):
        yield node.name
    if isinstance(node, ast.ClassDef) and name_of(path) not in OVERRIDING:
        for item in node.body:
            if isinstance(item, ast.FunctionDef) and not item.name.startswith("_") and not ast.get_docstring(item):
                yield f"{node.name}.{item.name}"


# --- start-up

HEAVY = ("numpy", "pandas", "scipy", "rich", "pyarrow", "pydantic")
_START = """
import sys
arguments = {arguments!r}
if arguments is None:
    import resilience_index
else:
    sys.argv = ["resilience", *arguments]
    from resilience_index.cli.app import main
    try:
        main()
    except SystemExit as leave:
        assert not leave.code, leave.code
print(*[name for name in {heavy!r} if name in sys.modules], sep=",", file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [None, ["--help"], ["--version"], ["-h"]], ids=str)
def test_help_and_version_import_nothing_heavy(arguments):
    code = _START.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == ""
    assert arguments is None or done.stdout


# --- public names


def test_all_public_names_are_there_and_say_what_they_are():
    names = resilience_index.__all__
    assert list(names) == sorted(set(names))
    assert dir(resilience_index) == list(names)
    for name in names:
        value = getattr(resilience_index, name)
        assert isinstance(value, str) or inspect.getdoc(value), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        resilience_index.nothing  # noqa: B018


def test_public_functions_are_typed():
    for name in resilience_index.__all__:
        value = getattr(resilience_index, name)
        if inspect.isfunction(value):
            signature = inspect.signature(value)
            assert signature.return_annotation is not inspect.Signature.empty, name
            for parameter in signature.parameters.values():
                assert parameter.annotation is not inspect.Parameter.empty, f"{name}: {parameter.name}"


def test_the_lazy_names_are_those_type_checkers_see():
    checked = next(node for node in tree_of(PACKAGE / "__init__.py").body if isinstance(node, ast.If))
    seen = {alias.name for node in checked.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen | {"__version__"} == set(resilience_index.__all__)


def test_every_module_can_be_imported_and_offers_what_it_lists():
    for path in FILES:
        parts = ["resilience_index", *path.relative_to(PACKAGE).with_suffix("").parts]
        if parts[-1] != "__main__":
            module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
            assert all(hasattr(module, name) for name in getattr(module, "__all__", ())), name_of(path)


# --- finding codes

_CODE = re.compile("RI[0-9]{3}")


def codes_in(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
            yield node.value


SOURCES = [path for path in FILES if not name_of(path).startswith("findings/codes_")]


def test_every_code_of_the_catalogue_is_used_and_every_code_used_is_in_it():
    used = {code for path in SOURCES for code in codes_in(path)}
    assert used - set(CATALOGUE) == set()
    assert set(CATALOGUE) - used == set()


def placeholders(code: str) -> set[str]:
    entry = CATALOGUE[code]
    sentences = [*entry.message.values(), *entry.help.values()]
    return {name for sentence in sentences for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


# Keywords that are not parameters of the sentences.
_NOT_PARAMETERS = {"where", "source_line", "at_key", "params", "location", "source"}
# Findings that a caller completes, by file; methods know neither the names of leaves nor those of units.
COMPLETED_BY_THE_CALLER = {
    ("methods/aggregate_across.py", "RI448"): "scoring.aggregation adds the node, the group and the method",
    ("methods/aggregate_across.py", "RI450"): "scoring.aggregation adds the node, the group and the method",
    ("methods/aggregate_across.py", "RI456"): "scoring.aggregation adds the node and the method",
    ("methods/aggregate_ranks.py", "RI451"): "scoring.aggregation adds the node, the group and the method",
    ("methods/aggregate_ranks.py", "RI457"): "scoring.aggregation adds the node and the group",
    ("methods/normalize.py", "RI402"): "goalposts under a logarithm; scoring.plan refuses them by name (RI139)",
    ("methods/normalize.py", "RI403"): "scoring.steps_relative asks before, by name",
    ("methods/normalize.py", "RI404"): "scoring.steps_relative asks before, by name",
    ("scoring/steps_relative.py", "RI403"): "scoring.run says the group in words",
    ("scoring/steps_relative.py", "RI404"): "scoring.run says the group in words",
    ("scoring/steps_relative.py", "RI436"): "scoring.run says the group in words",
    ("scoring/steps_relative.py", "RI438"): "scoring.run says the group in words",
    ("scoring/steps_relative.py", "RI439"): "scoring.run says the group in words",
}


def given_to(call: ast.Call) -> tuple[str, set[str]] | None:
    """The code of a finding or error that is made, and its parameters; None where they cannot be read."""
    codes = [item.value for item in call.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    if not codes or not _CODE.fullmatch(codes[0]) or any(word.arg is None for word in call.keywords):
        return None
    given = {word.arg for word in call.keywords if word.arg is not None}
    dictionaries = [word.value for word in call.keywords if word.arg == "params"]
    dictionaries += [item for item in call.args if isinstance(item, ast.Dict)]
    if isinstance(call.func, ast.Name) and call.func.id == "Finding":
        positional = call.args[2:3]
        if any(not isinstance(item, ast.Dict) for item in [*dictionaries, *positional]):
            return None
    for item in dictionaries:
        if not isinstance(item, ast.Dict) or any(not isinstance(key, ast.Constant) for key in item.keys):
            return None
        given |= {key.value for key in item.keys if isinstance(key, ast.Constant)}
    return codes[0], given - _NOT_PARAMETERS


_MAKERS = re.compile("Finding|finding|.*Error|BadCall")


def test_findings_are_made_with_all_that_their_sentences_need():
    short = {}
    for path in SOURCES:
        for call, name in calls_of(path):
            read = given_to(call) if _MAKERS.fullmatch(name) else None
            if read is not None and read[0] in CATALOGUE and placeholders(read[0]) - read[1]:
                lacking = sorted(placeholders(read[0]) - read[1])
                short[name_of(path), read[0]] = f"line {call.lineno} lacks {', '.join(lacking)}"
    assert {place: what for place, what in short.items() if place not in COMPLETED_BY_THE_CALLER} == {}
    assert set(short) == set(COMPLETED_BY_THE_CALLER)


def test_the_check_of_parameters_sees_most_of_the_findings_made():
    made = [given_to(call) for path in SOURCES for call, name in calls_of(path) if _MAKERS.fullmatch(name)]
    assert sum(item is not None for item in made) > 60
