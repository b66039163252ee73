"""Every exception the package raises on purpose.

::

    ResilienceError                 has a catalogue code and its parameters
    ├── UsageError                  exit 2: the run could not start
    │   ├── UnreadableError         a missing, empty, binary or hostile file
    │   ├── UnknownNameError        a framework, method or node that does not exist
    │   └── PersonalDataError       data that hold personal numbers, or names with addresses
    ├── InputError                  exit 1: error findings in what was read
    │   └── TemplateError           exit 2: templates of reports that cannot be used
    ├── RefusalError                exit 1: a calculation that has no defined answer
    └── InternalError               exit 3: a fault of the program itself

Errors carry a *code* of the findings catalogue and the parameters of its message, never a
finished sentence: the sentence is made where the language is known. They do not import the
catalogue, so that the numerical room can raise them; the catalogue, once it is imported, lends
them the sentence that ``str`` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

E = TypeVar("E", bound=BaseException)


class ResilienceError(Exception):
    """Base of all deliberate errors.

    Parameters: ``code`` names an entry of the findings catalogue, ``params`` fill its message,
    ``where`` is a ``findings.Location`` (or None when there is no place to point at).
    """

    exit_code = 3
    describe: ClassVar[Callable[[Any], str] | None] = None
    """Makes the text of an error; set by the findings room when it is imported."""

    def __init__(self, code: str, *, where: Any = None, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.where = where

    def __str__(self) -> str:
        if ResilienceError.describe is not None:
            return ResilienceError.describe(self)
        details = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({details})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors come back from worker processes whatever their constructor takes.
        return _rebuild, (type(self), self.args), self.__dict__


class UsageError(ResilienceError):
    """The command line or the call asks for something that cannot be run."""

    exit_code = 2


class UnreadableError(UsageError):
    """A file that cannot be read at all: missing, empty, binary, undecodable, hostile."""


class UnknownNameError(UsageError):
    """A name (framework, method, node, community) that does not exist."""


class PersonalDataError(UsageError):
    """Data with personal numbers, or names beside addresses; ``findings`` name each place, the first sums up.

    Parameters: ``findings`` are at least one ``findings.Finding``, their values masked.
    """

    def __init__(self, findings: Sequence[Any]) -> None:
        summary = findings[0]
        super().__init__(summary.code, where=summary.location, **summary.params)
        self.findings = tuple(findings)


class InputError(ResilienceError):
    """What was read has error findings; ``findings`` holds all findings of the run."""

    exit_code = 1

    def __init__(self, findings: Sequence[Any]) -> None:
        super().__init__("RI001", count=len(findings))
        self.findings = tuple(findings)


class TemplateError(InputError):
    """Templates that reports cannot be made with; ``findings`` holds all that is wrong with them."""

    exit_code = 2


class RefusalError(ResilienceError):
    """A method that refuses its input rather than inventing an answer."""

    exit_code = 1


class InternalError(ResilienceError):
    """A broken invariant: a fault of the program, never of the user."""

    exit_code = 3


def _rebuild(kind: type[E], args: tuple[Any, ...]) -> E:
    error = kind.__new__(kind, *args)
    error.args = args
    return error
