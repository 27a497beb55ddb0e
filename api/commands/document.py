"""What ``worktrial document`` does: reads a planned trial, fills a document, writes it as HTML or DOCX."""

from __future__ import annotations

from pathlib import Path

from data.document_templates import document_template
from data.errors import FileUnreadable, InvalidInput

from ..documents import as_docx, as_html, build
from ..messages import Messages
from ..trial_plan_file import read_document_facts

WRITERS = {".html": as_html, ".docx": as_docx}
"""Endings and who writes them."""


def write_document(kind: str, trial: Path, out: Path, language: str) -> str:
    """Write one document and say which; InvalidInput for an unknown kind or ending, FileUnreadable for a file."""
    template = document_template(kind)
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        raise InvalidInput("--out", f"a document cannot end in '{out.suffix[:12]}'", ", ".join(WRITERS))
    written = build(template, read_document_facts(trial), language)
    try:
        out.write_bytes(writer(written))
    except OSError:
        raise FileUnreadable(out, "cannot be written", "Choose a folder that you can write to.") from None
    return Messages(language).text("document.written", title=written.title, file=out)
