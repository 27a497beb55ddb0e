"""Research over a store: tables of people together, frozen frames that stay here, and scorers trained on them by name.

Rows about people never leave: whoever does research asks for a table, or has something worked out where the rows lie.
Everything that is asked stands in a ledger (decision 0026).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.accounts import Actor
from data.audit import AuditEvent
from data.errors import InvalidInput, UnknownId
from data.research import (
    WITHOUT_TASKS,
    Grouping,
    Measure,
    ResearchQuery,
    TooFewForResearch,
    closed_before,
)
from data.store import Store, note
from data.store.research_facts import counted_people, research_facts
from data.store.research_ledger import note_query, told_before
from features.trial_features import trial_features
from matching.learning.frame_folder import load_frame
from matching.learning.outcomes import NoModel, enough_to_learn
from matching.research_tables import (
    EPSILON,
    FEWEST_PEOPLE,
    FEWEST_SHOWN,
    MOST_GROUPINGS,
    ROUNDED_TO,
    CountedPerson,
    protected_table,
    told_number,
)

from .model_registry import model_names
from .research_frames import frames_folder, frames_of
from .trial_learning import freeze_frame, stored_frame, train_from_frame

TABLE, FRAME, TRAINING = "table", "frame", "training"
MOST_TABLES = 24
"""So many different tables an organisation may have in a quarter: each further one would tell more about everybody."""

MOST_FRAMES, MOST_TRAININGS = 2, 24
FEWEST_IN_FRAME = 50
"""A frame of fewer real people is not frozen for research: what was learned of it would be about each of them."""


def research_table(
    connection: sa.Connection, among: frozenset[str] | None, actor: Actor, measure: Measure, by: Sequence[Grouping],
    key: bytes, at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Make a table, note who asked for it, and give it. ``connection`` is a writing one; ``key`` seeds the noise.

    InvalidInput for groupings that this measure does not have, ResearchBudgetSpent when there were enough this quarter.
    """
    by = _groupings(measure, by)
    until = closed_before(at.date())
    asked: dict[str, object] = {"measure": measure.value, "by": [one.value for one in by]}
    if before := told_before(connection, actor.tenant, TABLE, asked, until, MOST_TABLES):
        _write_down(connection, actor, at, TABLE, asked, before)
        return dict(before)
    facts, fictional = research_facts(connection, measure, among, until)
    counted = (CountedPerson(one.person, tuple(getattr(one, g.value) for g in by), one.value) for one in facts)
    table = protected_table(counted, f"{measure.value} before {until}", key)
    told: dict[str, Any] = {
        "format": "research-table/1", **asked, "until": until.isoformat(), "fictional": fictional, "total": table.total,
        "cells": [
            dict(zip((g.value for g in by), cell.at, strict=True)) | {"value": cell.value, "people": cell.people}
            for cell in table.cells
        ],
        "rules": {
            "counts": "people", "fewest_people": FEWEST_PEOPLE, "fewest_shown": FEWEST_SHOWN, "rounded_to": ROUNDED_TO,
            "noise_epsilon": round(EPSILON, 4), "most_groupings": MOST_GROUPINGS, "most_tables": MOST_TABLES,
        },
    }  # fmt: skip
    _write_down(connection, actor, at, TABLE, asked, told, keep=True)
    return told


def _groupings(measure: Measure, by: Sequence[Grouping]) -> tuple[Grouping, ...]:
    chosen = tuple(sorted(set(by)))
    if len(chosen) > MOST_GROUPINGS or len(chosen) != len(by):
        raise InvalidInput("by", "too many groupings, or one of them twice", f"at most {MOST_GROUPINGS} different ones")
    if WITHOUT_TASKS.get(measure, frozenset()) & set(chosen):
        raise InvalidInput("by", f"{measure.value} have no occupation", "isco with another measure")
    return chosen


def freeze_for_research(
    store: Store, connection: sa.Connection, among: frozenset[str] | None, actor: Actor, key: bytes, at: datetime
) -> dict[str, Any]:
    """Freeze the frame of an organisation as it was before this quarter, beside the store, and say what is in it.

    The same trials are the same frame: it is written once. TooFewForResearch for fewer than 50 real people,
    ResearchBudgetSpent for a third frame of the same quarter, NoModel for one that nothing can be learned from.
    """
    until = closed_before(at.date())
    people, _ = counted_people(connection, among)
    frame = stored_frame(store, people, until)
    outcomes = frame.outcomes
    if not outcomes.simulated and len(set(outcomes.people)) < FEWEST_IN_FRAME:
        raise TooFewForResearch(FEWEST_IN_FRAME)
    if findings := enough_to_learn(outcomes):
        raise NoModel(findings)
    taught = "" if frame.refusals is None else frame.refusals.fingerprint()
    name = f"frame-{hashlib.sha256((outcomes.fingerprint() + taught).encode()).hexdigest()[:16]}"
    asked: dict[str, object] = {"frame": name}
    told_before(connection, actor.tenant, FRAME, asked, until, MOST_FRAMES)
    folder = frames_folder(actor.tenant) / name
    if not folder.exists():
        freeze_frame(store, folder, frame)
    told = frame_as_json(actor.tenant, name, key)
    _write_down(connection, actor, at, FRAME, asked, told)
    return told


def frame_as_json(tenant: str, name: str, key: bytes) -> dict[str, Any]:
    """Say what a frozen frame holds: its columns, its sum, and its counts as tables give them. No row of it.

    UnknownId when the organisation has no such frame.
    """
    folder = _frame_folder(tenant, name)
    outcomes = (frame := load_frame(folder)).outcomes
    well = {one for one, good in zip(outcomes.people, outcomes.went_well, strict=True) if good}
    by_people = {"people": set(outcomes.people), "people_whose_trial_went_well": well}
    return {
        "format": "research-frame/1", "name": name, "simulated": outcomes.simulated,
        "sha256": hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest(),
        "columns": [
            {"name": f.name, "unit": f.unit, "direction": f.direction, "sensitivity": f.sensitivity.value,
             "low": f.low, "high": f.high, "edges": list(f.edges)}
            for f in trial_features()
        ],
        "counts": {
            what: told_number([f"{name}:{one}" for one in people], what, key) for what, people in by_people.items()
        },
        "employers": ROUNDED_TO * round(len(set(outcomes.employers)) / ROUNDED_TO),
        "lists_logged": frame.shown is not None,
    }  # fmt: skip


def train_for_research(connection: sa.Connection, actor: Actor, name: str, seed: int, at: datetime) -> dict[str, Any]:
    """Train a scorer on a frozen frame, where its rows lie; gives its name, by which card and figures are read.

    Two people decide whether it is ever used (``worktrial model promote``).
    """
    folder = _frame_folder(actor.tenant, name)
    asked: dict[str, object] = {"frame": name, "seed": seed}
    told_before(connection, actor.tenant, TRAINING, asked, closed_before(at.date()), MOST_TRAININGS)
    model = f"research-{name.removeprefix('frame-')}-{seed}"
    if model not in model_names():
        train_from_frame(folder, model, seed)
    told: dict[str, Any] = {"format": "research-model/1", "name": model}
    _write_down(connection, actor, at, TRAINING, asked, told)
    return told


def simulated_rows(seed: int, trials: int) -> dict[str, Any]:
    """Give rows of made-up people, in the shape of a frame: nobody is in them, so they may leave."""
    from matching.simulation import SimulationOptions, simulate_trials

    outcomes = simulate_trials(SimulationOptions(trials=trials, employers=max(5, trials // 12)), seed).outcomes
    rows = [
        {"person": person, "employer": employer, "group": group, "day": int(day), "went_well": bool(well),
         "features": [None if value != value else round(float(value), 4) for value in row]}
        for person, employer, group, day, well, row in zip(
            outcomes.people, outcomes.employers, outcomes.groups, outcomes.day, outcomes.went_well, outcomes.rows,
            strict=True,
        )
    ]  # fmt: skip
    return {
        "format": "simulated-rows/1", "simulated": True, "seed": seed,
        "columns": [one.name for one in trial_features()], "rows": rows,
    }  # fmt: skip


def query_as_json(query: ResearchQuery) -> dict[str, Any]:
    """Write down an entry of the ledger."""
    told = asdict(query) | {"until": query.until.isoformat(), "asked": dict(query.asked)}
    del told["told"]
    return told


def _write_down(
    connection: sa.Connection, actor: Actor, at: datetime, kind: str, asked: dict[str, object],
    told: Mapping[str, Any], *, keep: bool = False,
) -> None:  # fmt: skip
    answer = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    number = note_query(connection, actor, at, kind, asked, closed_before(at.date()), answer, told if keep else None)
    note(connection, AuditEvent("research.asked", actor, at, about=f"research:{number}", facts={"kind": kind, **asked}))


def _frame_folder(tenant: str, name: str) -> Path:
    if name not in frames_of(tenant):
        raise UnknownId("frame", name)
    return frames_folder(tenant) / name
