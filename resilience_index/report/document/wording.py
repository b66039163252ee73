"""What ``texts.yaml`` of a user's templates says, put into documents and views."""

from __future__ import annotations

from dataclasses import replace

from resilience_index.framework.model_base import Text
from resilience_index.report.document.blocks import Document
from resilience_index.report.templates import Templates
from resilience_index.report.view.model import Both, View
from resilience_index.report.words.document import Words

_COVER = ("framework", "period", "communities", "scheme", "data", "program")


def titled(view: View, templates: Templates) -> View:
    """A view under the title that the templates give it."""
    texts = templates.texts
    return view if texts is None or texts.title is None else replace(view, title=both(texts.title))


def both(text: Text) -> Both:
    """A text of a file as views hold texts."""
    return {"zh": text.zh, "en": text.en}


def of(document: Document, templates: Templates) -> Document:
    """A document with the words of the templates: subtitle, department, note, lines of the cover."""
    texts = templates.texts
    if texts is None:
        return document
    language = document.language
    words = Words(language)
    subtitle, running, cover = document.subtitle, document.running, list(document.cover)
    if document.has_cover:
        if texts.subtitle is not None:
            subtitle = texts.subtitle.say(language)
            running = f"{document.title} · {subtitle}"
        named = {words(f"cover_{key}"): getattr(texts.cover, key) for key in _COVER}
        cover = [(label if named.get(label) is None else named[label].say(language), value) for label, value in cover]
        cover += [(line.label.say(language), line.value.say(language)) for line in texts.cover_lines]
    if texts.department is not None:
        department = texts.department.say(language)
        running = f"{department} · {running}"
        if document.has_cover:
            cover = [(words("cover_department"), department), *cover]
    notes = [document.notice] if document.notice else []
    if texts.note is not None:
        notes.append(texts.note.say(language))
    return replace(document, subtitle=subtitle, running=running, cover=cover, notice="\n".join(notes))
