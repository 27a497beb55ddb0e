"""Makes one move of a trial, or refuses it and says which rule stands in the way. Nothing else changes a trial.

Every move gives back a new record with one step more. Who may make it, and what it needs, is the table
(``data.trial_moves``); a score is nowhere an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from data.accounts import Actor, Role
from data.trial_lifecycle import (
    Asked,
    Channel,
    FlagReason,
    Move,
    MoveRefused,
    RaisedFlag,
    Step,
    TrialPlan,
    TrialState,
    TrialTerms,
)
from data.trial_moves import MoveRow, move_row, reasons, trial_moves
from data.trials import Course, Interruption, Trial

from .limits import LimitCheck
from .rules import OF_WHAT_IS_ASKED, TABLE_RULES, Attempt

LONGEST_NOTE = 2000


def new_plan(plan: TrialPlan, actor: Actor, at: datetime) -> TrialPlan:
    """Begin a draft: its first step, by a named coach. ``plan`` comes without steps and says where it is from."""
    moment = _moment(at)
    row = move_row(None, Move.CREATE)
    if row is None or plan.steps or plan.state is not TrialState.DRAFT:
        raise MoveRefused("move_allowed", Move.CREATE, plan.state if plan.steps else None)
    asked = Asked(Move.CREATE)
    party, _ = _decides(row, asked, actor)
    _hold(row, Attempt(plan, asked, party, at.date(), _no_limits))
    facts = {"run": plan.origin.run, "rank": plan.origin.rank}
    return _with_step(plan, row, asked, actor, party, moment, facts)


def take(plan: TrialPlan, asked: Asked, actor: Actor, at: datetime, checks: LimitCheck) -> TrialPlan:
    """Make one move; MoveRefused names the rule that stands in the way.

    ``at`` is now; its day, in the zone that it comes in, is the day that dates are held against. ``checks`` looks at
    pathway and rotation guard (``limit_check``).
    """
    row, moment = move_row(plan.state, asked.move), _moment(at)
    if row is None or not plan.steps:
        raise MoveRefused("move_allowed", asked.move, plan.state)
    party, channel_ok = _decides(row, asked, actor)
    if not channel_ok:
        raise MoveRefused("heard_how", asked.move, plan.state)
    if moment < plan.steps[-1].at:
        raise MoveRefused("time_goes_forward", asked.move, plan.state)
    attempt = Attempt(plan, asked, party, at.date(), checks)
    _hold(row, attempt)
    changed, facts = _EFFECTS[asked.move](attempt, actor, moment)
    return _with_step(replace(changed, state=row.after), row, asked, actor, party, moment, facts)


@dataclass(frozen=True, slots=True)
class OpenMove:
    """A move that the state allows: whose decision it is, where it leads, and what is missing as of now, by rule."""

    move: Move
    after: TrialState
    who: tuple[Role, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]


def open_moves(plan: TrialPlan, on: date, checks: LimitCheck) -> tuple[OpenMove, ...]:
    """Tell what can be done next, by whom, and what still stands in the way of each, before anybody asks for it.

    Rules about what comes with a request (a reason, new terms) are not looked at: there is no request yet.
    """
    found = []
    for row in trial_moves():
        if row.before is plan.state:
            several = [(party,) for party in row.who] if row.move is Move.SIGN else [row.who]
            for who in several:
                attempt = Attempt(plan, Asked(row.move), who[0], on, checks)
                found.append(OpenMove(row.move, row.after, who, _missing(row, attempt)))
    return tuple(found)


def _missing(row: MoveRow, attempt: Attempt) -> tuple[tuple[str, tuple[str, ...]], ...]:
    asked = ((rule, TABLE_RULES[rule](attempt)) for rule in row.needs if rule not in OF_WHAT_IS_ASKED)
    return tuple((rule, about) for rule, about in asked if about is not None)


def side_of(role: Role) -> Role:
    """Give the party that a role belongs to: who runs the program without accounts stands for the coach."""
    return Role.COACH if role is Role.OPERATOR else role


def _decides(row: MoveRow, asked: Asked, actor: Actor) -> tuple[Role, bool]:
    """Give whose decision it is, and whether it may be written down that way; MoveRefused for the wrong role."""
    side, heard = side_of(actor.role), asked.heard
    party = side if heard is None else heard.party
    if party not in row.who or side not in (Role.CANDIDATE, Role.EMPLOYER, Role.COACH):
        raise MoveRefused("right_role", asked.move, row.before, tuple(role.value for role in row.who))
    if row.named and not actor.named:
        raise MoveRefused("named_person", asked.move, row.before)
    told = heard is not None
    return party, not told or (row.heard and side is Role.COACH and party is not Role.COACH)


def _hold(row: MoveRow, attempt: Attempt) -> None:
    for rule in row.needs:
        about = TABLE_RULES[rule](attempt)
        if about is not None:
            raise MoveRefused(rule, row.move, row.before, about)


def _moment(at: datetime) -> datetime:
    """Give the moment in UTC, in milliseconds, as the store keeps it."""
    utc = at.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def _no_limits(_plan: TrialPlan, _terms: TrialTerms, _on: date) -> tuple[str, ...]:
    """Check nothing: a draft may be outside all limits, an agreement may not."""
    return ()


def _with_step(
    plan: TrialPlan, row: MoveRow, asked: Asked, actor: Actor, party: Role, moment: datetime, facts: Mapping[str, Any]
) -> TrialPlan:
    channel: Channel | None = None if asked.heard is None else asked.heard.how
    step = Step(
        number=plan.version + 1,
        at=moment,
        move=row.move,
        before=row.before,
        after=row.after,
        party=party,
        account=actor.account,
        role=actor.role,
        name=actor.name,
        channel=channel,
        reason=asked.reason,
        terms=plan.terms_version,
        facts=dict(facts),
        note=asked.note.strip()[:LONGEST_NOTE],
    )
    return replace(plan, steps=(*plan.steps, step))


Changed = tuple[TrialPlan, dict[str, Any]]
_Effect = Callable[[Attempt, Actor, datetime], Changed]


def _nothing_more(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    return at.plan, {}


def _give_reason(at: Attempt, actor: Actor, moment: datetime) -> Changed:
    flag = at.asked.flag or RaisedFlag("")
    reason = FlagReason(flag, " ".join(at.asked.text.split()), actor.account, actor.name, moment)
    return replace(at.plan, reasons=(*at.plan.reasons, reason)), {"flag": flag.kind}


def _new_terms(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    number = at.plan.versions + 1
    terms = at.asked.terms or at.plan.terms
    return replace(at.plan, terms=terms, terms_version=number, versions=number, signed=()), {}


def _propose(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    return replace(at.plan, answer_by=at.asked.answer_by), {}


def _accept(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    answered = at.asked.move is Move.EMPLOYER_ACCEPTS
    return replace(at.plan, answer_by=None) if answered else at.plan, {}


def _close_answer(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    return replace(_settled(at.plan), answer_by=None), {}


def _sign(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    return replace(at.plan, signed=(*at.plan.signed, at.party)), {}


def _in_force(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    """Put the terms that all three have said yes to in force, also in the trial that runs already."""
    plan, terms = at.plan, at.plan.terms
    trial = plan.trial
    if trial is not None:
        trial = replace(
            trial,
            course=Course.ADAPTED,
            tasks=terms.tasks,
            measures=terms.measures,
            planned_end=terms.ends,
            pathway=terms.pathway,
        )
    agreed_on = plan.agreed_on or at.on
    changed = replace(plan, agreed=terms, agreed_version=plan.terms_version, agreed_on=agreed_on, trial=trial)
    return replace(changed, signed=()), {"signed": [role.value for role in plan.signed]}


def _refuse_change(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    plan = at.plan
    kept = replace(plan, terms=plan.agreed or plan.terms, terms_version=plan.agreed_version, signed=())
    return kept, {"refused": plan.terms_version}


def _start(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    plan, terms = at.plan, at.plan.agreed or at.plan.terms
    trial = Trial(
        id=plan.id,
        candidate=plan.candidate,
        employer=plan.employer,
        site=plan.site,
        starts=terms.starts or at.on,
        course=Course.STARTED,
        tasks=terms.tasks,
        measures=terms.measures,
        decided_on=plan.agreed_on,
        planned_end=terms.ends,
        pathway=terms.pathway,
        suggestion=plan.origin.suggestion,
        run=plan.origin.run_id,
        group=plan.group,
        released=plan.released,
        fictional=plan.fictional,
    )
    return replace(plan, trial=trial), {}


def _review(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    trial, review = at.plan.trial, at.asked.review
    if trial is None or review is None:
        return at.plan, {}
    return _of_trial(at.plan, reviews=(*trial.reviews, review)), {"day": review.day.isoformat()}


def _end(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    """End a trial on its last day, also when it is written down later; nothing is talked about any more."""
    terms = at.plan.agreed or at.plan.terms
    return _settled(_of_trial(at.plan, course=Course.ENDED, ended_on=terms.ends)), {}


def _interrupt(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    return _settled(_broken_off(at)), {}


def _withdraw(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    """Leave: a running trial is broken off, and nothing is learned from it: who leaves has not said yes."""
    running = at.plan.state in (TrialState.RUNNING, TrialState.PAUSED)
    plan = _broken_off(at) if running else at.plan
    plan = plan if plan.trial is None else _of_trial(plan, released=False)
    return replace(_settled(plan), released=False, answer_by=None), {}


def _broken_off(at: Attempt) -> TrialPlan:
    known = reasons().get(at.asked.reason)
    why = Interruption.UNKNOWN if known is None else known.interruption
    trial = at.plan.trial
    ended = at.on if trial is None else max(at.on, trial.starts)
    return _of_trial(at.plan, course=Course.INTERRUPTED, ended_on=ended, interruption=why)


def _settled(plan: TrialPlan) -> TrialPlan:
    """Drop what is still talked about: the terms in force are the last word."""
    if plan.agreed is None:
        return replace(plan, signed=())
    return replace(plan, terms=plan.agreed, terms_version=plan.agreed_version, signed=())


def _evaluate(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    return _of_trial(at.plan, outcome=at.asked.outcome), {}


def _follow_up(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    trial, months = at.plan.trial, at.asked.months
    if trial is None:
        return at.plan, {}
    retention = replace(trial.retention, **{f"at_{months}": at.asked.in_work})
    return _of_trial(at.plan, retention=retention), {"months": months}


def _release(at: Attempt, _actor: Actor, _moment: datetime) -> Changed:
    said = bool(at.asked.answer)
    plan = replace(at.plan, released=said)
    return plan if plan.trial is None else _of_trial(plan, released=said), {"released": said}


def _of_trial(plan: TrialPlan, **changed: Any) -> TrialPlan:
    if plan.trial is None:
        raise MoveRefused("trial_there", plan.steps[-1].move, plan.state)
    return replace(plan, trial=replace(plan.trial, **changed))


_EFFECTS: Mapping[Move, _Effect] = {
    Move.GIVE_REASON: _give_reason,
    Move.REVISE: _new_terms,
    Move.PROPOSE: _propose,
    Move.EXTEND: _propose,
    Move.CANDIDATE_ACCEPTS: _accept,
    Move.EMPLOYER_ACCEPTS: _accept,
    Move.REOPEN: _close_answer,
    Move.DECLINE: _close_answer,
    Move.EXPIRE: _close_answer,
    Move.ARRANGE: _new_terms,
    Move.SIGN: _sign,
    Move.AGREE: _in_force,
    Move.ADAPT: _in_force,
    Move.REFUSE_CHANGE: _refuse_change,
    Move.START: _start,
    Move.ASK_CHANGE: _nothing_more,
    Move.REVIEW: _review,
    Move.PAUSE: _nothing_more,
    Move.RESUME: _nothing_more,
    Move.END: _end,
    Move.INTERRUPT: _interrupt,
    Move.EVALUATE: _evaluate,
    Move.FOLLOW_UP: _follow_up,
    Move.RELEASE: _release,
    Move.WITHDRAW: _withdraw,
}
