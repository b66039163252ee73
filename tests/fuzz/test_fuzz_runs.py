"""The folder of a run as a state machine: scored, killed while it is written, signed, changed, verified, compared."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import desk
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test

from resilience_index.analysis import run_diff
from resilience_index.audit import bundle, manifest, signing, verify
from resilience_index.errors import InputError, UsageError
from resilience_index.findings import has_errors
from resilience_index.runs import folder as run_folder
from resilience_index.runs import recheck
from resilience_index.scoring import assess

VARIANTS = (desk.DATA, desk.DATA.replace("55,30,5", "56,30,5"), desk.DATA.replace("004", "005"))
"""Data sets whose runs differ."""
_STEPS = ("replace", "rename", "unlink", "fsync", "mkdir", "rmdir")


class KilledError(BaseException):
    """The process ends here: what would be done afterwards is not done."""


@contextlib.contextmanager
def killed_after(steps: int) -> Iterator[None]:
    """Let a number of changes to the disk happen and no further one, as a kill does; nothing is tidied up."""
    left = [steps]
    genuine = {name: getattr(os, name) for name in _STEPS}

    def counted(name: str) -> Any:
        def step(*args: Any, **named: Any) -> Any:
            if left[0] <= 0:
                raise KilledError
            left[0] -= 1
            return genuine[name](*args, **named)

        return step

    for name in _STEPS:
        setattr(os, name, counted(name))
    try:
        yield
    finally:
        for name, function in genuine.items():
            setattr(os, name, function)


Content = dict[str, bytes]


class Runs(RuleBasedStateMachine):
    """One folder of a run beside the runs of every data set as they ought to be."""

    scored = Bundle("scored")

    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.run = self.home / "run"
        (self.home / "mini.yaml").write_text(desk.FRAMEWORK, encoding="utf-8")
        for number, text in enumerate(VARIANTS):
            (self.home / f"{number}.csv").write_text(text, encoding="utf-8")
            self._write(number, self.home / f"reference{number}")
        self.references = [self._content(self.home / f"reference{number}") for number in range(len(VARIANTS))]
        private, public, _ = signing.keygen(self.home / "k")
        self.key, _ = signing.load_private(private)
        self.trusted = [signing.load_public(str(public))]

    def teardown(self) -> None:
        if hasattr(self, "home"):
            shutil.rmtree(self.home)

    def _write(self, number: int, folder: Path) -> None:
        work = assess.job(self.home / "mini.yaml", self.home / f"{number}.csv", options=assess.Options(by="district"))
        work = assess.with_outputs(work, (), "en", said=True)
        run_folder.write(assess.assess(work), work, folder, formats=(), language="en", bundle=number == 1)

    def _content(self, folder: Path) -> Content:
        """The files of a run without signatures."""
        names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        return {name: path.read_bytes() for name, path in names.items() if not name.startswith("signatures/")}

    def _signatures(self) -> int:
        return len(list(self.run.glob("signatures/*")))

    def _without_leftovers(self) -> Content:
        return {name: text for name, text in self._content(self.run).items() if not name.startswith(".")}

    @rule(target=scored, number=st.integers(0, len(VARIANTS) - 1))
    def score(self, number: int) -> int:
        """Whatever was in the folder, afterwards it is the run of this data set, without signatures or leftovers."""
        further = {name for name in self._content(self.run) if name.endswith("further.csv")}
        self._write(number, self.run)
        content = self._content(self.run)
        assert {name: text for name, text in content.items() if name not in further} == self.references[number]
        assert self._signatures() == 0
        for name in further:
            (self.run / name).unlink(missing_ok=True)
        return number

    @rule(number=st.integers(0, len(VARIANTS) - 1), steps=st.integers(0, 80))
    def score_and_die(self, number: int, steps: int) -> None:
        """Killed while it writes: the folder holds the earlier run, the new one, or none that is finished."""
        before, signed = self._without_leftovers(), self._signatures()
        with contextlib.suppress(KilledError), killed_after(steps):
            self._write(number, self.run)
        after = self._without_leftovers()
        if manifest.FILE not in after:
            return
        new = self.references[number]
        finished = {name: text for name, text in after.items() if name in new} == new
        assert finished or after == before
        if not finished:
            assert self._signatures() == signed
        elif before.get(manifest.FILE) != new[manifest.FILE]:
            assert self._signatures() == 0

    @rule()
    def sign(self) -> None:
        if (self.run / manifest.FILE).exists():
            signing.sign(self.run, self.key, next(iter(bundle.ROLES)), None)

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Change a byte of a file, cut it, take it away, or put one beside it."""
        files = sorted(path for path in self.run.rglob("*") if path.is_file() and path.parent.name != "signatures")
        if not files:
            return
        path = data.draw(st.sampled_from(files), label="file")
        content = path.read_bytes()
        kind = data.draw(st.sampled_from(("byte", "cut", "gone", "more")), label="kind")
        if kind == "byte" and content:
            at = data.draw(st.integers(0, len(content) - 1))
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        elif kind == "cut":
            path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
        elif kind == "gone":
            path.unlink()
        else:
            path.with_name("further.csv").write_bytes(content)

    @rule()
    def verify(self) -> None:
        """A run is verified exactly when every file is as it ought to be, and its signature when it was signed."""
        content = self._content(self.run)
        finished = content in self.references
        try:
            opened = verify.open_run(self.run, "run")
        except (UsageError, InputError):
            assert not finished
            return
        bytes_ = verify.check_bytes(opened)
        signed = verify.check_signatures(opened, bytes_.detail["signatures"], self.trusted)
        again = recheck.recompute(opened)
        assert (not has_errors([*bytes_.findings, *again.findings])) == finished, (bytes_.findings, again.findings)
        if finished:
            assert (signed.status == "passed") == (self._signatures() > 0)

    @rule(number=consumes(scored))
    def diff(self, number: int) -> None:
        """Two runs are the same exactly when their data are."""
        content = self._content(self.run)
        if content not in self.references:
            return
        opened = [verify.open_run(self.run, "run"), verify.open_run(self.home / f"reference{number}", "other")]
        found = run_diff.diff(opened[0], opened[1], ("run", "other"))
        assert found.same == (content == self.references[number])
        assert bool(found.inputs) != found.same


@pytest.mark.filterwarnings("default::ResourceWarning")  # a process that is killed closes nothing
def test_the_folder_of_a_run() -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Runs, settings=settings(max_examples=12, stateful_step_count=10, deadline=None, suppress_health_check=quiet)
    )
