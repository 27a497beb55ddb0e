"""The table of a trial's moves and the closed list of reasons, as a coach can read them in the reference file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .accounts import Role
from .errors import ReferenceFault
from .reference_files import read_reference
from .situation import first_fault
from .trial_lifecycle import RULES, Move, TrialState
from .trials import Interruption

FILE = "trial_lifecycle.yaml"
NONE, SAME = "none", "same"
PARTIES = (Role.CANDIDATE, Role.EMPLOYER, Role.COACH)
"""The three parties of a trial."""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One row of the table: from one state (None: no plan yet) to another, whose decision, and what must be there.

    ``heard``: a coach may write down what the others said. ``named``: a named person has to decide.
    """

    move: Move
    before: TrialState | None
    after: TrialState
    who: tuple[Role, ...]
    needs: tuple[str, ...]
    heard: bool = False
    named: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of the closed list: who can say it, at which moves, and what it says of the match.

    ``teaches``: names of trial features, ``*`` for all that begin so; empty: it says nothing about the match.
    """

    id: str
    by: tuple[Role, ...]
    moves: tuple[Move, ...]
    interruption: Interruption
    teaches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewDays:
    """When a running trial is looked at: days after the first day, then every so many, and so long before the end."""

    first_after_days: int
    every_days: int
    before_end_days: int


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class _Row(_Strict):
    move: Move
    before: Annotated[tuple[str, ...], Field(alias="from", min_length=1)]
    to: str
    who: Annotated[tuple[Role, ...], Field(min_length=1)]
    needs: tuple[str, ...]
    heard: bool = False
    named: bool = True


class _Reason(_Strict):
    id: str
    by: Annotated[tuple[Role, ...], Field(min_length=1)]
    moves: Annotated[tuple[Move, ...], Field(alias="for", min_length=1)]
    interruption: Interruption
    teaches: tuple[str, ...]


class _Reviews(_Strict):
    first_after_days: Annotated[int, Field(ge=1)]
    every_days: Annotated[int, Field(ge=1)]
    before_end_days: Annotated[int, Field(ge=0)]


class _File(_Strict):
    moves: tuple[_Row, ...]
    reasons: tuple[_Reason, ...]
    reviews: _Reviews


@cache
def _file() -> _File:
    try:
        return _File.model_validate(read_reference(FILE))
    except ValidationError as error:
        raise ReferenceFault(FILE, "top", first_fault(error)) from None


@cache
def trial_moves() -> tuple[MoveRow, ...]:
    """Read the table, one row a state and move, in the order of the file; ReferenceFault when it contradicts itself."""
    found: dict[tuple[TrialState | None, Move], MoveRow] = {}
    for row in _file().moves:
        if unknown := sorted(set(row.needs) - set(RULES)):
            raise ReferenceFault(FILE, row.move.value, f"there is no rule '{unknown[0]}'")
        if strange := sorted(set(row.who) - set(PARTIES)):
            raise ReferenceFault(FILE, row.move.value, f"'{strange[0]}' is no party of a trial")
        for name in row.before:
            before = None if name == NONE else TrialState(name)
            after = before if row.to == SAME else TrialState(row.to)
            if after is None or (before, row.move) in found:
                raise ReferenceFault(FILE, row.move.value, f"the move from '{name}' stands twice, or leads nowhere")
            found[before, row.move] = MoveRow(row.move, before, after, row.who, row.needs, row.heard, row.named)
    return tuple(found.values())


@cache
def _by_state() -> Mapping[tuple[TrialState | None, Move], MoveRow]:
    return {(row.before, row.move): row for row in trial_moves()}


def move_row(state: TrialState | None, move: Move) -> MoveRow | None:
    """Find the row of a move from a state; None when it is not made from there.

    >>> move_row(TrialState.DRAFT, Move.START) is None
    True
    >>> move_row(TrialState.PROPOSED, Move.CANDIDATE_ACCEPTS).after.value
    'candidate_accepted'
    """
    return _by_state().get((state, move))


@cache
def reasons() -> Mapping[str, Reason]:
    """Read the closed list of reasons by id, in the order of the file."""
    return {r.id: Reason(r.id, r.by, r.moves, r.interruption, r.teaches) for r in _file().reasons}


@cache
def review_days() -> ReviewDays:
    """Read when a running trial is looked at."""
    return ReviewDays(**_file().reviews.model_dump())
