"""What a candidate may release to an employer: a closed list of facts, each as an effect in the work.

There is no kind for a diagnosis, a level, a score, the ground of a must-not or a figure of capacity, so none can be
released. A fact is shown when it is necessary for a purpose of the stage AND released; consent only narrows
(Act 759/2004, section 3).
Source: ``data/reference/releasable_facts.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .accommodations import load_accommodations
from .conditions import ConditionType
from .dimensions import dimension_index
from .errors import InvalidInput, ReferenceFault
from .reference_files import REFERENCE, read_yaml
from .situation import first_fault
from .vocabulary import vocabulary

FILE = "releasable_facts.yaml"

LONGEST_TEXT = 400
"""Letters of a fact in somebody's own words."""

LONGEST_DAY = 24.0

_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Purpose(StrEnum):
    """What a fact may be necessary for at an employer."""

    DECIDE = "decide"
    ARRANGE = "arrange"
    PLAN_WEEK = "plan_week"
    SAFETY = "safety"
    AGREE = "agree"
    PAY = "pay"


class ProposalStage(StrEnum):
    """Where a proposal is: before the employer, accepted by the candidate, agreed by all, over."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    OVER = "over"


class Reader(StrEnum):
    """Who reads at the employer: anybody who handles the proposal, or the named supervisor."""

    HANDLERS = "handlers"
    SUPERVISOR = "supervisor"


class BriefSection(StrEnum):
    """The sections of an effect brief in which released facts stand."""

    WHO = "who"
    WEEK = "week"
    GOES_WELL = "goes_well"
    ARRANGE = "arrange"
    LEFT_TO_OTHERS = "left_to_others"
    HELPS = "helps"
    CALL = "call"


class About(StrEnum):
    """What a kind of fact is about: an id of a closed list, or nothing beside itself."""

    NOTHING = "nothing"
    STRENGTH = "strength"
    ACTIVITY = "activity"
    CONDITION = "condition"
    MEASURE = "measure"
    RULE = "rule"


class Keeps(StrEnum):
    """What is kept of a fact when it is released."""

    NOTHING = "nothing"
    TEXT = "text"
    HOURS = "hours"
    TASKS = "tasks"


class ArrangedBy(StrEnum):
    """Who sees to a measure. Only what the workplace arranges needs a release."""

    EMPLOYER = "employer"
    PERSON = "person"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class FactKind:
    """One kind of fact: where it comes from, what for, whom it reaches, how it is said."""

    id: str
    comes_from: str
    about: About
    keeps: Keeps
    purposes: frozenset[Purpose]
    reaches: Reader
    section: BriefSection
    names: Mapping[str, str]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FactCatalogue:
    """The whole list, in its order. ``rules``: dimension -> rule of work; ``measures``: plainer names of some."""

    version: str
    purposes: Mapping[Purpose, Mapping[str, str]]
    stages: Mapping[ProposalStage, frozenset[Purpose]]
    kinds: Mapping[str, FactKind]
    conditions: frozenset[ConditionType]
    arranged_by: Mapping[str, ArrangedBy]
    measures: Mapping[str, Mapping[str, str]]
    rules: Mapping[str, Mapping[str, str]]

    def kind(self, id_: str) -> FactKind:
        """Give a kind; InvalidInput for what cannot be released."""
        found = self.kinds.get(id_)
        if found is None:
            raise InvalidInput("fact", "there is no such kind of fact to release", ", ".join(self.kinds))
        return found


@dataclass(frozen=True, slots=True, order=True)
class ReleasableFact:
    """One fact: its kind, what it is about, and what is kept of it (text, hours of a day, or ids of tasks).

    The kept part is what the candidate saw and released. It does not follow the profile.
    """

    kind: str
    about: str = ""
    text: str = ""
    hours: float = 0.0
    tasks: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Tell which fact it is, whatever is kept of it."""
        return self.kind, self.about


def checked_fact(fact: ReleasableFact) -> ReleasableFact:
    """Give the fact if it is one of the list; InvalidInput says what is not, never what it said.

    >>> checked_fact(ReleasableFact("avoid", "str_lift", tasks=("hall.stock.hand.2",))).key
    ('avoid', 'str_lift')
    """
    catalogue = load_releasable_facts()
    kind = catalogue.kind(fact.kind)
    allowed = _allowed(catalogue, kind.about)
    known = fact.about in allowed if kind.about is not About.CONDITION else _condition_known(catalogue, fact.about)
    if not known:
        raise InvalidInput(f"fact {kind.id}", "it is about something that cannot be released", _examples(allowed))
    if bool(fact.text.strip()) != (kind.keeps is Keeps.TEXT) or len(fact.text) > LONGEST_TEXT:
        raise InvalidInput(f"fact {kind.id}", "its words are missing, too long or not asked for", _accepted(kind))
    if fact.text != fact.text.strip() or _UNWRITABLE.search(fact.text):
        raise InvalidInput(f"fact {kind.id}", "its words hold signs that cannot be written", "one line of text")
    if (fact.hours > 0) != (kind.keeps is Keeps.HOURS) or not 0 <= fact.hours <= LONGEST_DAY:
        raise InvalidInput(f"fact {kind.id}", "its hours are missing or not asked for", _accepted(kind))
    if bool(fact.tasks) != (kind.keeps is Keeps.TASKS) or tuple(sorted(set(fact.tasks))) != fact.tasks:
        raise InvalidInput(f"fact {kind.id}", "its tasks are missing, not asked for or not in order", _accepted(kind))
    return fact


def _accepted(kind: FactKind) -> str:
    return {
        Keeps.NOTHING: "nothing beside what it is about",
        Keeps.TEXT: f"1 to {LONGEST_TEXT} letters",
        Keeps.HOURS: "hours of a day, above 0 and up to 24",
        Keeps.TASKS: "ids of tasks, each once, in order",
    }[kind.keeps]


def _allowed(catalogue: FactCatalogue, about: About) -> frozenset[str]:
    match about:
        case About.NOTHING | About.CONDITION:
            return frozenset({""})
        case About.STRENGTH:
            return frozenset((*vocabulary("activities"), *dimension_index()))
        case About.ACTIVITY:
            return frozenset(vocabulary("activities"))
        case About.MEASURE:
            return frozenset(catalogue.arranged_by)
        case About.RULE:
            return frozenset(catalogue.rules)


def _condition_known(catalogue: FactCatalogue, key: str) -> bool:
    return key.partition(":")[0] in {one.value for one in catalogue.conditions} and len(key) <= LONGEST_TEXT


def _examples(allowed: frozenset[str]) -> str:
    return ", ".join(sorted(allowed)[:3]) + " ..." if len(allowed) > 3 else "nothing beside its kind, or a condition"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Words(_Strict):
    fi: Annotated[str, Field(min_length=1)]
    sv: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class _Kind(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    id: Annotated[str, Field(pattern="^[a-z_]+$")]
    comes_from: Annotated[str, Field(alias="from", min_length=1)]
    about: About
    keeps: Keeps
    purposes: Annotated[frozenset[Purpose], Field(min_length=1)]
    reaches: Reader
    section: BriefSection
    names: _Words
    words: _Words


class _ArrangedBy(_Strict):
    person: frozenset[str]
    programme: frozenset[str]


class _File(_Strict):
    version: str
    purposes: dict[Purpose, _Words]
    stages: dict[ProposalStage, frozenset[Purpose]]
    kinds: tuple[_Kind, ...]
    conditions: frozenset[ConditionType]
    arranged_by: _ArrangedBy
    measures: dict[str, _Words]
    rules: dict[str, _Words]


@cache
def load_releasable_facts(path: Path = REFERENCE / FILE) -> FactCatalogue:
    """Read the list; ReferenceFault names what is not whole, unknown, or says a number.

    >>> load_releasable_facts().kinds["avoid"].reaches
    <Reader.SUPERVISOR: 'supervisor'>
    """
    try:
        read = _File.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ReferenceFault(path.name, "facts", first_fault(error)) from None
    _check_lists(path.name, read)
    for where, words in _sentences(read):
        if re.search(r"\d", re.sub(r"\{[a-z]+\}", "", " ".join(words.model_dump().values()))):
            raise ReferenceFault(path.name, where, "a fact is said without numbers")
    by = dict.fromkeys(read.arranged_by.person, ArrangedBy.PERSON)
    by |= dict.fromkeys(read.arranged_by.programme, ArrangedBy.PROGRAMME)
    return FactCatalogue(
        version=read.version,
        purposes={purpose: read.purposes[purpose].model_dump() for purpose in Purpose},
        stages={stage: read.stages[stage] for stage in ProposalStage},
        kinds={kind.id: _fact_kind(kind) for kind in read.kinds},
        conditions=read.conditions,
        arranged_by={measure.id: by.get(measure.id, ArrangedBy.EMPLOYER) for measure in load_accommodations()},
        measures={id_: words.model_dump() for id_, words in read.measures.items()},
        rules={id_: words.model_dump() for id_, words in read.rules.items()},
    )


def _check_lists(file: str, read: _File) -> None:
    """Refuse what is missing, stands twice or is about something that there is not."""
    for name, told, all_ in (
        ("purposes", set(read.purposes), set(Purpose)),
        ("stages", set(read.stages), set(ProposalStage)),
    ):
        if told != all_:
            raise ReferenceFault(file, name, "one is missing")
    ids = [kind.id for kind in read.kinds]
    if twice := [id_ for id_ in ids if ids.count(id_) > 1]:
        raise ReferenceFault(file, twice[0], "the kind stands twice")
    if both := read.arranged_by.person & read.arranged_by.programme:
        raise ReferenceFault(file, min(both), "two see to one measure")
    measures = {measure.id for measure in load_accommodations()}
    named = read.arranged_by.person | read.arranged_by.programme | set(read.measures)
    if strange := named - measures:
        raise ReferenceFault(file, min(strange), "there is no such measure")
    if unknown := set(read.rules) - set(dimension_index()):
        raise ReferenceFault(file, min(unknown), "there is no such dimension")


def _sentences(read: _File) -> list[tuple[str, _Words]]:
    kinds = [(kind.id, words) for kind in read.kinds for words in (kind.names, kind.words)]
    return [*kinds, *read.measures.items(), *read.rules.items()]


def _fact_kind(read: _Kind) -> FactKind:
    words = read.names.model_dump(), read.words.model_dump()
    where = read.purposes, read.reaches, read.section
    return FactKind(read.id, read.comes_from, read.about, read.keeps, *where, *words)
