"""Views that the tests of the reports share."""

import dataclasses
from collections.abc import Callable

import pytest
from browser import Browser
from page_tools import sample_view
from report_views import make_view

from resilience_index.report.page import html
from resilience_index.report.view.map_shapes import MapView, Shape
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


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("browser"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def sample_page(tmp_path_factory):
    view = sample_view()
    shapes = [
        Shape(unit.community_id, f"M{60 * place} 0l50 0l0 50z", 60 * place + 25, 25, 50)
        for place, unit in enumerate(view.periods[0].units[:10])
    ]
    path = tmp_path_factory.mktemp("sample") / "report.html"
    path.write_bytes(html.render(dataclasses.replace(view, map=MapView(600, 60, shapes))))
    return path
