"""The page of patterns shows every part that pages are made of, so that none is built that nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from api.pages.frame import TEMPLATES, environment

PARTS = sorted((TEMPLATES / "parts").glob("*.jinja"))


def _tree(path: Path) -> nodes.Template:
    return environment().parse(path.read_text(encoding="utf-8"))


def _called(tree: nodes.Node) -> Iterator[str]:
    return (call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name))


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.name)
def test_every_part_is_shown_on_the_page_of_patterns(part: Path) -> None:
    macros = {macro.name: set(_called(macro)) for one in PARTS for macro in _tree(one).find_all(nodes.Macro)}
    shown, found = set(), set(_called(_tree(TEMPLATES / "patterns.html.jinja")))
    while found:
        shown |= found
        found = {name for one in found for name in macros.get(one, ())} - shown
    mine = {macro.name for macro in _tree(part).find_all(nodes.Macro)}
    assert mine
    assert mine - shown == set()
