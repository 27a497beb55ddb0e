"""Draws the README's picture from a real match list: `.venv/bin/python docs/picture.py KS-001 docs/match-list.svg`."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from api.cards import card
from api.commands.match_lists import Question, list_matches
from api.list_inputs import StoredInputs
from api.messages import Messages
from data.store import open_store, store_url
from matching import MatchConfig

WIDTH = 104


def main(candidate: str, out: Path, language: str = "fi") -> None:
    """Write the first card of a person's list as an SVG without any outside font."""
    inputs = StoredInputs(open_store(store_url(os.environ)), datetime.now(UTC).date())
    question = Question(candidate, MatchConfig(top=1, region="keski_suomi"))
    found = list_matches(inputs, question, lambda _stage: None).found
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True, highlight=False)
        console.print(card(found.suggestions[0], Messages(language)))
    svg = console.export_svg(title=f"worktrial match {candidate}", theme=DEFAULT_TERMINAL_THEME, unique_id="card")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    out.write_text(svg.replace("Fira Code,", ""), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:4])
