"""Views that the tests of the reports share."""

from collections.abc import Callable

import pytest
from report_views import make_view

from resilience_index.report.view.model import View


@pytest.fixture(scope="session")
def sample() -> View:
    return make_view()


@pytest.fixture(scope="session")
def hostile() -> View:
    return make_view(hostile=True)


@pytest.fixture(scope="session")
def view_of() -> Callable[..., View]:
    return make_view
