"""Writes a document as one HTML file: no script, nothing from elsewhere, readable at 320 px and in print."""

from __future__ import annotations

import base64
import hashlib
import re
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


def style_policy(page: bytes) -> str:
    """Give the Content-Security-Policy of a page: its own style sheet by its sum, and nothing else."""
    sheets = re.findall(rb"<style>(.*?)</style>", page, re.DOTALL)
    sums = [base64.b64encode(hashlib.sha256(sheet).digest()).decode() for sheet in sheets]
    styles = " ".join(f"'sha256-{one}'" for one in sums) or "'none'"
    forbidden = ("object-src", "base-uri", "form-action", "frame-ancestors")
    return f"default-src 'none'; style-src {styles}; " + "; ".join(f"{what} 'none'" for what in forbidden)


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
