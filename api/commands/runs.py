"""What ``worktrial runs`` and ``worktrial replay`` show: lists that were shown, and whether they come out the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from babel.dates import format_datetime
from rich.table import Table

from data.moments import moment_text
from data.store import Store, get_candidate
from data.store.exposure import ShownRun, ShownSuggestion, runs_of, suggestions_of

from ..messages import Messages
from ..replay import Replay
from ..versions import code_version, rules_version
from .progress import console

SHOWN_PLACES = 3


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A list that was shown, and what stood on it."""

    run: ShownRun
    suggestions: tuple[ShownSuggestion, ...]


def find_runs(store: Store, candidate: str, most: int, before: int | None = None) -> list[FoundRun]:
    """Find the lists that a person (empty: anybody) was shown, the latest first; UnknownId for an unknown person.

    ``before``: only lists with a lower number.
    """
    with store.read() as connection:
        if candidate:
            get_candidate(connection, candidate)
        runs = runs_of(connection, candidate or None, most, before)
        lines = suggestions_of(connection, [run.number for run in runs])
    return [FoundRun(run, lines[run.number]) for run in runs]


def runs_as_json(found: Sequence[FoundRun]) -> dict[str, Any]:
    """Write runs (JSON Schema: ``docs/reference/runs.schema.json``)."""
    return {"runs": [_run_as_json(one.run, one.suggestions) for one in found]}


def _run_as_json(run: ShownRun, suggestions: Sequence[ShownSuggestion]) -> dict[str, Any]:
    return {
        "number": run.number,
        "run_id": run.run_id,
        "candidate": run.candidate,
        "shown_at": moment_text(run.shown_at),
        "model": run.model,
        "rules": run.rules,
        "code": run.code,
        "question": dict(run.question),
        "what_if": run.what_if,
        "fictional": run.fictional,
        "answer_sha256": run.answer,
        "suggestions": [
            {
                "rank": one.rank,
                "id": one.id,
                "site": one.site,
                "employer": one.employer,
                "score": one.score,
                "can_do": one.can_do,
                "wants": one.wants,
                "likely": one.likely,
            }
            for one in suggestions
        ],
    }


def replay_as_json(found: Replay, messages: Messages) -> dict[str, Any]:
    """Write what replaying gave (JSON Schema: ``docs/reference/replay.schema.json``)."""
    return {
        "run": _run_as_json(found.run, found.suggestions),
        "verdict": found.verdict.value,
        "text": verdict_text(found, messages),
        "model_now": found.model_now,
        "rules_now": rules_version(bool(found.run.question["pathway"])),
        "code_now": code_version(),
        "shown": None if found.answer is None else json.loads(found.answer),
        "again": None if found.again is None or found.again == found.answer else json.loads(found.again),
    }


def verdict_text(found: Replay, messages: Messages) -> str:
    """Say what replaying found, and why."""
    said = messages.text(f"replay.{found.verdict.value}")
    if not found.why:
        return said
    run, now = found.run, rules_version(bool(found.run.question["pathway"]))
    versions = {"model": run.model, "rules": run.rules, "code": run.code}
    because = messages.text(found.why, **versions, model_now=found.model_now, rules_now=now, code_now=code_version())
    return f"{said} {because}"


def print_runs(found: Sequence[FoundRun], messages: Messages) -> None:
    """Print runs as a table, a line a list."""
    out = console()
    if not found:
        out.print(messages.text("runs.none"))
        return
    table = Table(box=None)
    for column in ("number", "who", "when", "model", "shown"):
        table.add_column(messages.text(f"runs.{column}"), overflow="fold")
    for one in found:
        first = ", ".join(line.site for line in one.suggestions[:SHOWN_PLACES])
        more = len(one.suggestions) - SHOWN_PLACES
        said = first + (f" … +{more}" if more > 0 else "") or messages.text("runs.empty")
        kind = f" ({messages.text('runs.what_if')})" if one.run.what_if else ""
        table.add_row(
            str(one.run.number), one.run.candidate, _moment(one.run.shown_at, messages), one.run.model, said + kind
        )
    out.print(table)


def print_replay(found: Replay, messages: Messages) -> None:
    """Print what a run showed, line by line, and what making it again found."""
    out, run = console(), found.run
    facts = {"number": run.number, "candidate": run.candidate, "when": _moment(run.shown_at, messages)}
    out.print(messages.text("replay.title", **facts), style="bold", markup=False)
    for line in json.loads(found.answer)["suggestions"] if found.answer is not None else ():
        score, hours = messages.number(line["score"], 2), messages.number(line["hours"], 1)
        place = f"{line['employer']['name']} · {line['site']['name']}"
        out.print(f"  {line['rank']:>3}  {score:>7}  {hours:>5} h  {place}", markup=False)
    good = found.verdict in ("same", "stored")
    out.print(
        verdict_text(found, messages),
        style="green" if found.verdict == "same" else "yellow" if good else "red",
        markup=False,
    )
    out.print(
        messages.text("replay.versions", model=run.model, rules=run.rules, code=run.code), style="dim", markup=False
    )


def _moment(moment: datetime, messages: Messages) -> str:
    return format_datetime(moment, "medium", tzinfo=UTC, locale=messages.language) + " UTC"
