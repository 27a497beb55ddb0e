"""The rules of the table: each looks at one attempt and says what stands in its way, or that nothing does.

A rule gives None when it holds, else what it is about (possibly nothing to name). No rule knows a score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from data.accounts import Role
from data.calendar_months import months_after
from data.trial_lifecycle import Asked, Move, RaisedFlag, TrialPlan, TrialTerms
from data.trial_moves import reasons
from data.trials import IN_WORK, RETENTION_MONTHS, Interruption, Outcome

from ..rotation_guard import SHORTEST_REASON as SHORTEST_OVERRIDE
from .limits import ROTATION, LimitCheck
from .soundness import missing_terms, says_whole, unsound_review, unsound_terms

SHORTEST_REASON = 10
"""A written reason for a flag has at least so many characters."""

LONGEST_WAIT = timedelta(days=90)
"""A proposal is open for an answer so long at most."""

ROTATION_FLAGS = tuple(RaisedFlag(ROTATION + kind) for kind in ("chain", "share", "person"))
"""What the rotation guard asks a reason for; not flags of the suggestion."""

Found = tuple[str, ...] | None

_ABOUT_NEW_TERMS = frozenset((Move.SIGN, Move.AGREE, Move.ADAPT))


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody wants to make a move: the trial before it, what is asked, whose decision, on which day."""

    plan: TrialPlan
    asked: Asked
    party: Role
    on: date
    checks: LimitCheck


def _unless(holds: bool) -> Found:
    return None if holds else ()


def _about(found: tuple[str, ...]) -> Found:
    return found or None


def _terms_given(at: Attempt) -> Found:
    return _unless(at.asked.terms is not None)


def _terms_sound(at: Attempt) -> Found:
    return _about(unsound_terms(at.asked.terms or at.plan.terms))


def _first_day_kept(at: Attempt) -> Found:
    trial, terms = at.plan.trial, at.asked.terms or at.plan.terms
    return _unless(trial is None or terms.starts == trial.starts)


def _flag_raised(at: Attempt) -> Found:
    return _unless(at.asked.flag in (*at.plan.flags, *ROTATION_FLAGS))


def _reason_written(at: Attempt) -> Found:
    shortest = SHORTEST_OVERRIDE if at.asked.flag in ROTATION_FLAGS else SHORTEST_REASON
    return _unless(says_whole(at.asked.text, shortest))


def _tasks_named(at: Attempt) -> Found:
    return _unless(bool(at.plan.terms.tasks))


def _flags_answered(at: Attempt) -> Found:
    return _about(tuple(dict.fromkeys(flag.kind for flag in at.plan.open_flags)))


def _answer_day_ahead(at: Attempt) -> Found:
    day = at.asked.answer_by
    return _unless(day is not None and at.on <= day <= at.on + LONGEST_WAIT)


def _in_time(at: Attempt) -> Found:
    return _unless(at.plan.answer_by is None or at.on <= at.plan.answer_by)


def _overdue(at: Attempt) -> Found:
    return _unless(at.plan.answer_by is not None and at.on > at.plan.answer_by)


def _reason_given(at: Attempt) -> Found:
    known = reasons().get(at.asked.reason)
    return _unless(known is not None and at.asked.move in known.moves and at.party in known.by)


def _reason_known(at: Attempt) -> Found:
    return None if not at.asked.reason else _reason_given(at)


def _terms_open(at: Attempt) -> Found:
    return _unless(at.plan.change_open)


def _terms_whole(at: Attempt) -> Found:
    return _about(missing_terms(at.plan.terms))


def _candidate_first(at: Attempt) -> Found:
    return _unless(at.party is Role.CANDIDATE or Role.CANDIDATE in at.plan.signed)


def _not_signed_yet(at: Attempt) -> Found:
    return _unless(at.party not in at.plan.signed)


def _both_signed(at: Attempt) -> Found:
    missing = {Role.CANDIDATE, Role.EMPLOYER} - set(at.plan.signed)
    return _about(tuple(sorted(role.value for role in missing)))


def _in_force(plan: TrialPlan) -> TrialTerms:
    return plan.agreed or plan.terms


def _first_day_ahead(at: Attempt) -> Found:
    starts = at.plan.terms.starts
    return _unless(at.plan.trial is not None or (starts is not None and starts >= at.on))


def _first_day_reached(at: Attempt) -> Found:
    starts = _in_force(at.plan).starts
    return _unless(starts is not None and starts <= at.on)


def _last_day_ahead(at: Attempt) -> Found:
    ends = _gone_by(at).ends
    return _unless(ends is not None and ends >= at.on)


def _last_day_reached(at: Attempt) -> Found:
    ends = _in_force(at.plan).ends
    return _unless(ends is not None and ends <= at.on)


def _gone_by(at: Attempt) -> TrialTerms:
    """Give the terms that a move goes by: new ones where they are signed or agreed on, else those in force."""
    return at.plan.terms if at.asked.move in _ABOUT_NEW_TERMS else _in_force(at.plan)


def _within_limits(at: Attempt) -> Found:
    return _about(at.checks(at.plan, _gone_by(at), at.on))


def _review_sound(at: Attempt) -> Found:
    """Hold a review against its trial; an employer tells of the work, not of strain or of what measures did for whom.

    Which measures a trial has is not an employer's to know, so its effects are refused before they are looked at.
    """
    review, trial = at.asked.review, at.plan.trial
    if review is None or trial is None:
        return ("nothing_said",)
    if at.party is Role.EMPLOYER and (review.effects or review.strain is not None):
        return ("of_the_person",)
    return _about(unsound_review(review, trial, at.on))


def _outcome_named(at: Attempt) -> Found:
    outcome, trial = at.asked.outcome, at.plan.trial
    next_step = trial is not None and trial.interruption is Interruption.NEXT_STEP
    return _unless(outcome is not None and not (next_step and outcome is Outcome.NONE))


def _follow_up_due(at: Attempt) -> Found:
    trial, months = at.plan.trial, at.asked.months
    if trial is None or trial.ended_on is None or months not in RETENTION_MONTHS:
        return ()
    return _unless(months not in followed_up(at.plan) and months_after(trial.ended_on, months) <= at.on)


def _retention_possible(at: Attempt) -> Found:
    trial = at.plan.trial
    if at.asked.in_work is None or trial is None:
        return None
    answers = dict(trial.retention.answers()) | {at.asked.months: at.asked.in_work}
    said = [answer for months in RETENTION_MONTHS if (answer := answers[months]) is not None]
    return _unless(trial.outcome in IN_WORK and said == sorted(said, reverse=True))


def _yes_or_no(at: Attempt) -> Found:
    return _unless(at.asked.answer is not None)


def followed_up(plan: TrialPlan) -> frozenset[int]:
    """Give the months after the end at which somebody has asked how it is."""
    return frozenset(int(step.facts["months"]) for step in plan.steps if "months" in step.facts)


TABLE_RULES: Mapping[str, Callable[[Attempt], Found]] = {
    "terms_given": _terms_given,
    "terms_sound": _terms_sound,
    "first_day_kept": _first_day_kept,
    "flag_raised": _flag_raised,
    "reason_written": _reason_written,
    "tasks_named": _tasks_named,
    "flags_answered": _flags_answered,
    "answer_day_ahead": _answer_day_ahead,
    "in_time": _in_time,
    "overdue": _overdue,
    "reason_given": _reason_given,
    "reason_known": _reason_known,
    "terms_open": _terms_open,
    "terms_whole": _terms_whole,
    "candidate_first": _candidate_first,
    "not_signed_yet": _not_signed_yet,
    "both_signed": _both_signed,
    "first_day_ahead": _first_day_ahead,
    "first_day_reached": _first_day_reached,
    "last_day_ahead": _last_day_ahead,
    "last_day_reached": _last_day_reached,
    "within_limits": _within_limits,
    "review_sound": _review_sound,
    "outcome_named": _outcome_named,
    "follow_up_due": _follow_up_due,
    "retention_possible": _retention_possible,
    "yes_or_no": _yes_or_no,
}
"""Rules that rows of the table name under ``needs``; the others hold for every move."""

OF_WHAT_IS_ASKED = frozenset((
    "terms_given", "flag_raised", "reason_written", "answer_day_ahead", "reason_given", "reason_known",
    "review_sound", "outcome_named", "follow_up_due", "retention_possible", "yes_or_no",
))  # fmt: skip
"""Rules that look at what comes with the request: before there is one, they stand in nobody's way."""
