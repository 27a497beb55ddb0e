"""Writes a document as one HTML file: no script, nothing from elsewhere, readable at 320 px and in print."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ..messages import Messages
from .structure import Cards, WrittenDocument


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("document.html.jinja")


def as_html(document: WrittenDocument) -> bytes:
    """Write UTF-8 HTML; everything that was filled in is escaped."""
    messages = Messages(document.language)
    page = _template().render(
        document=document,
        say=messages.text,
        blocks=[(type(block).__name__, block) for block in document.blocks],
        has_cards=any(isinstance(block, Cards) for block in document.blocks),
    )
    return (page.strip() + "\n").encode()
