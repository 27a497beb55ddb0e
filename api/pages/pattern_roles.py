"""Made-up content for the page of patterns: what coaches, researchers and administrators have on pages of theirs."""

from __future__ import annotations

from datetime import date
from typing import Any

from data.candidates import Ban, Candidate
from data.levels import Level, Source
from data.pathways import load_pathways
from data.trial_lifecycle import Move, TrialState

from ..local_time import day_text
from ..messages import Messages
from .carving_table import LoadRow, Side
from .evaluation_pictures import DotPlot, Figure, Tenth, dot_plot, tenths
from .pattern_samples import LONG_WORD, sample_bullets
from .profile_lines import CapacityLine, capacity_groups
from .profile_page import half_steps, level_fields
from .rules import held_rules
from .trial_lines import StepLine

_DAY = date(2026, 11, 20)
_SAID, _NOT_SAID, _BANNED = "env_noise", "cog_conc", "str_lift"
_LONG = f"{LONG_WORD} {LONG_WORD}"


def sample_roles(messages: Messages) -> dict[str, Any]:
    """Give what the page shows of the pages of roles, in every state: something, nothing, a fault, very long words."""
    person = _person()
    return {
        "long": _LONG,
        "scales": sample_scales(person, messages),
        "levels": [level_fields(person, one, messages)[0] for one in (_SAID, _NOT_SAID)],
        "level_typed": {f"levels.{_SAID}.value": "2", f"levels.{_SAID}.low": "4", f"bans.{_SAID}": "3"},
        "level_wrong": {f"levels.{_SAID}.low": messages.text("fault.number")},
        "half_steps": half_steps(messages),
        "bundles": sample_bundles(messages),
        "load_rows": sample_load_rows(),
        "terms": sample_terms(messages),
        "steps": sample_steps(messages),
        "figures": sample_figures(messages),
        "points": sample_points(),
        "rules": sample_rules(messages),
    }


def sample_scales(person: Candidate, messages: Messages) -> tuple[CapacityLine, ...]:
    """Give a level with an interval, one that nobody has said, and a must-not."""
    lines = {line.dimension: line for group in capacity_groups(person, messages) for line in group.lines}
    return tuple(lines[one] for one in (_SAID, _NOT_SAID, _BANNED))


def sample_bundles(messages: Messages) -> tuple[Side, ...]:
    """Give what two bundles hold: tasks with who gives them away, and nothing at all."""
    full = ((6.0, messages.text("patterns.task.1")), (2.5, _LONG))
    return (
        Side(messages.text("page.table.best"), True, False, (), (), full, (), (_LONG,)),
        Side(messages.text("page.table.yours"), False, True, (), (), (), (), ()),
    )


def sample_load_rows() -> tuple[LoadRow, ...]:
    """Give a dimension of every state, the last of it in one bundle alone."""
    bars = sample_bullets()
    return (*(LoadRow(bar.dimension, bar, bar) for bar in bars[:-1]), LoadRow(bars[-1].dimension, bars[-1], None))


def sample_terms(messages: Messages) -> list[tuple[str, tuple[str, ...]]]:
    """Give terms that are said, said twice, far too long, and not said."""
    task = messages.text("patterns.task.1")
    return [
        (messages.text("trial.field.day"), (messages.text("patterns.task.2"),)),
        (messages.text("card.tasks"), (task, messages.text("patterns.task.3"))),
        (messages.text("trial.note"), (_LONG,)),
        (messages.text("card.accommodations"), ()),
    ]


def sample_steps(messages: Messages) -> tuple[StepLine, ...]:
    """Give a first step, one that was heard by phone, and one with a reason and far too many words."""
    coach, candidate = (messages.text(f"trial.party.{one}") for one in ("coach", "candidate"))
    phone, reason = messages.text("trial.channel.by_phone"), messages.text("trial.reason.way_to_work")
    made, said_yes, ended = (
        (day_text(_DAY, messages), messages.text(f"trial.done.{move}"), messages.text(f"trial.state.{state}"))
        for move, state in ((Move.CREATE, TrialState.DRAFT), (Move.CANDIDATE_ACCEPTS, TrialState.CANDIDATE_ACCEPTED),
                            (Move.DECLINE, TrialState.DECLINED))
    )  # fmt: skip
    return (
        StepLine(*made, coach, "", "", "", ""),
        StepLine(*said_yes, candidate, "Anna Aalto", phone, "", ""),
        StepLine(*ended, coach, _LONG, "", reason, _LONG),
    )


def sample_figures(messages: Messages) -> DotPlot:
    """Give a figure with its interval, one below nothing, one that is not told, and one with very long words."""
    known, hidden = messages.text("patterns.figure"), messages.text("patterns.figure_hidden")
    return dot_plot(
        [
            Figure(known, 0.62, 0.55, 0.7, messages.text("patterns.figure_note")),
            Figure(known, -0.4, -0.4, 0.5),
            Figure(hidden, None),
            Figure(_LONG, 0.48, 0.3, 0.66, _LONG, expert=True),
        ],
        line=0.5,
    )


def sample_points() -> tuple[Tenth, ...]:
    """Give tenths of trials beside the line on which they would agree, the outer ones at the edge."""
    return tenths([(40, 0.0, 0.0), (60, 0.35, 0.4), (25, 0.6, 0.5), (10, 0.9, 1.0)])


def sample_rules(messages: Messages) -> list[dict[str, Any]]:
    """Give two rules as they stand in the book, the second with very long words."""
    book = load_pathways()
    short, long = held_rules(book, "fi", book.countries["fi"].pathways[0].rules, _DAY, messages)[:2]
    return [short, long | {"text": _LONG, "rule": LONG_WORD * 3, "outdated": True, "figure_year": _DAY.year}]


def _person() -> Candidate:
    said = Level(2.5, 2.0, 3.0, Source.PROFESSIONAL, _LONG, _DAY), Level(3.0, 2.0, 4.0, Source.CANDIDATE)
    ban = Ban(_BANNED, 2.0)
    capacity = {_SAID: said, _BANNED: (Level(1.5, 1.0, 2.0, Source.PROFESSIONAL),)}
    return Candidate("made-up", _LONG, 4, 20, capacity, bans=(ban,), fictional=True)
