"""What a rule of a pathway is: a dated value with its source, and what kind of thing it rules.

A pathway is a way to arrange a work trial or another measure (who decides, pays, insures). All it says is a rule: a
condition, a limit, a term of the trial, money, a duty or a role. A rule has dated versions; an ended one ends at a
date and stays (OpenFisca's habit). Numbers stand only in versions, never in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Words = Mapping[str, str]
"""The same sentence in fi, sv and en."""


class Status(StrEnum):
    """How the start and the text of a version are known."""

    DESCRIBED = "described"  # the source describes it for its year; when it began is not said
    KNOWN_START = "known_start"  # the source says when it began
    CARRIED_FORWARD = "carried_forward"  # an older text taken on past a reform: confirm before use


class PathwayKind(StrEnum):
    """What sort of measure a pathway is."""

    WORK_TRIAL = "work_trial"
    COACHING = "coaching"
    TRAINING = "training"
    BUSINESS = "business"
    ASSESSMENT = "assessment"
    COURSE = "course"
    AIDS = "aids"
    ADAPTATION = "adaptation"
    RELOCATION = "relocation"
    RETURN_TO_WORK = "return_to_work"
    BENEFIT = "benefit"
    SUPPORTED_WORK = "supported_work"
    SHELTERED_WORK = "sheltered_work"
    WAGE_SUPPORT = "wage_support"
    BUDGET = "budget"
    EARLY_SUPPORT = "early_support"


class TermKind(StrEnum):
    """The closed set of terms that a trial can be held to."""

    HOURS_PER_WEEK_LEAST = "hours_per_week_least"
    HOURS_PER_WEEK_MOST = "hours_per_week_most"  # in hours, or in percent of full time
    HOURS_PER_DAY_LEAST = "hours_per_day_least"
    HOURS_PER_DAY_MOST = "hours_per_day_most"
    DAYS_PER_WEEK_MOST = "days_per_week_most"
    LENGTH_USUAL = "length_usual"  # longer needs a decision with grounds
    LENGTH_LEAST = "length_least"
    LENGTH_MOST = "length_most"  # the whole pathway, all employers
    LENGTH_AT_ONE_EMPLOYER = "length_at_one_employer"
    LENGTH_IN_ONE_TASK = "length_in_one_task"
    LENGTH_WITH_SICKNESS = "length_with_sickness"  # from the first sick day to the end of the trial
    START_FROM_SICK_DAY = "start_from_sick_day"
    START_UNTIL_SICK_DAY = "start_until_sick_day"
    DEMAND_MOST = "demand_most"  # highest level on a dimension
    CONTRACT_AFTER_LEAST = "contract_after_least"
    PAID = "paid"
    UNPAID = "unpaid"
    NO_OUTPUT_DEMANDS = "no_output_demands"
    NO_SKILL_DEMANDS = "no_skill_demands"
    UNDONE_WORK_ELSEWHERE = "undone_work_elsewhere"
    WRITTEN_AGREEMENT = "written_agreement"
    SUPERVISOR_NAMED = "supervisor_named"
    BODY_DECIDES = "body_decides"
    PLAN_BEFORE_START = "plan_before_start"
    PROGRAMME_BEFORE_START = "programme_before_start"
    RECALL_DUTY = "recall_duty"
    NO_DISTORTION = "no_distortion"
    NOT_A_PRIVATE_PERSON = "not_a_private_person"
    OWN_EMPLOYER = "own_employer"
    OTHER_EMPLOYER = "other_employer"


class Side(StrEnum):
    """Whose purse a rule of money speaks of."""

    PERSON_INCOME = "person_income"
    PERSON_COSTS = "person_costs"
    EMPLOYER_RECEIVES = "employer_receives"
    EMPLOYER_PAYS = "employer_pays"
    PENSION = "pension"


class Role(StrEnum):
    """Who does what on a pathway."""

    ARRANGES = "arranges"
    DECIDES = "decides"
    PAYS = "pays"
    INSURES = "insures"
    SUPERVISES = "supervises"
    COORDINATES = "coordinates"
    SUPPORTS = "supports"
    TAKES_PART = "takes_part"


class When(StrEnum):
    """How a duty lies in time."""

    BY = "by"  # at the latest on the value
    BETWEEN = "between"  # from the value to value_to
    EVERY = "every"  # again and again
    FROM = "from"  # as soon as the value is reached
    DURING = "during"  # all the time, from the event on
    BEFORE = "before"  # before the event


class TrialState(StrEnum):
    """The states of a trial, to which duties and working methods are tied."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    STARTED = "started"
    REVIEWED = "reviewed"
    ENDED = "ended"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where it is written: document and section."""

    document: str
    section: str


@dataclass(frozen=True, slots=True)
class Version:
    """What a rule says from ``valid_from`` to ``valid_to`` (None: no end known).

    ``value_to`` closes a range. ``figure_year``: the value is of that year and is adjusted yearly, so that in another
    year it is only a hint. ``about``: the source says "about".
    """

    valid_from: date
    valid_to: date | None
    value: float | None
    value_to: float | None
    unit: str
    source: Pointer
    checked_on: date
    status: Status
    figure_year: int | None
    about: bool
    text: Words

    def outdated(self, on: date) -> bool:
        """Tell if the figure is of another year than ``on``."""
        return self.figure_year is not None and self.figure_year != on.year


@dataclass(frozen=True, slots=True)
class Needs:
    """One test of a situation: a closed set of operators over facts; a number is always a rule's value.

    ``op``: is, yes, no, at_least, at_most, above, below, any, all. ``rule``: whose value is compared with.
    """

    op: str
    fact: str = ""
    among: tuple[str, ...] = ()
    rule: str = ""
    parts: tuple[Needs, ...] = ()

    def facts(self) -> tuple[str, ...]:
        """Name the facts it looks at, each once, in order."""
        if self.parts:
            return tuple(dict.fromkeys(fact for part in self.parts for fact in part.facts()))
        return (self.fact,)

    def leaves(self) -> tuple[Needs, ...]:
        """Give the single comparisons it is made of."""
        return tuple(leaf for part in self.parts for leaf in part.leaves()) if self.parts else (self,)

    def rules(self) -> tuple[str, ...]:
        """Name the rules whose numbers it uses."""
        own = (self.rule,) if self.rule else ()
        return own + tuple(rule for part in self.parts for rule in part.rules())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, its dated versions in order, and whether it only holds ``when`` something is so."""

    id: str
    file: str
    versions: tuple[Version, ...]
    when: Needs | None

    def held(self, on: date) -> Version | None:
        """Give the version that held on a day; None before the first and after the last."""
        for version in reversed(self.versions):
            if version.valid_from <= on:
                return version if version.valid_to is None or on <= version.valid_to else None
        return None


@dataclass(frozen=True, slots=True)
class Condition(Rule):
    """What must be so for a pathway to be open."""

    needs: Needs


@dataclass(frozen=True, slots=True)
class Limit(Rule):
    """A number that other rules compare with."""


@dataclass(frozen=True, slots=True)
class Term(Rule):
    """A term that a trial is held to. ``firm`` False: what is usual; beyond it a decision with grounds is needed."""

    term: TermKind
    firm: bool
    dimension: str
    host: str
    interpretation: Words | None


@dataclass(frozen=True, slots=True)
class Formula:
    """How an amount comes about.

    ``kind``: amount, percent_of, percent_on_top_of, same_as, threshold, actual_costs or none. The other fields name
    facts or, with @, other rules; ``above``: only what exceeds it counts. A threshold matters but is not itself paid.
    """

    kind: str
    of: str = ""
    divided_by: str = ""
    above: str = ""
    at_most: tuple[str, ...] = ()
    at_least: tuple[str, ...] = ()
    covers: tuple[Words, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Name the facts and (with @) rules that it looks at."""
        return tuple(name for name in (self.of, self.divided_by, self.above, *self.at_most, *self.at_least) if name)


@dataclass(frozen=True, slots=True)
class Money(Rule):
    """What somebody gets or pays."""

    side: Side
    formula: Formula
    paid_by: str
    paid_to: str


@dataclass(frozen=True, slots=True)
class Duty(Rule):
    """What is due when, for whom. ``clock`` is the event from which it is counted."""

    who: tuple[str, ...]
    due: When
    clock: str
    contents: tuple[Words, ...]
    states: tuple[TrialState, ...]
    remind_days: int


@dataclass(frozen=True, slots=True)
class RoleRule(Rule):
    """Which body or person does what."""

    role: Role
    body: str


@dataclass(frozen=True, slots=True)
class Precedence(Rule):
    """Which pathways go before which: the ``later`` ones wait for the answer on the ``first`` ones."""

    first: tuple[str, ...]
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Responsible(Rule):
    """Which bodies answer for a person of a status (Table 1 of the comparison)."""

    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pathway:
    """One way to arrange a measure, with the ids of its rules in order."""

    id: str
    country: str
    kind: PathwayKind
    names: Words
    summary: Words
    body: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A source: title, publisher, the year whose state it describes."""

    id: str
    title: str
    publisher: str
    year: str
    describes: str
    note: Words
