"""A trial from the first draft to the last follow-up: its states, its terms, who said yes to what, and every step.

Frozen records. What may happen when is a table (``data.trial_moves``); who tells whether it may is
``matching.trial_lifecycle``. What was seen and what came of it stands in ``data.trials.Trial`` from the first day on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from .accounts import Role
from .errors import WorkTrialError
from .trial_document_facts import HalfDay
from .trials import Outcome, Trial, TrialReview, TriedTask


class TrialState(StrEnum):
    """Where a trial is. The last three are ends without a trial, or with a trial that the candidate left."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    CANDIDATE_ACCEPTED = "candidate_accepted"
    EMPLOYER_ACCEPTED = "employer_accepted"
    AGREED = "agreed"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    EVALUATED = "evaluated"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Move(StrEnum):
    """What can be done with a trial; erasing the person takes it away altogether and is no move."""

    CREATE = "create"
    GIVE_REASON = "give_reason"
    REVISE = "revise"
    PROPOSE = "propose"
    EXTEND = "extend"
    CANDIDATE_ACCEPTS = "candidate_accepts"
    EMPLOYER_ACCEPTS = "employer_accepts"
    REOPEN = "reopen"
    DECLINE = "decline"
    EXPIRE = "expire"
    ARRANGE = "arrange"
    SIGN = "sign"
    AGREE = "agree"
    ADAPT = "adapt"
    REFUSE_CHANGE = "refuse_change"
    START = "start"
    ASK_CHANGE = "ask_change"
    REVIEW = "review"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    INTERRUPT = "interrupt"
    EVALUATE = "evaluate"
    FOLLOW_UP = "follow_up"
    RELEASE = "release"
    WITHDRAW = "withdraw"


class Channel(StrEnum):
    """How somebody said it, when a coach writes it down for them."""

    IN_PERSON = "in_person"
    ON_PAPER = "on_paper"
    BY_PHONE = "by_phone"
    BY_MESSAGE = "by_message"


@dataclass(frozen=True, slots=True)
class Heard:
    """The candidate or the employer said it, a coach writes it down: whose word it is and how it was said."""

    party: Role
    how: Channel


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag of the suggestion as it was shown: its kind and what it is about."""

    kind: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlagReason:
    """Why it can go on in spite of a flag: the text of a named person, and when."""

    flag: RaisedFlag
    text: str
    account: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TrialTerms:
    """What is agreed on: the same for all three parties, and all that an employer gets to see.

    ``tasks`` with hours a week; ``week``: hours by half-day (empty: not said); ``measures`` of the catalogue;
    ``starts`` and ``ends`` both included; ``supervisor`` at the work place; ``reviews``: days on which the three look
    at how it goes (empty: the usual ones). For the pathway, if there is one: ``kept`` answers its yes-or-no terms
    (``paid``, ``body_decided`` …), ``host``, ``full_time_hours`` a week, ``contract_months_after``.
    """

    tasks: tuple[TriedTask, ...] = ()
    week: tuple[HalfDay, ...] = ()
    measures: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None
    supervisor: str = ""
    goal: str = ""
    reviews: tuple[date, ...] = ()
    pathway: str = ""
    kept: Mapping[str, bool] = field(default_factory=dict)
    host: str = "company"
    full_time_hours: float | None = None
    contract_months_after: float | None = None

    @property
    def hours_per_week(self) -> float:
        """Add up the weekly hours."""
        return sum(task.hours_per_week for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Origin:
    """The line of the list from which a draft was made: number and id of the list, rank and id of the suggestion."""

    run: int
    run_id: str
    rank: int
    suggestion: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trial, numbered from 1; steps are only ever added.

    ``party``: whose decision it was; ``account``, ``role`` and ``name``: who wrote it down; ``channel``: how it was
    said, where somebody else wrote it down. ``reason``: a code of the closed list. ``terms``: version that it is about.
    ``facts``: what else was said, in plain values. ``note`` is for the coach's side only.
    """

    number: int
    at: datetime
    move: Move
    before: TrialState | None
    after: TrialState
    party: Role
    account: str
    role: Role
    name: str
    channel: Channel | None = None
    reason: str = ""
    terms: int = 1
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """A trial that is planned, under way or over. ``version`` counts its steps: whoever changes it says which one.

    ``terms`` are those talked about, ``agreed`` those in force (None: not agreed yet); ``terms_version`` and
    ``agreed_version`` name them, ``versions`` counts all there were. ``signed``: who has said yes to ``terms``.
    ``answer_by``: last day for an answer to the proposal. ``released``: the candidate lets the trial be learned from.
    ``trial``: how it goes, from the first day on, under the same id.
    """

    id: str
    tenant: str
    candidate: str
    employer: str
    site: str
    origin: Origin
    flags: tuple[RaisedFlag, ...] = ()
    terms: TrialTerms = TrialTerms()
    state: TrialState = TrialState.DRAFT
    terms_version: int = 1
    versions: int = 1
    agreed: TrialTerms | None = None
    agreed_version: int = 0
    agreed_on: date | None = None
    signed: tuple[Role, ...] = ()
    answer_by: date | None = None
    reasons: tuple[FlagReason, ...] = ()
    released: bool = False
    group: str = ""
    fictional: bool = False
    trial: Trial | None = None
    steps: tuple[Step, ...] = ()

    @property
    def version(self) -> int:
        """Number the last step."""
        return len(self.steps)

    @property
    def open_flags(self) -> tuple[RaisedFlag, ...]:
        """Name the flags to which nobody has written a reason."""
        answered = {reason.flag for reason in self.reasons}
        return tuple(flag for flag in self.flags if flag not in answered)

    @property
    def change_open(self) -> bool:
        """Tell whether terms are talked about that are not those in force."""
        return self.terms_version != self.agreed_version


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: the move, and what goes with it; a move looks only at what it needs.

    ``reason``: a code of the closed list; ``note``: a text for the coach's side, never required. ``flag`` and ``text``:
    the written reason for a flag. ``months`` and ``in_work``: a follow-up (None: nobody could tell). ``answer``: the
    yes or no to being learned from.
    """

    move: Move
    heard: Heard | None = None
    reason: str = ""
    note: str = ""
    terms: TrialTerms | None = None
    flag: RaisedFlag | None = None
    text: str = ""
    answer_by: date | None = None
    review: TrialReview | None = None
    outcome: Outcome | None = None
    months: int = 0
    in_work: bool | None = None
    answer: bool | None = None


RULES: Mapping[str, str] = {
    "move_allowed": "this move is not made from there",
    "right_role": "this is not for this role to decide",
    "named_person": "a named person decides, and nobody is named",
    "heard_how": "only a coach writes down what the candidate or the employer said",
    "time_goes_forward": "the step would lie before the last one",
    "trial_there": "what was kept of the running trial was taken away",
    "terms_given": "the terms are missing",
    "terms_sound": "something in the terms is not sound",
    "first_day_kept": "a trial that has begun keeps its first day",
    "flag_raised": "there is no such flag on this trial",
    "reason_written": "the written reason is missing, too short or too long",
    "tasks_named": "no task is named",
    "flags_answered": "flags have no written reason of a human yet",
    "answer_day_ahead": "the last day for an answer is missing, past or too far off",
    "in_time": "the last day for an answer is over",
    "overdue": "there is still time to answer",
    "reason_given": "a reason of the list is missing, or not one for this",
    "reason_known": "the reason is not one of the list",
    "terms_open": "there are no new terms to say yes or no to",
    "terms_whole": "something is missing from the terms",
    "candidate_first": "the candidate has not said yes to these terms yet",
    "not_signed_yet": "this party has said yes to these terms already",
    "both_signed": "candidate and employer have not both said yes to these terms",
    "first_day_ahead": "the first day is over",
    "first_day_reached": "the first day has not come yet",
    "last_day_ahead": "the last day is over",
    "last_day_reached": "the last day has not come yet; what ends before it is broken off, with a reason",
    "within_limits": "a rule of the pathway or the rotation guard is broken or open",
    "review_sound": "something in the review is not sound",
    "outcome_named": "the outcome is missing, or contradicts why the trial was broken off",
    "follow_up_due": "a follow-up is due 3, 6 and 12 months after the last day, each once",
    "retention_possible": "this cannot be: no job followed that could last, or it was gone before",
    "yes_or_no": "a yes or a no is missing",
}
"""Every rule that can refuse a move, and what it says; other languages: ``trial.rule.*`` of the messages."""


class MoveRefused(WorkTrialError):
    """A move of a trial is not allowed now. ``rule`` names why, ``about`` what it is about: ids and kinds, no names."""

    code = "move_refused"
    exit_code = 7

    def __init__(self, rule: str, move: Move, state: TrialState | None, about: tuple[str, ...] = ()) -> None:
        self.rule, self.move, self.state, self.about = rule, move, state, about
        where = "a trial that is not there yet" if state is None else f"a trial that is {state.value}"
        named = f" ({', '.join(about)})" if about else ""
        super().__init__(
            f"{move.value} was refused for {where}, rule {rule}: {RULES[rule]}{named}. Nothing was changed. "
            "Which moves are open, and what each needs, stands in docs/reference/trial-lifecycle.md."
        )


class PlanChanged(WorkTrialError):
    """Somebody else has changed the trial since it was read."""

    code = "plan_changed"
    exit_code = 7

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has changed this trial since you read it. Your step was not made. Read it again and decide."
        )
