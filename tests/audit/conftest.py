"""Small runs that several files look at: without an assessment, with one, and with a scheme of it."""

from __future__ import annotations

import pytest
from audit_helpers import Run, made


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made(tmp_path_factory.mktemp("plain"), asked=False)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made(tmp_path_factory.mktemp("asked"), asked=True)


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made(tmp_path_factory.mktemp("flat"), asked=True, scheme="flat")
