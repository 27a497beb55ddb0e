"""Writes docs/reference/trial-lifecycle.md from the table of moves: `python -m docs.trial_moves`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.messages import LANGUAGES, Messages
from data.trial_lifecycle import RULES, TrialState
from data.trial_moves import MoveRow, reasons, trial_moves

PAGE = Path(__file__).parent / "reference" / "trial-lifecycle.md"
ALWAYS = ("move_allowed", "right_role", "named_person", "heard_how", "time_goes_forward", "trial_there")


def page() -> str:
    """Write the table of moves, rules and reasons as the reference page, in English with all three languages' words."""
    english = Messages("en")
    rows = _merged(trial_moves())
    lines = [
        "# Trial lifecycle: who may do what, when",
        "",
        "Made from `data/reference/trial_lifecycle.yaml` by `python -m docs.trial_moves`; a test holds both equal. "
        "How to read it: [explanation](../explanation/trial-lifecycle.md).",
        "",
        "## Moves",
        "A move leads from a state to a state. *Heard*: a coach may write down what the candidate or the employer "
        "said, and how it was said. All moves but *expire* need a named human. For every move it also holds: "
        + ", ".join(f"`{rule}`" for rule in ALWAYS)
        + ".",
        "",
        "| move | from | to | whose decision | heard | needs |",
        "|---|---|---|---|---|---|",
    ]
    for row, before in rows:
        after = "same" if row.before is row.after else f"`{row.after.value}`"
        states = ", ".join(f"`{state}`" for state in before)
        needs = ", ".join(f"`{rule}`" for rule in row.needs) or "–"
        who = ", ".join(role.value for role in row.who)
        lines.append(
            f"| `{row.move.value}`: {english.text(f'trial.move.{row.move.value}')} | {states} | {after} | {who} "
            f"| {'yes' if row.heard else 'no'} | {needs} |"
        )
    return "\n".join([*lines, *_words("States", "state", [s.value for s in TrialState]), *_rules(), *_reasons()]) + "\n"


def _merged(rows: Sequence[MoveRow]) -> list[tuple[MoveRow, list[str]]]:
    """Put rows of one line of the file together again: those that differ in the state they start from only."""
    found: dict[tuple[Any, ...], tuple[MoveRow, list[str]]] = {}
    for row in rows:
        same = None if row.before is row.after else row.after
        key = (row.move, same, row.who, row.needs, row.heard)
        found.setdefault(key, (row, []))[1].append("none" if row.before is None else row.before.value)
    return list(found.values())


def _words(title: str, kind: str, ids: Sequence[str]) -> list[str]:
    lines = ["", f"## {title}", "| id | English | suomi | svenska |", "|---|---|---|---|"]
    for id_ in ids:
        said = {language: Messages(language).text(f"trial.{kind}.{id_}") for language in LANGUAGES}
        lines.append(f"| `{id_}` | {said['en']} | {said['fi']} | {said['sv']} |")
    return lines


def _rules() -> list[str]:
    return _words("Rules that refuse a move", "rule", list(RULES))


def _reasons() -> list[str]:
    lines = _words("Reasons", "reason", list(reasons()))
    lines += ["", "| reason | who can say it | when | counts as | speaks about |", "|---|---|---|---|---|"]
    for reason in reasons().values():
        by, moves = ", ".join(role.value for role in reason.by), ", ".join(move.value for move in reason.moves)
        teaches = ", ".join(f"`{name}`" for name in reason.teaches) or "nothing of the match"
        lines.append(f"| `{reason.id}` | {by} | {moves} | `{reason.interruption.value}` | {teaches} |")
    return lines


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")
