"""Keeps earlier solutions. A case that is not fictional is only kept with the person's consent, and goes when asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from ..accommodations import CostClass
from ..errors import InvalidInput
from ..solutions import (
    Act,
    Change,
    ChangeKind,
    Consent,
    Cost,
    EmployerSize,
    Gap,
    Judged,
    JudgedHow,
    Role,
    Solution,
    SolutionSource,
    SolutionText,
    Went,
)
from .schema import solution, solution_change, solution_level

_AT_ONCE = 500
"""So many ids in one statement; SQLite allows a bounded number of places."""


def add_solutions(connection: sa.Connection, solutions: Iterable[Solution]) -> int:
    """Store cases; one that is there under the same id is replaced whole. Returns how many were stored.

    Raises InvalidInput for a case that is neither fictional nor kept with consent.
    """
    new = {one.id: one for one in solutions}
    for one in new.values():
        if one.fictional is not (one.consent is Consent.FICTIONAL):
            raise InvalidInput(f"solution {one.id}", "the consent does not go with the case", "given, or fictional")
    remove_solutions(connection, new)
    cases = list(new.values())
    _insert(connection, solution, [_case_row(one) for one in cases])
    _insert(connection, solution_level, [row for one in cases for row in _level_rows(one)])
    _insert(connection, solution_change, [row for one in cases for row in _change_rows(one)])
    return len(cases)


def remove_solutions(connection: sa.Connection, ids: Iterable[str]) -> int:
    """Take cases out, for example when a person withdraws the consent; returns how many went."""
    listed = sorted(ids)
    gone = 0
    for start in range(0, len(listed), _AT_ONCE):
        gone += connection.execute(
            sa.delete(solution).where(solution.c.id.in_(listed[start : start + _AT_ONCE]))
        ).rowcount
    return gone


def all_solutions(connection: sa.Connection) -> tuple[Solution, ...]:
    """Give all cases, by id."""
    levels: dict[str, tuple[dict[str, Gap], dict[str, Gap]]] = {}
    for row in connection.execute(sa.select(solution_level).order_by(solution_level.c.position)):
        levels.setdefault(row.solution_id, ({}, {}))[row.fine][row.dimension] = Gap(row.needed, row.managed)
    changes: dict[str, list[Change]] = {}
    for row in connection.execute(sa.select(solution_change).order_by(solution_change.c.position)):
        change = Change(ChangeKind(row.kind), Went(row.went), row.accommodation, row.words, tuple(row.dimensions))
        changes.setdefault(row.solution_id, []).append(change)
    found = [
        _record(row, levels.get(row.id, ({}, {})), changes.get(row.id, ()))
        for row in connection.execute(sa.select(solution))
    ]
    return tuple(sorted(found, key=lambda one: one.id))


def count_solutions(connection: sa.Connection) -> int:
    """Count the cases."""
    return connection.scalar(sa.select(sa.func.count()).select_from(solution)) or 0


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _case_row(one: Solution) -> dict[str, Any]:
    before, after = one.hours or (None, None)
    return {
        "id": one.id,
        "sector": one.sector,
        "size": one.size.value,
        "site_has": sorted(one.site_has),
        "texts": {language: asdict(text) for language, text in one.texts.items()},
        "acts": {act.value: role.value for act, role in one.acts.items()},
        "hours_before": before,
        "hours_after": after,
        "cost_class": one.cost.cost_class.value,
        "least_eur": one.cost.least_eur,
        "most_eur": one.cost.most_eur,
        "weeks_to_arrange": one.weeks_to_arrange,
        "outcome": one.outcome.value,
        "judged_by": [role.value for role in one.judged.by],
        "judged_how": one.judged.how.value,
        "judged_after_weeks": one.judged.after_weeks,
        "source": one.source.value,
        "consent": one.consent.value,
        "fictional": one.fictional,
    }


def _level_rows(one: Solution) -> list[dict[str, Any]]:
    both = [(d, gap, False) for d, gap in one.gaps.items()] + [(d, gap, True) for d, gap in one.fine.items()]
    return [
        {
            "solution_id": one.id,
            "dimension": dimension,
            "position": position,
            "needed": gap.needed,
            "managed": gap.managed,
            "fine": fine,
        }
        for position, (dimension, gap, fine) in enumerate(both)
    ]


def _change_rows(one: Solution) -> list[dict[str, Any]]:
    return [
        {
            "solution_id": one.id,
            "position": position,
            "kind": change.kind.value,
            "accommodation": change.accommodation,
            "words": dict(change.words),
            "dimensions": list(change.dimensions),
            "went": change.went.value,
        }
        for position, change in enumerate(one.changes)
    ]


def _record(row: Any, levels: tuple[dict[str, Gap], dict[str, Gap]], changes: Sequence[Change]) -> Solution:
    return Solution(
        id=row.id,
        texts={
            language: SolutionText(**row.texts[language]) for language in ("fi", "sv", "en") if language in row.texts
        },
        gaps=levels[0],
        fine=levels[1],
        changes=tuple(changes),
        outcome=Went(row.outcome),
        sector=row.sector,
        size=EmployerSize(row.size),
        site_has=frozenset(row.site_has),
        acts={Act(act): Role(role) for act, role in row.acts.items()},
        hours=None if row.hours_before is None else (row.hours_before, row.hours_after),
        cost=Cost(CostClass(row.cost_class), row.least_eur, row.most_eur),
        weeks_to_arrange=row.weeks_to_arrange,
        judged=Judged(tuple(Role(role) for role in row.judged_by), JudgedHow(row.judged_how), row.judged_after_weeks),
        consent=Consent(row.consent),
        source=SolutionSource(row.source),
        fictional=row.fictional,
    )
