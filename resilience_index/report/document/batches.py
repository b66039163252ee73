"""A page for each of many communities: which ones, under which names, into which folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from resilience_index.data.privacy import mask
from resilience_index.errors import InputError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.methods.checking import suggestion
from resilience_index.report.document.blocks import Document, Language
from resilience_index.report.document.community import Pages
from resilience_index.report.view.model import UnitView, View

_PLAIN = re.compile("[0-9a-z][0-9a-z_-]{0,59}")
"""Ids that name their file as they are: no folder, no reserved word with the prefix, no difference in case only."""


def write(
    view: View,
    folder: Path,
    lang: Language,
    ids: Sequence[str] | None,
    ending: str,
    render: Callable[[Iterator[Document]], Iterator[bytes]],
) -> tuple[str, ...]:
    """Write the pages; the names of the files, in the order of the view. Raises ``InputError`` RI417."""
    units = choose(view, ids)
    pages = Pages(view, lang)
    names = tuple(file_name(unit.community_id, ending) for unit in units)
    for name, content in zip(names, render(pages.page(unit) for unit in units), strict=True):
        write_atomic(folder / name, content)
    return names


def choose(view: View, ids: Sequence[str] | None) -> list[UnitView]:
    """The units of the newest period with these ids, all by default. Raises ``InputError`` RI417 for unknown ids."""
    units = list(view.periods[0].units)
    if ids is None:
        return units
    known = {unit.community_id for unit in units}
    for name in ids:
        if name not in known:
            hint = did_you_mean(suggestion(name, sorted(known)))
            params = {"what": view.data_source, "name": mask(name), "known": "", "suggestion": hint}
            raise InputError([Finding("RI417", Location(view.data_source), params)])
    return [unit for unit in units if unit.community_id in set(ids)]


def file_name(community_id: str, ending: str) -> str:
    """The name of a community's file: its id where that is plain, else what is plain of it and a hash of all."""
    if _PLAIN.fullmatch(community_id):
        return f"community-{community_id}.{ending}"
    slug = re.sub("[^0-9a-z]+", "-", community_id.lower())[:40].strip("-")
    digest = hashlib.sha256(community_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"community-{slug + '-' if slug else ''}{digest}.{ending}"
