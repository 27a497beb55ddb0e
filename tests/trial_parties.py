"""The three parties of a trial and a draft of theirs, shared by the tests of the lifecycle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from data.accounts import Actor, Role
from data.trial_document_facts import HalfDay
from data.trial_lifecycle import Asked, Move, Origin, RaisedFlag, TrialPlan, TrialTerms
from data.trials import Outcome, TrialReview, TriedTask
from matching.trial_lifecycle import new_plan, take

COACH = Actor("c-1", Role.COACH, "hub", "Kaisa Coach")
CANDIDATE = Actor("p-1", Role.CANDIDATE, "hub", "Pekka Person")
EMPLOYER = Actor("e-1", Role.EMPLOYER, "", "Elli Employer")
ALONE = Actor("command-line", Role.OPERATOR, "", "Olli Operator")
ADMIN = Actor("a-1", Role.ADMIN, "hub", "Aino Admin")
RESEARCHER = Actor("r-1", Role.RESEARCHER, "hub", "Riku Researcher")
NAMELESS = Actor("command-line", Role.OPERATOR, "", "")

DAY = date(2027, 1, 4)
TIGHT, ALONE_WORK = RaisedFlag("tight", ("pos_stand",)), RaisedFlag("alone", ("soc_alone",))
TASKS = (TriedTask("hall.stock.hand.1", 6.0), TriedTask("hall.stock.hand.2", 4.0))
WHOLE = TrialTerms(
    tasks=TASKS,
    week=(HalfDay("mon_am", 4.0), HalfDay("tue_am", 4.0), HalfDay("thu_am", 2.0)),
    measures=("extra_breaks",),
    starts=date(2027, 1, 18),
    ends=date(2027, 4, 9),
    supervisor="Saara Supervisor",
    goal="Find out whether the tasks of the stock suit and which times are good.",
)
BARE = TrialTerms(tasks=TASKS, measures=("extra_breaks",))
REASON = "Talked through: a stool is there, and breaks can be taken."


def at(day: date, hour: int = 9) -> datetime:
    """Give a moment of a day."""
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour)


def no_limits(_plan: TrialPlan, _terms: TrialTerms, _on: date) -> tuple[str, ...]:
    """Find no rule of a pathway broken."""
    return ()


def draft(
    flags: tuple[RaisedFlag, ...] = (TIGHT, ALONE_WORK), terms: TrialTerms = BARE, id_: str = "f" * 32
) -> TrialPlan:
    """Begin a draft of a line of a list."""
    plan = TrialPlan(
        id_, "hub", "KS-001", "hall", "hall.stock", Origin(7, "run", 2, "sugg"), flags, terms, group="logistics"
    )
    return new_plan(plan, COACH, at(DAY))


SEEN = TrialReview(date(2027, 2, 1), {"pos_stand": 3.0}, 4.0, 1.5)

Line = tuple[Asked, Actor, date]

LIFE: tuple[tuple[str, Line], ...] = (
    ("draft", (Asked(Move.GIVE_REASON, flag=TIGHT, text=REASON), COACH, DAY)),
    ("draft", (Asked(Move.GIVE_REASON, flag=ALONE_WORK, text=REASON), COACH, DAY)),
    ("proposed", (Asked(Move.PROPOSE, answer_by=date(2027, 1, 15)), COACH, DAY)),
    ("candidate_accepted", (Asked(Move.CANDIDATE_ACCEPTS), CANDIDATE, date(2027, 1, 5))),
    ("employer_accepted", (Asked(Move.EMPLOYER_ACCEPTS), EMPLOYER, date(2027, 1, 6))),
    ("employer_accepted", (Asked(Move.ARRANGE, terms=WHOLE), COACH, date(2027, 1, 7))),
    ("employer_accepted", (Asked(Move.SIGN), CANDIDATE, date(2027, 1, 8))),
    ("employer_accepted", (Asked(Move.SIGN), EMPLOYER, date(2027, 1, 8))),
    ("agreed", (Asked(Move.AGREE), COACH, date(2027, 1, 8))),
    ("running", (Asked(Move.START), COACH, date(2027, 1, 18))),
    ("running", (Asked(Move.REVIEW, review=SEEN), COACH, date(2027, 2, 1))),
    ("running", (Asked(Move.RELEASE, answer=True), CANDIDATE, date(2027, 2, 2))),
    ("ended", (Asked(Move.END), COACH, date(2027, 4, 9))),
    ("evaluated", (Asked(Move.EVALUATE, outcome=Outcome.HIRED), COACH, date(2027, 4, 12))),
    ("evaluated", (Asked(Move.FOLLOW_UP, months=3, in_work=True), COACH, date(2027, 7, 9))),
    ("evaluated", (Asked(Move.FOLLOW_UP, months=6, in_work=None), COACH, date(2027, 10, 11))),
    ("evaluated", (Asked(Move.FOLLOW_UP, months=12, in_work=False), COACH, date(2028, 4, 10))),
)  # fmt: skip
"""A trial from the draft to its last follow-up: the state after each step, and the step."""


def walked(
    steps: int | None = None, plan: TrialPlan | None = None, lines: Iterable[tuple[str, Line]] = LIFE
) -> TrialPlan:
    """Go the first so many steps of a trial's life (None: all)."""
    plan = plan or draft()
    for _, (asked, actor, day) in list(lines)[:steps]:
        plan = take(plan, asked, actor, at(day), no_limits)
    return plan


def until(state: str) -> TrialPlan:
    """Go on until a trial is in a state for the first time."""
    return walked(next(number for number, (reached, _) in enumerate(LIFE, start=1) if reached == state))
