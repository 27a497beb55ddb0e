"""What a no of the person says about their own wishes: a change of the profile that they or their coach may confirm.

Nothing changes by itself, and capacity, bans and hard limits are never touched: a no to heavy work is no measure of
what somebody can do, and a ban is not taught away. Only what the person (or the coach for them) gave as the reason
counts; what an employer gave says nothing about the person's wishes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.accounts import Role
from data.candidates import Candidate
from data.trial_lifecycle import Move, Step, TrialPlan
from data.workplaces import Site
from features.hour_value import ALONE
from features.travel import travel_minutes

LOWEST_WISH = -2.0
MINUTES_STEP = 5
MONOTONY = "org_mono"
REFUSING = frozenset({Move.DECLINE, Move.REFUSE_CHANGE, Move.INTERRUPT, Move.WITHDRAW})


@dataclass(frozen=True, slots=True)
class ProfileProposal:
    """A change that a reason suggests: of which trial and step, which field of the profile, its value now and then.

    ``about``: activities or dimensions that it is about. ``before`` and ``after`` are the whole field.
    """

    plan: str
    step: int
    reason: str
    field: str
    about: tuple[str, ...]
    before: Any
    after: Any

    @property
    def id(self) -> str:
        """Name it by the step of the trial that it comes from."""
        return f"{self.plan}-{self.step}"


def profile_proposals(
    person: Candidate, plans: Sequence[TrialPlan], sites: Mapping[str, Site], answered: frozenset[tuple[str, int]]
) -> tuple[ProfileProposal, ...]:
    """Give what reasons suggest that nobody has answered yet, the latest first; what would change nothing is left out.

    ``sites``: workplaces by id, as far as they are still there. ``answered``: trial and step of those answered.
    """
    found = []
    for plan in plans:
        for step in plan.steps:
            by_person = step.party in (Role.CANDIDATE, Role.COACH)
            if step.move not in REFUSING or not step.reason or not by_person or (plan.id, step.number) in answered:
                continue
            change = _change(person, plan, step, sites.get(plan.site))
            if change is not None and change[2] != change[3]:
                found.append((step.at, ProfileProposal(plan.id, step.number, step.reason, *change)))
    return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].id), reverse=True))


def _change(
    person: Candidate, plan: TrialPlan, step: Step, site: Site | None
) -> tuple[str, tuple[str, ...], Any, Any] | None:
    """Give field, what it is about, value before and after; None where the reason says nothing that can be changed."""
    if step.reason == "way_to_work" and site is not None:
        minutes = travel_minutes(person.municipality, site.municipality, person.travel_by)
        longest = person.travel_minutes_max
        if minutes is None or (longest is not None and longest < minutes):
            return None
        return "travel_minutes_max", (), longest, float(MINUTES_STEP * ((minutes - 1) // MINUTES_STEP))
    if step.reason == "hours_or_times":
        hours = plan.terms.hours_per_week
        less = max(person.hours_min, float(int(hours) - 1 if hours == int(hours) else int(hours)))
        return None if hours <= 0 or person.hours_max < hours else ("hours_max", (), person.hours_max, less)
    if step.reason == "tasks_not_wanted" and site is not None:
        tried = {one.task for one in plan.terms.tasks}
        kinds = sorted({k for job in site.jobs for task in job.tasks if task.id in tried for k in task.activities})
        lower = {kind: max(LOWEST_WISH, person.wishes.get(kind, 0.0) - 1.0) for kind in kinds}
        return "wishes", tuple(kinds), dict(person.wishes), {**person.wishes, **lower}
    about = {"too_alone": ALONE, "too_monotonous": MONOTONY}.get(step.reason)
    if about is not None:
        return "preferences", (about,), dict(person.preferences), {**person.preferences, about: "less"}
    return None
