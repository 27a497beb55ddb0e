"""Reads pathway files: YAML from outside becomes checked, frozen rules; every fault is named with file and rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from . import pathway_records as records
from .dimensions import dimension_index
from .errors import ReferenceFault
from .reference_files import read_yaml
from .situation import first_fault

UNITS = frozenset(
    (
        *("days", "weeks", "months", "years", "age_years", "study_weeks", "times", "level", "of_full_pension", "yes"),
        *("hours_per_week", "hours_per_day", "days_per_week", "percent_of_full_time", "percent", "percentage_points"),
        *("eur", "eur_per_month", "eur_per_year", "eur_per_day", "sek", "sek_per_year", "price_base_amounts"),
    )
)
"""Units that a value may have."""


def _number(value: object) -> object:
    """Take fractions as they are written: 2/3."""
    return float(Fraction(value)) if isinstance(value, str) and "/" in value else value


Number = Annotated[float, BeforeValidator(_number)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Words(_Strict):
    fi: Annotated[str, Field(min_length=1)]
    sv: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class _Source(_Strict):
    document: str
    section: Annotated[str, Field(min_length=1)]


class _Version(_Strict):
    valid_from: date
    valid_to: date | None = None
    value: Number | None = None
    value_to: Number | None = None
    unit: str = "yes"
    source: _Source
    checked_on: date
    status: records.Status = records.Status.DESCRIBED
    figure_year: int | None = None
    about: bool = False
    text: _Words | None = None


class _Rule(_Strict):
    id: str
    versions: Annotated[list[_Version], Field(min_length=1)]
    text: _Words | None = None
    when: Any = None


class _Condition(_Rule):
    rule: Literal["condition"]
    needs: Any


class _Limit(_Rule):
    rule: Literal["limit"]


class _Term(_Rule):
    rule: Literal["term"]
    term: records.TermKind
    firm: bool = True
    dimension: str = ""
    host: Literal["", "municipality", "other_than_municipality"] = ""
    interpretation: _Words | None = None


class _Formula(_Strict):
    kind: Literal["amount", "percent_of", "percent_on_top_of", "same_as", "threshold", "actual_costs", "none"]
    of: str = ""
    divided_by: str = ""
    above: str = ""
    at_most: tuple[str, ...] = ()
    at_least: tuple[str, ...] = ()
    covers: tuple[_Words, ...] = ()


class _Money(_Rule):
    rule: Literal["money"]
    side: records.Side
    formula: _Formula
    paid_by: str
    paid_to: str = "person"


class _Duty(_Rule):
    rule: Literal["duty"]
    who: Annotated[tuple[str, ...], Field(min_length=1)]
    due: records.When
    clock: str
    contents: tuple[_Words, ...] = ()
    states: tuple[records.TrialState, ...] = ()
    remind_days: int = 7


class _Role(_Rule):
    rule: Literal["role"]
    role: records.Role
    body: str


class _Precedence(_Rule):
    rule: Literal["precedence"]
    first: Annotated[tuple[str, ...], Field(min_length=1)]
    later: Annotated[tuple[str, ...], Field(min_length=1)]


class _Responsible(_Rule):
    rule: Literal["responsible"]
    bodies: Annotated[tuple[str, ...], Field(min_length=1)]


AnyRule = Annotated[
    _Condition | _Limit | _Term | _Money | _Duty | _Role | _Precedence | _Responsible, Field(discriminator="rule")
]
_RULE: TypeAdapter[Any] = TypeAdapter(AnyRule)


class _Pathway(_Strict):
    id: str
    kind: records.PathwayKind
    names: _Words
    summary: _Words
    body: str
    rules: Annotated[tuple[str, ...], Field(min_length=1)]


class _Document(_Strict):
    id: str
    title: str
    publisher: str
    year: str
    describes: str
    note: _Words


_OPERATORS = frozenset(("is", "yes", "no", "at_least", "at_most", "above", "below", "any", "all"))


def read_needs(entry: Any, own: str, file: str, facts: Mapping[str, Any]) -> records.Needs:
    """Read one test; a comparison without ``rule`` compares with the value of the rule it stands in."""
    if isinstance(entry, dict):  # YAML 1.1 reads a bare yes or no as true or false
        entry = {{True: "yes", False: "no"}.get(key, key): value for key, value in entry.items()}
    ops = [key for key in entry if key in _OPERATORS] if isinstance(entry, dict) else []
    if len(ops) != 1:
        raise ReferenceFault(file, own, f"a test needs exactly one of {', '.join(sorted(_OPERATORS))}")
    op = ops[0]
    if op in ("any", "all"):
        if set(entry) != {op} or not entry[op]:
            raise ReferenceFault(file, own, f"'{op}' takes a list of tests and nothing else")
        return records.Needs(op, parts=tuple(read_needs(part, own, file, facts) for part in entry[op]))
    allowed = {"is": {"is", "among"}, "yes": {"yes"}, "no": {"no"}}.get(op, {op, "rule"})
    if unknown := set(entry) - allowed:
        raise ReferenceFault(file, own, f"unknown key {sorted(unknown)[0]} in a test")
    fact = str(entry[op])
    if fact not in facts:
        raise ReferenceFault(file, own, f"unknown fact {fact}")
    wanted = {"is": "choice", "yes": "yes_no", "no": "yes_no"}.get(op, "number")
    if facts[fact].type != wanted:
        raise ReferenceFault(file, own, f"'{op}' does not go with {fact}, which is of the type {facts[fact].type}")
    among = tuple(entry.get("among", ()))
    if wrong := set(among) - set(facts[fact].choices):
        raise ReferenceFault(file, own, f"{sorted(wrong)[0]} is no choice of {fact}")
    if op == "is" and not among:
        raise ReferenceFault(file, own, "'is' needs a list 'among'")
    return records.Needs(op, fact, among, str(entry.get("rule", own)) if wanted == "number" else "")


def read_rules(path: Path, entries: Iterable[Any], facts: Mapping[str, Any]) -> list[records.Rule]:
    """Read the rules of one file; ReferenceFault for a gap, an overlap, a missing source, language or unknown key."""
    return [_rule(path, entry, facts) for entry in entries]


def _rule(path: Path, entry: Any, facts: Mapping[str, Any]) -> records.Rule:
    file = f"{path.parent.name}/{path.name}"
    where = str(entry.get("id", "?")) if isinstance(entry, dict) else "?"
    try:
        read = _RULE.validate_python(entry)
    except ValidationError as error:
        raise ReferenceFault(file, where, first_fault(error)) from None
    versions = tuple(_version(version, read.text, file, where) for version in read.versions)
    _check_dates(versions, file, where)
    base = {
        "id": read.id,
        "file": file,
        "versions": versions,
        "when": None if read.when is None else read_needs(read.when, read.id, file, facts),
    }
    built = _BUILDERS[read.rule](read, base, file, facts)
    assert isinstance(built, records.Rule)  # noqa: S101 - narrows the type of the table below
    return built


def _version(read: _Version, text: _Words | None, file: str, where: str) -> records.Version:
    words = read.text or text
    if words is None:
        raise ReferenceFault(file, where, "no text in fi, sv and en")
    if read.unit not in UNITS:
        raise ReferenceFault(file, where, f"unknown unit {read.unit}")
    if (read.value is None) != (read.unit == "yes"):
        raise ReferenceFault(file, where, "a value needs a unit, and a unit a value")
    if read.value_to is not None and (read.value is None or read.value_to < read.value):
        raise ReferenceFault(file, where, "value_to is below value")
    spoken = words.model_dump()
    for language, sentence in spoken.items():
        if (read.value is None) == ("{value}" in sentence):
            raise ReferenceFault(file, where, f"the text in {language} must say {{value}} where there is a value")
        if (read.value_to is None) == ("{value_to}" in sentence):
            raise ReferenceFault(file, where, f"the text in {language} must say {{value_to}} where there is a range")
    return records.Version(
        read.valid_from,
        read.valid_to,
        read.value,
        read.value_to,
        read.unit,
        records.Pointer(read.source.document, read.source.section),
        read.checked_on,
        read.status,
        read.figure_year,
        read.about,
        spoken,
    )


def _check_dates(versions: tuple[records.Version, ...], file: str, where: str) -> None:
    for version in versions:
        if version.valid_to is not None and version.valid_to < version.valid_from:
            raise ReferenceFault(file, where, f"ends on {version.valid_to} before it begins on {version.valid_from}")
    for one, following in pairwise(versions):
        if one.valid_to is None or one.valid_to >= following.valid_from:
            raise ReferenceFault(file, where, f"two versions overlap on {following.valid_from}")
        if one.valid_to + timedelta(days=1) != following.valid_from:
            raise ReferenceFault(file, where, f"nothing is said between {one.valid_to} and {following.valid_from}")


def _spoken(words: tuple[_Words, ...]) -> tuple[records.Words, ...]:
    return tuple(one.model_dump() for one in words)


def _condition(read: _Condition, base: dict[str, Any], file: str, facts: Mapping[str, Any]) -> records.Rule:
    return records.Condition(**base, needs=read_needs(read.needs, read.id, file, facts))


def _term(read: _Term, base: dict[str, Any], file: str, _facts: Mapping[str, Any]) -> records.Rule:
    if (read.term is records.TermKind.DEMAND_MOST) != (read.dimension in dimension_index()):
        raise ReferenceFault(file, read.id, "demand_most needs a dimension of dimensions.yaml, other terms none")
    interpretation = None if read.interpretation is None else read.interpretation.model_dump()
    return records.Term(
        **base,
        term=read.term,
        firm=read.firm,
        dimension=read.dimension,
        host=read.host,
        interpretation=interpretation,
    )


def _money(read: _Money, base: dict[str, Any], file: str, facts: Mapping[str, Any]) -> records.Rule:
    formula = read.formula
    spoken = _spoken(formula.covers)
    made = records.Formula(
        formula.kind, formula.of, formula.divided_by, formula.above, formula.at_most, formula.at_least, spoken
    )
    for name in made.names:
        if not name.startswith("@") and name not in facts:
            raise ReferenceFault(file, read.id, f"the formula names an unknown fact {name}")
    if (formula.kind in ("percent_of", "percent_on_top_of", "same_as")) != bool(formula.of):
        raise ReferenceFault(file, read.id, f"a formula of the kind {formula.kind} and its 'of' do not go together")
    if (formula.kind in ("amount", "percent_of", "percent_on_top_of", "threshold")) != (
        base["versions"][0].value is not None
    ):
        raise ReferenceFault(file, read.id, f"a formula of the kind {formula.kind} and its value do not go together")
    return records.Money(**base, side=read.side, formula=made, paid_by=read.paid_by, paid_to=read.paid_to)


def _duty(read: _Duty, base: dict[str, Any], file: str, _facts: Mapping[str, Any]) -> records.Rule:
    timed = read.due in (records.When.BY, records.When.BETWEEN, records.When.EVERY, records.When.FROM)
    if timed != (base["versions"][0].value is not None):
        raise ReferenceFault(file, read.id, f"a duty due '{read.due}' and its value do not go together")
    if (read.due is records.When.BETWEEN) != (base["versions"][0].value_to is not None):
        raise ReferenceFault(file, read.id, "a duty due 'between' needs value_to, and only that one")
    return records.Duty(
        **base,
        who=read.who,
        due=read.due,
        clock=read.clock,
        contents=_spoken(read.contents),
        states=read.states,
        remind_days=read.remind_days,
    )


_BUILDERS: dict[str, Any] = {
    "condition": _condition,
    "limit": lambda _read, base, _file, _facts: records.Limit(**base),
    "term": _term,
    "money": _money,
    "duty": _duty,
    "role": lambda read, base, _file, _facts: records.RoleRule(**base, role=read.role, body=read.body),
    "precedence": lambda read, base, _file, _facts: records.Precedence(**base, first=read.first, later=read.later),
    "responsible": lambda read, base, _file, _facts: records.Responsible(**base, bodies=read.bodies),
}


def read_pathway(path: Path, country: str, entry: Any) -> records.Pathway:
    """Read one pathway; ReferenceFault when it is not whole."""
    file = f"{path.parent.name}/{path.name}"
    where = str(entry.get("id", "?")) if isinstance(entry, dict) else "?"
    try:
        read = _Pathway.model_validate(entry)
    except ValidationError as error:
        raise ReferenceFault(file, where, first_fault(error)) from None
    names, summary = read.names.model_dump(), read.summary.model_dump()
    return records.Pathway(read.id, country, read.kind, names, summary, read.body, read.rules)


def read_documents(path: Path) -> dict[str, records.Document]:
    """Read the list of source documents."""
    found = {}
    for entry in read_yaml(path)["documents"]:
        where = str(entry.get("id", "?")) if isinstance(entry, dict) else "?"
        try:
            read = _Document.model_validate(entry)
        except ValidationError as error:
            raise ReferenceFault(path.name, where, first_fault(error)) from None
        note = read.note.model_dump()
        found[read.id] = records.Document(read.id, read.title, read.publisher, read.year, read.describes, note)
    return found


def read_bodies(path: Path, entries: Any) -> dict[str, records.Words]:
    """Read who acts in a country, by id, with names in three languages."""
    found: dict[str, records.Words] = {}
    for id_, names in entries.items():
        try:
            found[str(id_)] = _Words.model_validate(names).model_dump()
        except ValidationError as error:
            raise ReferenceFault(f"{path.parent.name}/{path.name}", str(id_), first_fault(error)) from None
    return found
