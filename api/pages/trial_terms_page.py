"""Forms of a trial that fill a page of their own: its terms, and a review of how it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from data.accommodations import load_accommodations
from data.situation import Situation
from data.store import get_plan
from data.trial_lifecycle import Asked, Move, TrialPlan, TrialState
from data.workplaces import DAYS, PARTS
from matching.trial_lifecycle.limits import KEPT_TERMS
from matching.trial_lifecycle.soundness import HOSTS

from ..access.errors import NotAllowed, NotYours
from ..access.policy import needs, require_person
from ..http.named import RandomId
from ..local_time import today_of
from ..messages import Messages
from ..situations import situation_in_store
from ..trial_said import ReviewSaid, TermsSaid
from .forms import FieldFault, Form, OnceByForm
from .frame import show
from .language import language_of
from .notices import Notice
from .pathway_choices import pathway_groups
from .profile_lines import dimensions_of, group_ids, group_name
from .trial_forms import MOST_REVIEWS, read_review, read_terms, terms_fields
from .trial_lines import Place
from .trial_page import coach_only, make_move, opened, seen_version, typed_fields

router = APIRouter(include_in_schema=False)


@router.get("/trials/{trial_id}/terms", dependencies=[needs("trial.read", "trial_id")])
def terms(request: Request, trial_id: RandomId) -> Response:
    """Show the terms of a trial as a form."""
    coach_only(request)
    return _terms(request, trial_id)


@router.post("/trials/{trial_id}/terms", dependencies=[needs("trial.move", "trial_id")])
def save_terms(request: Request, trial_id: RandomId, once: OnceByForm, form: Form) -> Response:
    """Write down new terms: of a draft at once, later as a change that all three say yes to."""
    coach_only(request)
    asked = read_terms(form)
    if not isinstance(asked, TermsSaid):
        return _terms(request, trial_id, form, faults=asked, status=422)
    with request.app.state.store.read() as connection:
        plan = get_plan(connection, trial_id)
    step = Move.REVISE if plan.state is TrialState.DRAFT else Move.ARRANGE
    made = Asked(step, terms=asked.record(), note=form.one("note"))
    return make_move(request, trial_id, seen_version(form), made, once, lambda notice, status: _terms(
        request, trial_id, form, notice=notice, status=status
    ))  # fmt: skip


@router.get("/trials/{trial_id}/review", dependencies=[needs("trial.read", "trial_id")])
def review(request: Request, trial_id: RandomId) -> Response:
    """Show the form of a review: how it goes, the strain, and the loads that were seen."""
    coach_only(request)
    return _review(request, trial_id)


@router.post("/trials/{trial_id}/review", dependencies=[needs("trial.move", "trial_id")])
def save_review(request: Request, trial_id: RandomId, once: OnceByForm, form: Form) -> Response:
    """Record what was seen on a day of the trial, on the scale of levels."""
    coach_only(request)
    asked = read_review(form)
    if not isinstance(asked, ReviewSaid):
        return _review(request, trial_id, form, faults=asked, status=422)
    made = Asked(Move.REVIEW, review=asked.record(), note=form.one("note"))
    return make_move(request, trial_id, seen_version(form), made, once, lambda notice, status: _review(
        request, trial_id, form, notice=notice, status=status
    ))  # fmt: skip


def _terms(
    request: Request,
    id_: str,
    form: Form | None = None,
    *,
    faults: Sequence[FieldFault] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    messages = Messages(language_of(request))
    plan, place, person = opened(request, id_)
    taken = {one.task for one in plan.terms.tasks}
    offered = [task for task in place.tasks.values() if task.id in taken or not task.core]
    offered.sort(key=lambda task: task.id not in taken)
    lost = [one.task for one in plan.terms.tasks if one.task not in place.tasks]
    mine = plan.terms.measures
    catalogue = [(one.id not in mine, one.names[messages.language], one.id) for one in load_accommodations()]
    fields = terms_fields(plan.terms, messages.number) if form is None else typed_fields(form)
    starts = plan.terms.starts or today_of(request)
    groups = pathway_groups(_situation(request, plan.candidate), starts, plan.terms.pathway, messages)
    return show(
        request,
        "trial_terms.html.jinja",
        status=status,
        notice=notice,
        plan=plan,
        place=place,
        person=person,
        fields=fields,
        ticked=plan.terms.measures if form is None else form.all("measures"),
        tasks=[(task.id, task.text, task.most_hours_per_week) for task in offered] + [(one, one, None) for one in lost],
        taken=taken,
        measures=[(id_, name) for _, name, id_ in sorted(catalogue)],
        mine=mine,
        pathways=groups,
        kept=[(name, messages.text(f"trial.kept.{name}")) for name in sorted(KEPT_TERMS)],
        hosts=[(one, messages.text(f"trial.host.{one}")) for one in HOSTS],
        yes_no=[("", "–"), ("yes", messages.text("document.yes")), ("no", messages.text("document.no"))],
        review_rows=range(max(MOST_REVIEWS, len(plan.terms.reviews))),
        days=DAYS,
        parts=PARTS,
        faults=faults,
        wrong={one.name: one.text(messages) for one in faults},
        names=_terms_names(faults, place, messages),
    )  # fmt: skip


def _situation(request: Request, person: str) -> Situation | None:
    """Read what is known of a person's situation; None for whoever may not see it (the trial alone was opened)."""
    try:
        require_person(request, "situation.read", person)
    except (NotAllowed, NotYours):
        return None
    return situation_in_store(request.app.state.store, person)


def _terms_names(faults: Sequence[FieldFault], place: Place, messages: Messages) -> dict[str, str]:
    found = {}
    for one in faults:
        start, _, rest = one.name.partition(".")
        if start == "tasks" and rest in place.tasks:
            found[one.name] = place.tasks[rest].text
        elif start == "week" and rest:
            found[one.name] = messages.half_day(rest)
        elif messages.has(f"trial.term.{start}"):
            found[one.name] = messages.text(f"trial.term.{start}")
    return found


def _review(
    request: Request,
    id_: str,
    form: Form | None = None,
    *,
    faults: Sequence[FieldFault] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    messages = Messages(language_of(request))
    plan, place, person = opened(request, id_)
    asked = {id_ for flag in plan.flags for id_ in flag.about} | {effect for _, effect, _ in _effects(plan, messages)}
    worth, groups = _apart(_scales(messages), asked)
    return show(
        request,
        "trial_review.html.jinja",
        status=status,
        notice=notice,
        plan=plan,
        place=place,
        person=person,
        fields=typed_fields(form) or {"day": today_of(request).isoformat()},
        today=today_of(request).isoformat(),
        groups=groups,
        worth=worth,
        effects=[(f"effects.{measure}/{dimension}", name) for measure, dimension, name in _effects(plan, messages)],
        steps_said=_steps(messages, range(-4, 11), "trial.not_seen"),
        scale=_steps(messages, range(11), "trial.not_seen"),
        faults=faults,
        wrong={one.name: one.text(messages) for one in faults},
        names={one.name: _review_name(one.name, messages) for one in faults},
    )  # fmt: skip


def _review_name(name: str, messages: Messages) -> str:
    start, _, rest = name.partition(".")
    return messages.dimension(rest) if start == "loads" and rest else messages.text(f"trial.field.{start}")


def _effects(plan: TrialPlan, messages: Messages) -> list[tuple[str, str, str]]:
    """Give the measures of the running trial with the dimensions that they are to lower: measure, dimension, name."""
    mine = () if plan.trial is None else plan.trial.measures
    return [
        (one.id, effect.dimension, f"{one.names[messages.language]}: {messages.dimension(effect.dimension)}")
        for one in load_accommodations()
        if one.id in mine
        for effect in one.effects
    ]


def _steps(messages: Messages, halves: Iterable[int], nothing: str) -> list[tuple[str, str]]:
    return [("", messages.text(nothing)), *((f"{half / 2:g}", messages.number(half / 2)) for half in halves)]


def _apart(groups: Sequence[Mapping[str, Any]], asked: set[str]) -> tuple[list[Any], list[dict[str, Any]]]:
    """Take what is worth seeing out of the groups; a flag may be about what is no dimension, such as a permit."""
    worth = [line for group in groups for line in group["lines"] if line["id"] in asked]
    left = [{"name": one["name"], "lines": [line for line in one["lines"] if line not in worth]} for one in groups]
    return worth, left


def _scales(messages: Messages) -> list[dict[str, Any]]:
    """Give every dimension with its steps in words, by group: what was seen is told on the scale of the profile."""
    found: list[dict[str, Any]] = []
    for group in group_ids():
        lines = []
        for one in dimensions_of(group):
            said = {f"{step}": anchor for step, anchor in enumerate(one.anchors[messages.language])}
            options = [
                (key, f"{word} {said.get(key, '')}") for key, word in _steps(messages, range(11), "trial.not_seen")
            ]
            lines.append({"id": one.id, "name": one.names[messages.language], "options": options})
        found.append({"name": group_name(group, messages), "lines": lines})
    return found
