"""Reads the forms of a trial: one move, new terms, a review; and fills them with what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.accounts import Role
from data.trial_lifecycle import Move, TrialPlan, TrialTerms

from ..trial_said import MoveAsked, ReviewSaid, TermsSaid
from .forms import FieldFault, SentForm, read_fields
from .profile_form import plain

MOST_REVIEWS = 6
"""So many days of reviews can be typed; none typed: the usual ones."""


def read_move(form: SentForm, plan: TrialPlan) -> MoveAsked | tuple[FieldFault, ...]:
    """Read one move: whose word it is and how it was heard, reason, note, and what the move asks for beside."""
    told: dict[str, Any] = {"move": form.one("move"), "seen": plain(form.one("seen")) or 0, "note": form.one("note")}
    party = form.one("party")
    if party in (Role.CANDIDATE.value, Role.EMPLOYER.value):
        told["heard"] = {"party": party, "how": form.one("how")}
    for name in ("reason", "text", "answer_by", "outcome", "months"):
        if form.one(name):
            told[name] = form.one(name)
    for name in ("in_work", "answer"):
        if form.one(name):
            told[name] = form.one(name) == "yes"
    if told["move"] == Move.GIVE_REASON.value:
        told["flag"] = _flag(form.one("flag"), plan)
    read = read_fields(MoveAsked, told)
    if isinstance(read, MoveAsked):
        return read
    return tuple(FieldFault(_field(one.name), one.kind, one.values) for one in read)


def _flag(said: str, plan: TrialPlan) -> dict[str, Any]:
    """Give the flag of a number; a word is one of the rotation guard, which is not on the list."""
    if said.isdecimal() and int(said) < len(plan.flags):
        flag = plan.flags[int(said)]
        return {"kind": flag.kind, "about": list(flag.about)}
    return {"kind": said or "none"}


def _field(place: str) -> str:
    return {"heard.how": "how", "heard.party": "party"}.get(place, place.partition(".")[0])


def terms_fields(terms: TrialTerms, number: Any) -> dict[str, str]:
    """Give terms as the fields of their form; ``number`` writes numbers as the reader does."""
    found = {f"tasks.{one.task}": number(one.hours_per_week, 2) for one in terms.tasks}
    found |= {f"week.{one.block}": number(one.hours, 2) for one in terms.week}
    found |= {f"reviews.{at}": one.isoformat() for at, one in enumerate(terms.reviews)}
    for name in ("starts", "ends"):
        value = getattr(terms, name)
        found[name] = "" if value is None else value.isoformat()
    for name in ("full_time_hours", "contract_months_after"):
        value = getattr(terms, name)
        found[name] = "" if value is None else number(value, 2)
    found |= {f"kept.{name}": "yes" if said else "no" for name, said in terms.kept.items()}
    return found | {"supervisor": terms.supervisor, "goal": terms.goal, "pathway": terms.pathway, "host": terms.host}


def read_terms(form: SentForm) -> TermsSaid | tuple[FieldFault, ...]:
    """Read the form of terms; hours that are empty are not part of them."""
    tasks = [(id_, hours) for id_, said in form.numbered("tasks") if (hours := plain(said)) not in ("", "0")]
    week = [(block, hours) for block, said in form.numbered("week") if (hours := plain(said)) not in ("", "0")]
    days = [(at, said) for at, said in form.numbered("reviews") if said]
    told: dict[str, Any] = {
        "tasks": [{"task": id_, "hours_per_week": hours} for id_, hours in tasks],
        "week": [{"block": block, "hours": hours} for block, hours in week],
        "measures": list(dict.fromkeys(form.all("measures"))),
        "reviews": sorted(said for _, said in days),
        "kept": {name: said == "yes" for name, said in form.numbered("kept") if said},
        "host": form.one("host") or "company",
        **{name: form.one(name) for name in ("supervisor", "goal", "pathway")},
        **{name: form.one(name) for name in ("starts", "ends") if form.one(name)},
        **{n: said for n in ("full_time_hours", "contract_months_after") if (said := plain(form.one(n)))},
    }
    read = read_fields(TermsSaid, told)
    if isinstance(read, TermsSaid):
        return read
    names = {"tasks": [f"tasks.{id_}" for id_, _ in tasks], "week": [f"week.{block}" for block, _ in week],
             "reviews": [f"reviews.{at}" for at, _ in days]}  # fmt: skip
    return tuple(FieldFault(_numbered(one.name, names), one.kind, one.values) for one in read)


def _numbered(place: str, names: Mapping[str, list[str]]) -> str:
    start, _, rest = place.partition(".")
    number = rest.partition(".")[0]
    return names[start][int(number)] if start in names and number.isdecimal() else start


def read_review(form: SentForm) -> ReviewSaid | tuple[FieldFault, ...]:
    """Read a review: the day, performance, strain, loads that were seen, and by how much a measure helped."""
    effects = []
    for name, said in form.numbered("effects"):
        measure, _, dimension = name.partition("/")
        if said:
            effects.append({"measure": measure, "dimension": dimension, "steps": plain(said)})
    told: dict[str, Any] = {
        "loads": {id_: level for id_, said in form.numbered("loads") if (level := plain(said))},
        "effects": effects,
        **({"day": form.one("day")} if form.one("day") else {}),
        **{name: level for name in ("performance", "strain") if (level := plain(form.one(name)))},
    }
    return read_fields(ReviewSaid, told)
