"""The trial lifecycle against a plain model of it, written by hand beside it: random lives of trials in a real store.

The model knows states as words and days as numbers, and nothing of the engine's table. Every move is tried by
everybody, with good and bad things in hand, with the version that was read and with an older one, while people are
erased, profiles are brought in anew and the store is closed and opened again.
"""

from __future__ import annotations

import uuid
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from data.accounts import Actor, Role
from data.candidates import Candidate
from data.errors import UnknownId
from data.store import (
    Store,
    add_plan,
    all_trials,
    candidate_ids,
    erase_candidate,
    get_plan,
    open_store,
    plans_of,
    replace_candidates,
    terms_of,
)
from data.store.schema import audit_entry, metadata
from data.trial_lifecycle import (
    Asked,
    Channel,
    Heard,
    Move,
    MoveRefused,
    Origin,
    PlanChanged,
    RaisedFlag,
    TrialPlan,
    TrialTerms,
)
from data.trials import Course, Outcome, TrialReview, TriedTask
from matching.trial_lifecycle import new_plan, take
from tests.trial_parties import ADMIN, ALONE, CANDIDATE, COACH, EMPLOYER, NAMELESS, RESEARCHER, WHOLE, at, no_limits
from tests.trials_in_store import move_trial

FIRST = date(2027, 1, 4)
LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""Figures might look like an identity code, which no terms may hold."""

ACTORS = {"k": CANDIDATE, "e": EMPLOYER, "c": COACH, "o": ALONE, "n": NAMELESS, "a": ADMIN, "r": RESEARCHER}
FLAGS = (RaisedFlag("tight", ("pos_stand",)), RaisedFlag("quiet_hours"))
OPEN = {
    "draft",
    "proposed",
    "candidate_accepted",
    "employer_accepted",
    "agreed",
    "running",
    "paused",
    "ended",
    "evaluated",
}
TALKING = {"employer_accepted", "agreed", "running", "paused"}
GOING = {"running", "paused"}

# move: (from where, to where ("" stays), whose decision: k candidate, e employer, c coach)
BY_HAND: dict[str, tuple[set[str], str, str]] = {
    "give_reason": ({"draft", *TALKING}, "", "c"),
    "revise": ({"draft"}, "", "c"),
    "propose": ({"draft"}, "proposed", "c"),
    "extend": ({"proposed", "candidate_accepted"}, "", "c"),
    "candidate_accepts": ({"proposed"}, "candidate_accepted", "k"),
    "employer_accepts": ({"candidate_accepted"}, "employer_accepted", "e"),
    "reopen": ({"proposed", "candidate_accepted", "employer_accepted"}, "draft", "c"),
    "decline": ({"draft", "proposed", "candidate_accepted", "employer_accepted", "agreed"}, "declined", "kec"),
    "expire": ({"proposed", "candidate_accepted"}, "expired", "c"),
    "arrange": (TALKING, "", "c"),
    "sign": (TALKING, "", "ke"),
    "agree": ({"employer_accepted"}, "agreed", "c"),
    "adapt": ({"agreed", *GOING}, "", "c"),
    "refuse_change": ({"agreed", *GOING}, "", "kec"),
    "start": ({"agreed"}, "running", "c"),
    "review": (GOING, "", "c"),
    "pause": ({"running"}, "paused", "kec"),
    "resume": ({"paused"}, "running", "c"),
    "end": (GOING, "ended", "c"),
    "interrupt": (GOING, "ended", "ec"),
    "evaluate": ({"ended"}, "evaluated", "c"),
    "follow_up": ({"evaluated"}, "", "c"),
    "release": (OPEN - {"draft"}, "", "k"),
    "withdraw": (OPEN, "withdrawn", "k"),
}
WHO_DECLINES = {"draft": "c", "proposed": "kc"}
TOLD = {
    "candidate_accepts",
    "employer_accepts",
    "decline",
    "sign",
    "refuse_change",
    "pause",
    "interrupt",
    "release",
    "withdraw",
}
HEARD = {
    "": None,
    "k": Heard(Role.CANDIDATE, Channel.ON_PAPER),
    "e": Heard(Role.EMPLOYER, Channel.IN_PERSON),
    "c": Heard(Role.COACH, Channel.BY_MESSAGE),
}
TRIES = [
    (move, who, told)
    for move in BY_HAND
    for who, told in [
        *((who, "") for who in ACTORS),
        ("c", "k"),
        ("c", "e"),
        ("c", "c"),
        ("o", "k"),
        ("k", "e"),
        ("e", "k"),
    ]
]


@dataclass
class Terms:
    """Terms as the model sees them: days from FIRST, and whether anything is missing."""

    number: int
    starts: int | None
    ends: int | None
    whole: bool


@dataclass
class Life:
    """One trial as the model sees it."""

    person: str
    state: str = "draft"
    steps: list[tuple[str, str, str]] = field(default_factory=lambda: [("create", "", "draft")])
    open_flags: set[str] = field(default_factory=lambda: {flag.kind for flag in FLAGS})
    terms: Terms = field(default_factory=lambda: Terms(1, None, None, whole=False))
    in_force: Terms | None = None
    versions: int = 1
    signed: set[str] = field(default_factory=set)
    answer_by: int | None = None
    released: bool = False
    course: str = ""
    starts: int = 0
    ended: int | None = None
    outcome: str = ""
    followed: set[int] = field(default_factory=set)
    kept_job: dict[int, bool] = field(default_factory=dict)
    reviews: int = 0

    @property
    def talked(self) -> bool:
        return self.in_force is None or self.in_force.number != self.terms.number


@dataclass
class Try:
    """One attempt: who (a letter of ACTORS), for whom it is written down, and whether what is in hand is good."""

    move: str
    who: str
    told_for: str
    good: bool
    day: int
    terms: Terms | None = None
    answer_by: int | None = None
    answer: bool | None = None
    outcome: str = ""
    months: int = 0
    flag: str = ""


def party_of(one: Try) -> str:
    return one.told_for or {"o": "c", "n": "c"}.get(one.who, one.who)


def allowed(life: Life, one: Try) -> bool:
    """Tell by hand whether a move is allowed."""
    states, _, deciders = BY_HAND[one.move]
    if one.move == "decline":
        deciders = WHO_DECLINES.get(life.state, "ec")
    if life.state not in states or party_of(one) not in deciders:
        return False
    if one.told_for and (one.who not in "co" or one.move not in TOLD or one.told_for == "c"):
        return False
    if one.who == "n" and one.move != "expire":
        return False
    return one.good and _what_is_needed(life, one)


def _what_is_needed(life: Life, one: Try) -> bool:  # noqa: C901 - a table of moves reads best in one piece
    day, force, terms = one.day, life.in_force or life.terms, life.terms
    begun = life.course != ""
    match one.move:
        case "propose":
            return not life.open_flags
        case "candidate_accepts" | "employer_accepts":
            return life.answer_by is None or day <= life.answer_by
        case "expire":
            return life.answer_by is not None and day > life.answer_by
        case "arrange":
            assert one.terms is not None
            return not begun or one.terms.starts == life.starts
        case "sign":
            mine = party_of(one)
            order = mine == "k" or "k" in life.signed
            return life.talked and terms.whole and order and mine not in life.signed and _days_good(life, day)
        case "agree":
            return terms.whole and life.signed == {"k", "e"} and _days_good(life, day)
        case "adapt":
            return life.talked and terms.whole and life.signed == {"k", "e"} and _days_good(life, day)
        case "refuse_change":
            return life.talked
        case "start":
            assert force.starts is not None
            assert force.ends is not None
            return force.starts <= day <= force.ends
        case "resume":
            return force.ends is not None and day <= force.ends
        case "end":
            return force.ends is not None and day >= force.ends
        case "follow_up":
            return _follow_up(life, one)
        case _:
            return True


def _days_good(life: Life, day: int) -> bool:
    """New terms begin today or later; those of a trial that has begun keep its first day and end today or later."""
    assert life.terms.starts is not None
    assert life.terms.ends is not None
    if life.course:
        return life.terms.starts == life.starts and day <= life.terms.ends
    return day <= life.terms.starts


def _follow_up(life: Life, one: Try) -> bool:
    assert life.ended is not None
    ended = FIRST + timedelta(days=life.ended)
    month = ended.month - 1 + one.months
    same_date = [date(ended.year + month // 12, month % 12 + 1, 1) + timedelta(days=n) for n in range(31)]
    due = [day for day in same_date if day.month == month % 12 + 1 and day.day <= ended.day][-1]
    if one.months in life.followed or FIRST + timedelta(days=one.day) < due:
        return False
    if one.answer is None:
        return True
    said = life.kept_job | {one.months: one.answer}
    came_back = any(said[a] is False and said[b] is True for a in said for b in said if a < b)
    return life.outcome == "hired" and not came_back


def apply(life: Life, one: Try) -> None:  # noqa: C901 - as above
    """Make a move in the model."""
    before, after = life.state, BY_HAND[one.move][1] or life.state
    life.state = after
    life.steps.append((one.move, before, after))
    match one.move:
        case "give_reason":
            life.open_flags -= {one.flag}
        case "revise" | "arrange":
            assert one.terms is not None
            life.versions += 1
            life.terms, life.signed = replace(one.terms, number=life.versions), set()
        case "propose" | "extend":
            life.answer_by = one.answer_by
        case "employer_accepts" | "expire":
            life.answer_by, life.signed = None, set()
        case "reopen" | "decline":
            life.answer_by, life.signed, life.terms = None, set(), life.in_force or life.terms
        case "sign":
            life.signed.add(party_of(one))
        case "agree" | "adapt":
            life.in_force, life.signed = life.terms, set()
            life.course = "adapted" if life.course else ""
        case "refuse_change":
            assert life.in_force is not None
            life.terms, life.signed = life.in_force, set()
        case "start":
            assert life.in_force is not None
            assert life.in_force.starts is not None
            life.course, life.starts = "started", life.in_force.starts
        case "review":
            life.reviews += 1
        case "end":
            assert life.in_force is not None
            _over(life, "ended", life.in_force.ends)
        case "interrupt":
            _over(life, "interrupted", one.day)
        case "withdraw":
            life.answer_by, life.released = None, False
            if before in GOING:
                _over(life, "interrupted", one.day)
            elif life.in_force is not None:
                life.terms = life.in_force
            life.signed = set()
        case "evaluate":
            life.outcome = one.outcome
        case "follow_up":
            life.followed.add(one.months)
            life.kept_job |= {} if one.answer is None else {one.months: one.answer}
        case "release":
            assert one.answer is not None
            life.released = one.answer


def _over(life: Life, course: str, day: int | None) -> None:
    assert life.in_force is not None
    life.course, life.ended, life.terms, life.signed = course, day, life.in_force, set()


class TrialLives(RuleBasedStateMachine):
    """Random lives of trials of three people, in one store that others have used before."""

    store: Store
    erased: list[str]
    counted: dict[str, int]

    @initialize(far=st.sampled_from([10, 15, 10, 17, 9, 20, 6, 3, 0]))
    def people(self, far: int) -> None:
        """Begin with three people and one trial that has come some way already."""
        self.day, self.hour = 0, 0
        self.lives: dict[str, Life] = {}
        self.gone: dict[str, str] = {}
        self.mark = uuid.uuid4().hex.translate(LETTERS)
        self.persons = [f"{self.mark}-{n}" for n in "xyz"]
        with self.store.write() as connection:
            replace_candidates(connection, [self.profile(one) for one in self.persons])
        self.draft(0)
        for _ in range(far):
            self.go_on(next(iter(self.lives)))

    @staticmethod
    def profile(id_: str) -> Candidate:
        return Candidate(id_, f"name of {id_}", 4.0, 20.0, {})

    def now(self) -> Any:
        self.hour = min(self.hour + 1, 22_000)
        return at(FIRST + timedelta(days=self.day), 0) + timedelta(seconds=self.hour)

    @precondition(lambda self: sum(life.state in OPEN for life in self.lives.values()) < 4)
    @rule(person=st.integers(0, 2))
    def another(self, person: int) -> None:
        self.draft(person)

    def draft(self, person: int) -> None:
        """Make a draft, at most three a person: more unpaid trials in a row are stopped by the rotation guard."""
        id_, who = uuid.uuid4().hex, self.persons[person]
        if sum(life.person == who for life in self.lives.values()) >= 3:
            return
        terms = TrialTerms(tasks=self.tasks(id_), measures=WHOLE.measures)
        empty = TrialPlan(id_, "hub", who, f"firm-{id_}", f"site-{id_}", Origin(1, "run", 1, "s"), FLAGS, terms)
        plan = new_plan(empty, COACH, self.now())
        try:
            with self.store.write() as connection:
                add_plan(connection, plan, COACH)
        except UnknownId:
            assert who in self.gone.values()
        else:
            assert who not in self.gone.values()
            self.lives[id_] = Life(who)

    @staticmethod
    def tasks(id_: str) -> tuple[TriedTask, ...]:
        return tuple(replace(task, task=f"{id_}.{task.task}") for task in WHOLE.tasks)

    @precondition(lambda self: any(life.state in OPEN for life in self.lives.values()))
    @rule(which=st.integers(0, 99), often=st.integers(1, 2))
    def it_goes_well(self, which: int, often: int) -> None:
        """Go on as everybody hopes."""
        here = [id_ for id_, life in self.lives.items() if life.state in OPEN]
        for _ in range(often):
            self.go_on(here[which % len(here)])

    def go_on(self, id_: str) -> None:
        """Take the next step of a trial that goes well, waiting for its day where it has one."""
        life = self.lives[id_]
        move, who = self.next_step(life)
        if not move:
            return
        one = Try(move, who, "", good=True, day=self.day)
        if move == "follow_up":
            self.wait_until((life.ended or 0) + 31 * min({3, 6, 12} - life.followed))
            one.day = self.day
        asked = self.in_hand(id_, life, one, WHOLE.goal)
        self.attempt(id_, life, one, asked, stale=False)

    def in_hand(self, id_: str, life: Life, one: Try, goal: str) -> Asked:
        """Put in hand what a move needs; terms with a goal are whole."""
        asked = Asked(Move(one.move), note=f"note {life.person}")
        match one.move:
            case "give_reason":
                flag = next((flag for flag in FLAGS if flag.kind in life.open_flags), FLAGS[0])
                one.flag, asked = flag.kind, replace(asked, flag=flag, text=f"reason {life.person}")
            case "propose" | "extend":
                one.answer_by = one.day + 10
                asked = replace(asked, answer_by=FIRST + timedelta(days=one.answer_by))
            case "arrange" | "revise":
                starts = life.starts if life.course else one.day + 3
                ends = max(starts, min(one.day + 40, starts + 300))
                one.terms, terms = self.terms_from(id_, life, starts, ends, whole=bool(goal), good=True)
                asked = replace(asked, terms=replace(terms, goal=goal))
            case "decline" | "refuse_change" | "pause" | "interrupt":
                asked = replace(asked, reason="not_said")
            case "review":
                seen = TrialReview(FIRST + timedelta(days=one.day), {"pos_stand": 3.0}, strain=2.0)
                asked = replace(asked, review=seen)
            case "evaluate":
                one.outcome, asked = "hired", replace(asked, outcome=Outcome.HIRED)
            case "follow_up":
                one.months = min({3, 6, 12} - life.followed, default=12)
                asked = replace(asked, months=one.months)
            case "release":
                one.answer, asked = True, replace(asked, answer=True)
        return asked

    def everybody_tries_everything(self, id_: str, life: Life, plan: TrialPlan) -> None:
        """Try every move by everybody with good things in hand: only what the model allows goes through."""
        for move, who, told in TRIES:
            one = Try(move, who, told, good=True, day=self.day)
            asked = replace(self.in_hand(id_, life, one, goal=""), heard=HEARD[told])
            try:
                after = take(plan, asked, ACTORS[who], plan.steps[-1].at, no_limits)
            except MoveRefused as refused:
                assert not allowed(life, one), (life, one, str(refused))
            else:
                assert allowed(life, one), (life, one)
                then = deepcopy(life)
                apply(then, one)
                self.hold(after, then)

    def next_step(self, life: Life) -> tuple[str, str]:  # noqa: C901 - as above
        """Tell what comes next and by whom; goes to the first or the last day where it is waited for."""
        force = life.in_force or life.terms
        match life.state:
            case "draft":
                return ("give_reason", "c") if life.open_flags else ("propose", "c")
            case "proposed" | "candidate_accepted" if life.answer_by is not None and life.answer_by < self.day:
                return "extend", "c"
            case "proposed":
                return "candidate_accepts", "k"
            case "candidate_accepted":
                return "employer_accepts", "e"
            case "employer_accepted":
                if not life.terms.whole or life.terms.starts is None or life.terms.starts < self.day:
                    return "arrange", "c"
                return self.next_yes(life)
            case "agreed" if force.starts is not None and force.ends is not None and force.ends >= self.day:
                self.wait_until(force.starts)
                return "start", "c"
            case "running" if not life.reviews:
                return "review", "c"
            case "running" if life.course == "started" or life.talked:
                return self.next_yes(life) if life.talked and life.terms.whole else ("arrange", "c")
            case "running" if force.ends is not None:
                self.wait_until(force.ends)
                return "end", "c"
            case "ended":
                return "evaluate", "c"
            case "evaluated" if len(life.followed) < 3:
                return "follow_up", "c"
            case _:
                return "", ""

    @staticmethod
    def next_yes(life: Life) -> tuple[str, str]:
        if len(life.signed) < 2:
            return "sign", "e" if "k" in life.signed else "k"
        return "adapt" if life.course else "agree", "c"

    def wait_until(self, day: int) -> None:
        if day > self.day:
            self.day, self.hour = day, 0

    @precondition(lambda self: self.lives)
    @rule(
        data=st.data(),
        which=st.integers(0, 99),
        fitting=st.integers(0, 9),
        good=st.integers(0, 9),
        stale=st.integers(0, 9),
        told=st.booleans(),
    )
    def somebody_tries(self, data: st.DataObject, which: int, fitting: int, good: int, stale: int, told: bool) -> None:
        """Try a move; mostly one that the state knows, by somebody who may decide it."""
        id_ = list(self.lives)[which % len(self.lives)]
        life = self.lives[id_]
        here = [move for move, (states, _, _) in reversed(BY_HAND.items()) if life.state in states]
        if fitting != 9 and here:
            move = data.draw(st.sampled_from(here), "move")
            party = data.draw(st.sampled_from(self.deciders(life, move)), "party")
            who, told_for = (party, "") if not told or party == "c" or move not in TOLD else ("c", party)
        else:
            move = data.draw(st.sampled_from(sorted(BY_HAND)), "move")
            who = data.draw(st.sampled_from(sorted(ACTORS)), "who")
            told_for = data.draw(st.sampled_from(["", "", "k", "e", "c"]), "told for")
        one = Try(move, who, told_for, good != 9, self.day)
        asked = self.asked(data, id_, life, one)
        self.attempt(id_, life, one, asked, stale == 9)

    @staticmethod
    def deciders(life: Life, move: str) -> str:
        return WHO_DECLINES.get(life.state, "ec") if move == "decline" else BY_HAND[move][2]

    def asked(self, data: st.DataObject, id_: str, life: Life, one: Try) -> Asked:
        """Put in hand what a move needs, or something that will not do."""
        asked = Asked(Move(one.move), HEARD[one.told_for], note=f"note {life.person}")
        match one.move:
            case "give_reason":
                flag = next((flag for flag in FLAGS if flag.kind in life.open_flags), FLAGS[0])
                one.flag = flag.kind
                flag = flag if one.good else RaisedFlag("tight", ("something else",))
                return replace(asked, flag=flag, text=f"reason {life.person}")
            case "revise" | "arrange":
                one.terms, terms = self.terms(data, id_, life, one.good)
                return replace(asked, terms=terms)
            case "propose" | "extend":
                one.answer_by = self.day + data.draw(st.integers(1, 20), "days to answer")
                day = FIRST + timedelta(days=one.answer_by) if one.good else FIRST - timedelta(days=1)
                return replace(asked, answer_by=day)
            case "decline" | "refuse_change" | "pause" | "interrupt":
                return replace(asked, reason="not_said" if one.good else "")
            case "withdraw":
                return replace(asked, reason="" if one.good else "no reason of the list")
            case "review":
                day = FIRST + timedelta(days=self.day)
                return replace(asked, review=TrialReview(day, {"pos_stand": 3.0} if one.good else {}))
            case "evaluate":
                one.outcome = data.draw(st.sampled_from(["hired", "none"]), "outcome")
                return replace(asked, outcome=Outcome(one.outcome) if one.good else None)
            case "follow_up":
                one.months = data.draw(st.sampled_from([3, 6, 12]), "months")
                one.answer = data.draw(st.sampled_from([None, True, False]), "in work")
                return replace(asked, months=one.months if one.good else 5, in_work=one.answer)
            case "release":
                one.answer = data.draw(st.booleans(), "yes or no")
                return replace(asked, answer=one.answer if one.good else None)
            case _:
                one.good = True
                return asked

    def terms(self, data: st.DataObject, id_: str, life: Life, good: bool) -> tuple[Terms, TrialTerms]:
        starts = life.starts if life.course else self.day + data.draw(st.integers(0, 10), "days until the start")
        if life.course and data.draw(st.integers(0, 5), "another first day") == 5:
            starts += 1
        ends = min(max(starts, self.day) + data.draw(st.integers(0, 70), "days of the trial"), starts + 300)
        whole = data.draw(st.integers(0, 4), "whole") < 4
        return self.terms_from(id_, life, starts, ends, whole, good)

    def terms_from(
        self, id_: str, life: Life, starts: int, ends: int, whole: bool, good: bool
    ) -> tuple[Terms, TrialTerms]:
        terms = replace(
            WHOLE,
            tasks=self.tasks(id_),
            starts=FIRST + timedelta(days=starts),
            ends=FIRST + timedelta(days=ends if good else starts - 1),
            supervisor=f"supervisor of {life.person}" if whole else "",
        )
        return Terms(0, starts, ends, whole), terms

    def attempt(self, id_: str, life: Life, one: Try, asked: Asked, stale: bool) -> None:
        """Make the move in the store and in the model, and hold what came out beside each other."""
        actor: Actor = ACTORS[one.who]
        seen = len(life.steps) - (1 if stale else 0)
        try:
            plan = move_trial(self.store, id_, seen, asked, actor, self.now())
        except UnknownId:
            raise AssertionError("a trial that nobody erased is gone") from None
        except PlanChanged:
            assert stale
            self.counted["overtaken"] = self.counted.get("overtaken", 0) + 1
        except MoveRefused as refused:
            assert not stale
            assert not allowed(life, one), (life, one, str(refused))
            self.counted["refused"] = self.counted.get("refused", 0) + 1
        else:
            assert not stale
            assert allowed(life, one), (life, one)
            apply(life, one)
            self.counted[one.move] = self.counted.get(one.move, 0) + 1
            self.compare(id_, life, plan)
            self.everybody_tries_everything(id_, life, plan)
            return
        self.compare(id_, life)

    def compare(self, id_: str, life: Life, given: TrialPlan | None = None) -> None:
        """Hold one trial of the store against the model, and against what the last step gave back."""
        with self.store.read() as connection:
            plan = get_plan(connection, id_)
            assert given is None or plan == given
            kept = terms_of(connection, id_)
            told = connection.execute(
                sa.select(audit_entry.c.action).where(audit_entry.c.about == f"trial:{id_}").order_by("number")
            )
            entries = [row.action for row in told]
        assert entries == [f"trial.{move}" for move, _, _ in life.steps]
        assert sorted(kept) == list(range(1, life.versions + 1))
        assert kept[plan.terms_version] == plan.terms
        self.hold(plan, life)

    def hold(self, plan: TrialPlan, life: Life) -> None:
        """Hold one trial against the model."""
        steps = [(s.move.value, "" if s.before is None else s.before.value, s.after.value) for s in plan.steps]
        assert steps == life.steps
        assert [step.number for step in plan.steps] == list(range(1, len(steps) + 1))
        assert plan.state.value == life.state
        assert {flag.kind for flag in plan.open_flags} == life.open_flags
        assert {{Role.CANDIDATE: "k", Role.EMPLOYER: "e"}[role] for role in plan.signed} == life.signed
        assert (plan.terms_version, plan.versions) == (life.terms.number, life.versions)
        assert plan.agreed_version == (0 if life.in_force is None else life.in_force.number)
        assert plan.released == life.released
        self.compare_trial(plan, life)

    @staticmethod
    def compare_trial(plan: TrialPlan, life: Life) -> None:
        """Hold what learning reads against the model; nothing runs without three yeses, a supervisor and days."""
        trial = plan.trial
        assert (trial is None) == (life.course == "")
        if trial is None:
            return
        assert (trial.course.value, len(trial.reviews), trial.released) == (life.course, life.reviews, life.released)
        ended = None if trial.ended_on is None else (trial.ended_on - FIRST).days
        assert ended == life.ended
        assert ("" if trial.outcome is None else trial.outcome.value) == life.outcome
        agreed = plan.agreed
        assert agreed is not None
        assert agreed.supervisor
        assert agreed.starts is not None
        assert agreed.ends is not None
        assert agreed.starts <= agreed.ends
        yes = [step for step in plan.steps if step.terms == plan.agreed_version]
        parties = {step.party for step in yes if step.move in (Move.SIGN, Move.AGREE, Move.ADAPT)}
        assert parties == {Role.CANDIDATE, Role.EMPLOYER, Role.COACH}
        assert all(step.name for step in yes)
        assert (trial.course is Course.INTERRUPTED) == (trial.interruption is not None)

    @rule(
        what=st.sampled_from(["time", "time", "time", "profiles", "opened"]),
        days=st.sampled_from([1, 1, 3, 3, 10, 30, 100, 400]),
    )
    def something_else_happens(self, what: str, days: int) -> None:
        """Time goes by, profiles are brought in anew, or the store is closed and opened again."""
        if what == "time":
            self.day, self.hour = self.day + days, 0
        elif what == "profiles":
            with self.store.write() as connection:
                here = [one for one in self.persons if one not in self.gone.values()]
                replace_candidates(connection, [self.profile(one) for one in here])
        else:
            url = self.store.engine.url.render_as_string(hide_password=False)
            self.store.close()
            type(self).store = open_store(url)
        self.only_what_the_model_knows_is_there()

    @precondition(lambda self: self.lives)
    @rule(person=st.integers(0, 2), sure=st.integers(0, 5))
    def a_person_is_erased(self, person: int, sure: int) -> None:
        who = self.persons[person]
        if sure != 5 or who in self.gone.values():
            return
        with self.store.write() as connection:
            erase_candidate(connection, who, FIRST)
        for id_ in [id_ for id_, life in self.lives.items() if life.person == who]:
            del self.lives[id_]
            self.gone[id_] = who
            with pytest.raises(UnknownId):
                move_trial(self.store, id_, 1, Asked(Move.START), COACH, self.now())
        self.gone[who] = who
        self.erased.append(who)
        self.only_what_the_model_knows_is_there()

    def only_what_the_model_knows_is_there(self) -> None:
        with self.store.read() as connection:
            found = plans_of(connection, "hub", self.persons)
        assert {plan.id: plan.state.value for plan in found} == {id_: one.state for id_, one in self.lives.items()}

    def teardown(self) -> None:
        for id_, life in getattr(self, "lives", {}).items():
            self.compare(id_, life)
        if hasattr(self, "lives"):
            self.only_what_the_model_knows_is_there()


def left_of(store: Store, erased: list[str]) -> list[str]:
    """Name the tables in which anything of an erased person is left; every cell of every table is read."""
    found = []
    with store.read() as connection:
        here = set(candidate_ids(connection))
        assert not here & set(erased)
        assert not {trial.candidate for trial in all_trials(connection)} & set(erased)
        for table in metadata.sorted_tables:
            text = " ".join(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            found += [table.name for one in erased if one in text]
    return found
