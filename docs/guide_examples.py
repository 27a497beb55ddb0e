"""Fills the guide's examples with what the commands really print: `.venv/bin/python -m docs.guide_examples`.

A block that begins with ``$ worktrial ...`` after ``<!-- lines: 1-5, 9 -->`` holds those lines of what is printed
(output, then errors), with … for what is left out. A test fills the guide again and finds it unchanged.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from typer.testing import CliRunner

ROOT = Path(__file__).parent.parent
GUIDES = tuple(ROOT / "docs" / "guide" / name for name in ("opas-fi.md", "guide-en.md"))
BLOCK = re.compile(
    r"<!-- lines: (?P<lines>[^>]*?) -->\n```console\n\$ worktrial (?P<command>[^\n]*)\n(?P<shown>.*?)```", re.S
)


def run(command: str) -> str:
    """Run one command in this process and give what it prints."""
    from api.commands.main import app

    done = CliRunner().invoke(app, shlex.split(command))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return "\n".join(line.rstrip() for line in (done.stdout + done.stderr).strip("\n").split("\n"))


def filled(text: str, output: Callable[[str], str] = run) -> str:
    """Fill every block of a guide with the chosen lines of its command's output."""

    def block(found: re.Match[str]) -> str:
        lines = output(found["command"]).split("\n")
        shown = _chosen(lines, found["lines"])
        return f"<!-- lines: {found['lines']} -->\n```console\n$ worktrial {found['command']}\n{shown}```"

    return BLOCK.sub(block, text)


def _chosen(lines: list[str], spans: str) -> str:
    out, after = [], 0
    for span in spans.split(","):
        first, _, last = span.strip().partition("-")
        begin, end = int(first), len(lines) if last == "end" else int(last or first)
        if begin > after + 1:
            out.append("…")
        out += lines[begin - 1 : end]
        after = end
    if after < len(lines):
        out.append("…")
    return "".join(line + "\n" for line in out)


def main() -> None:
    """Fill both guides, in a fresh data folder."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKTRIAL_HOME"] = f"{folder}/home"
        os.environ.pop("WORKTRIAL_DATABASE_URL", None)
        (Path(folder) / "docs").symlink_to(ROOT / "docs")
        os.chdir(folder)
        run("demo")
        for guide in GUIDES:
            guide.write_text(filled(guide.read_text(encoding="utf-8")), encoding="utf-8")
            sys.stdout.write(f"{guide.name}\n")


if __name__ == "__main__":
    main()
