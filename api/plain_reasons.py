"""Why this workplace, why not that one: a few plain sentences to the candidate, without jargon and without the scale.

"Why this" reads the documented form of a list (``match_json``), the one that was logged: what is said is about what was
shown, also a year later. "Why not that" looks at the workplace anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data.conditions import ConditionType
from data.dimensions import dimension_index
from matching.carving.problem import Blocker
from matching.one_site import ClosedTask, SiteQuestion
from matching.why_not import WhyNot

from .fact_wording import measure_text
from .messages import Messages

NAMED = 3
"""So many wishes, skills or tasks are named in one sentence."""

CLOSED_RULES = ("task.ban", "task.condition", "task.schedule", "task.core")
"""Why tasks are closed, in the order in which it is told."""

CHANGES_NAMED = 3

Reason = tuple[str, str]
"""The kind of a sentence, and the sentence."""


def why_this_as_json(suggestion: Mapping[str, Any], messages: Messages) -> dict[str, Any]:
    """Say why a suggestion is on the list; ``suggestion``: one of ``suggestions`` of a list in its documented form."""
    return _as_json("why_this", suggestion["site"]["id"], _why_this(suggestion, messages), messages)


def why_not_as_json(asked: SiteQuestion, why: WhyNot, messages: Messages) -> dict[str, Any]:
    """Say why a workplace is not on the list, and what would open it."""
    return _as_json("why_not", asked.view.place.site.id, _why_not(asked, why, messages), messages)


def _as_json(kind: str, site: str, reasons: Iterator[Reason], messages: Messages) -> dict[str, Any]:
    said = list(reasons)
    return {
        "kind": kind,
        "language": messages.language,
        "site": site,
        "sentences": [{"kind": name, "text": text} for name, text in said],
        "text": " ".join(text for _, text in said),
    }


def _why_this(suggestion: Mapping[str, Any], messages: Messages) -> Iterator[Reason]:
    terms = [(*reason["term"].partition(":")[::2], float(reason["value"])) for reason in suggestion["reasons"]]
    place = f"{suggestion['employer']['name']}, {suggestion['site']['name']}"
    yield _said("work", messages, place=place, hours=messages.number(suggestion["hours"]))
    yield from _about_terms(terms, messages)
    if suggestion["accommodations"]:
        names = "; ".join(measure_text(one["id"], messages) for one in suggestion["accommodations"])
        yield _said("arranged", messages, what=names)
    minutes = suggestion["site"]["travel_minutes"]
    yield _said("travel_unknown", messages) if minutes is None else _said("travel", messages, minutes=minutes)
    yield from _about_flags(suggestion["flags"], messages)
    yield _said("you_decide", messages)


def _about_terms(terms: Sequence[tuple[str, str, float]], messages: Messages) -> Iterator[Reason]:
    """Say what speaks for the suggestion, then what speaks against it."""

    def named(kind: str, sign: int, dimensions: bool = False) -> str:
        found = [about for name, about, value in terms if name == kind and value * sign > 0 and about != "neutral"]
        found = [about for about in found if (about in dimension_index()) is dimensions]
        return ", ".join(messages.activity_or_dimension(about) for about in found[:NAMED])

    def value_of(kind: str, about: str = "") -> float:
        return sum(value for name, of, value in terms if name == kind and of == about)

    near = [about for name, about, value in terms if name == "comfort" and value < 0 and about != "room"]
    yield from _if(named("wish", 1), "wished", messages)
    yield from _if(named("wish", 1, dimensions=True), "as_wished", messages)
    yield from _if(named("skill", 1), "can_already", messages)
    for about in ("undone", "frees"):
        if value_of("benefit", about) > 0:
            yield _said(f"needed.{about}", messages)
    if value_of("natural_support") > 0:
        yield _said("helped", messages)
    if near:
        yield _said("near_limit", messages, what=messages.dimensions(near[:NAMED]))
    else:
        yield _said("within_limits", messages)
    yield from _if(named("wish", -1), "rather_not", messages)
    yield from _if(named("wish", -1, dimensions=True), "not_as_wished", messages)
    if value_of("natural_support") < 0:
        yield _said("little_help", messages)
    if value_of("switch") < 0:
        yield _said("several_jobs", messages)
    if any(name == "inclusion" and value < 0 for name, _, value in terms):
        yield _said("alone", messages)
    if any(name == "outcomes" for name, _, _ in terms):
        yield _said("earlier_trials", messages)


def _about_flags(flags: Sequence[Mapping[str, Any]], messages: Messages) -> Iterator[Reason]:
    """Say what is not known: what the person can tell, and that something is asked of the workplace."""
    told = {flag["kind"]: flag["about"] for flag in flags}
    unknown = [about for about in told.get("unknown_capacity", ()) if about]
    yield from _if(messages.dimensions(unknown[:NAMED]), "tell_us", messages)
    conditions = told.get("condition_unknown", ())
    yield from _if(", ".join(messages.condition(key) for key in conditions[:NAMED]), "do_you_have", messages)
    if any(flag["ask"] == "employer" for flag in flags):
        yield _said("asked_there", messages)


def _why_not(asked: SiteQuestion, why: WhyNot, messages: Messages) -> Iterator[Reason]:
    place = f"{asked.view.place.employer.name}, {asked.view.place.site.name}"
    yield _said("not_listed", messages, place=place)
    if why.against:
        yield _said(f"against.{why.against.partition('.')[2]}", messages)
    elif why.hours > 0:
        yield _said("others_better", messages, hours=messages.number(why.hours))
    else:
        yield from _no_part_job(asked, why, messages)
    yield _said("talk_to_coach", messages)


def _no_part_job(asked: SiteQuestion, why: WhyNot, messages: Messages) -> Iterator[Reason]:
    yield _said("no_part_job" if asked.problem.tasks else "nothing_open", messages)
    for rule in CLOSED_RULES:
        if some := [one for one in why.closed if one.rule == rule]:
            yield _closed(rule.partition(".")[2], some, messages)
    for change in why.changes[:CHANGES_NAMED]:
        yield _change(change, messages)


def _closed(rule: str, some: Sequence[ClosedTask], messages: Messages) -> Reason:
    names = "; ".join(one.task.text.rstrip(" .") for one in some[:NAMED]) + (" …" if len(some) > NAMED else "")
    about = sorted({about for one in some for about in one.about})
    what = messages.dimensions(about)
    if rule == "condition":
        what = ", ".join(messages.condition(key) for key in about)
        if {key.partition(":")[0] for key in about} == {ConditionType.CRIMINAL_RECORD.value}:
            return _said("closed.extract", messages, tasks=names)
    return _said(f"closed.{rule}", messages, tasks=names, what=what)


def _change(change: Blocker, messages: Messages) -> Reason:
    """Say one change; only hours of a week are told as numbers."""
    name = f"change.{change.rule}.{change.about}"
    if not messages.has(f"plain.{name}"):
        name = f"change.{change.rule}"
    hours = "" if change.needed is None else messages.number(change.needed)
    return _said(name, messages, what=messages.dimension(change.about), hours=hours)


def _if(what: str, kind: str, messages: Messages) -> Iterator[Reason]:
    if what:
        yield _said(kind, messages, what=what)


def _said(kind: str, messages: Messages, **values: object) -> Reason:
    return kind, messages.text(f"plain.{kind}", **values)
