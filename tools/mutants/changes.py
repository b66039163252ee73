"""The small changes that are made to a module, one at a time; the tests should notice each."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_PAIRS = (
    ("min", "max"), ("any", "all"), ("nanmin", "nanmax"), ("minimum", "maximum"), ("fmin", "fmax"),
    ("argmin", "argmax"), ("floor", "ceil"), ("sum", "prod"), ("zeros", "ones"), ("union", "intersection"),
    ("startswith", "endswith"), ("logical_and", "logical_or"), ("bisect_left", "bisect_right"), ("lower", "upper"),
    ("keys", "values"), ("lstrip", "rstrip"), ("partition", "rpartition"), ("split", "rsplit"),
)  # fmt: skip
_SWAPS = dict(_PAIRS) | {right: left for left, right in _PAIRS}
_PLAIN_INSTEAD = ("sorted", "reversed", "abs", "set")
"""Functions of one argument that are replaced by the argument (as a list)."""

_WORDING = ("t", "both")
"""Functions whose texts are for people: what they say is not tested word by word."""

_TYPES_ONLY = ("cast", "TypeVar", "NewType")
_NAMES_ONLY = ("__all__", "__slots__")
_WORDS = re.compile(r"\s|[^\x00-\x7f]")
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Change:
    """One change: bytes ``start`` to ``stop`` of the file become ``after``.

    ``first`` and ``last`` are the lines of the statement it stands in (of its header, if it has a body): a test
    that reaches one of them may notice. ``inside`` says whether that is in a function; all else runs on import.
    """

    file: str
    line: int
    first: int
    last: int
    inside: bool
    kind: str
    before: str
    after: str
    start: int
    stop: int

    def applied(self, source: bytes) -> bytes:
        """The file with the change."""
        return source[: self.start] + self.after.encode() + source[self.stop :]


class _Places(ast.NodeVisitor):
    """Walks a module and notes every change."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source = file, source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.found: list[Change] = []
        self.statement = (0, 0)
        self.inside = 0

    def note(self, node: ast.AST, kind: str, after: str) -> None:
        start = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        stop = self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        before = self.source[start:stop].decode()
        self.found.append(
            Change(self.file, node.lineno, *self.statement, self.inside > 0, kind, before, after, start, stop)  # type: ignore[attr-defined]
        )

    def swap(self, node: ast.expr, kind: str, other: ast.expr) -> None:
        self.note(node, kind, f"({ast.unparse(other)})")

    # --- what is walked, and what not

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Assert, ast.JoinedStr, ast.Global, ast.Nonlocal)):
            return  # asserts hold for type checkers; formatted texts are wording
        if isinstance(node, ast.stmt):
            before, self.statement = self.statement, _header(node)
            super().visit(node)
            self.statement = before
        else:
            super().visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        self.inside += 1
        for statement in node.body:
            self.visit(statement)
        self.inside -= 1

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and ast.unparse(node.annotation) != "TypeAlias":
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not any(isinstance(target, ast.Name) and target.id in _NAMES_ONLY for target in node.targets):
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not (isinstance(node.value, ast.Name) and node.value.id in ("Literal", "Annotated")):
            self.generic_visit(node)

    # --- statements

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return  # docstrings
        if isinstance(node.value, ast.Call) and self.inside:
            self.note(node, "statement left out", "pass")
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.note(node, "statement left out", "pass")
        target, value = ast.unparse(node.target), ast.unparse(node.value)
        operator = ast.unparse(ast.BinOp(ast.Name("a"), _ARITHMETIC[type(node.op)](), ast.Name("b")))[2:-2]
        self.note(node, "arithmetic", f"{target} {operator}= {value}")
        self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        if "NotImplementedError" not in ast.unparse(node):
            self.note(node, "statement left out", "pass")
            self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self.note(node, "loop", "break")

    def visit_Break(self, node: ast.Break) -> None:
        self.note(node, "loop", "continue")

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            if not (isinstance(node.value, ast.Constant) and node.value.value is None):
                self.note(node.value, "return", "None")
            self.visit(node.value)

    def visit_If(self, node: ast.If | ast.While | ast.IfExp) -> None:
        if ast.unparse(node.test).endswith("TYPE_CHECKING"):
            return
        self.negate(node.test)
        self.generic_visit(node)

    visit_While = visit_IfExp = visit_If  # noqa: N815

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self.negate(test)
        self.generic_visit(node)

    def negate(self, test: ast.expr) -> None:
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return  # turned round as a comparison
        if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
            self.swap(test, "condition", ast.UnaryOp(ast.Not(), test))

    # --- expressions

    def visit_Compare(self, node: ast.Compare) -> None:
        for place, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                changed = copy.copy(node)
                changed.ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                self.swap(node, "comparison", changed)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitOr) and not self.inside:
            return  # types
        changed = copy.copy(node)
        changed.op = _ARITHMETIC[type(node.op)]()
        self.swap(node, "arithmetic", changed)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        changed = copy.copy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self.swap(node, "and, or", changed)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if not isinstance(node.op, ast.UAdd):
            self.swap(node, "sign, not, invert", node.operand)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.note(node, "constant", str(not value))
        elif isinstance(value, (int, float)):
            self.note(node, "constant", repr(value + 1))
        elif isinstance(value, str) and not _WORDS.search(value):
            self.note(node, "constant", repr("XX" + value))

    def visit_Call(self, node: ast.Call) -> None:
        name = _called(node.func)
        if name in _WORDING:
            return
        if name in _SWAPS:
            changed = copy.copy(node)
            changed.func = copy.copy(node.func)
            if isinstance(changed.func, ast.Name):
                changed.func.id = _SWAPS[name]
            elif isinstance(changed.func, ast.Attribute):
                changed.func.attr = _SWAPS[name]
            self.swap(node, "other function", changed)
        if name in _PLAIN_INSTEAD and isinstance(node.func, ast.Name) and node.args:
            plain = ast.unparse(node.args[0])
            self.note(node, "without function", f"({plain})" if name == "abs" else f"list({plain})")
        for place, keyword in enumerate(node.keywords):
            # zip(…, strict=True) holds what is so anyway, as an assert does.
            if keyword.arg is not None and not (name == "zip" and keyword.arg == "strict"):
                changed = copy.copy(node)
                changed.keywords = [*node.keywords[:place], *node.keywords[place + 1 :]]
                self.swap(node, f"without {keyword.arg}=", changed)
        self.visit(node.func)
        for argument in node.args[1:] if name in _TYPES_ONLY else node.args:
            self.visit(argument)
        for keyword in node.keywords:
            if not (name == "zip" and keyword.arg == "strict"):
                self.visit(keyword.value)


def _called(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _header(node: ast.stmt) -> tuple[int, int]:
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    last = node.end_lineno or node.lineno
    if body:
        first = body[0].pattern.lineno if isinstance(body[0], ast.match_case) else body[0].lineno
        last = max(node.lineno, first - 1)
    return node.lineno, last


def changes(file: str, source: bytes) -> Iterator[Change]:
    """Every change of a module, each once.

    Decorators, annotations, docstrings, ``__all__``, asserts, imports and texts with blanks or beyond ASCII (wording)
    are left as they are.
    """
    places = _Places(file, source)
    places.visit(ast.parse(source))
    seen = set()
    for change in places.found:
        key = (change.start, change.stop, change.after)
        if key not in seen:
            seen.add(key)
            yield change
