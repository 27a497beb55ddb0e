"""Reads and fills the forms of a profile: what stands there now as fields, and what was changed as a correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.candidates import Candidate
from data.esco import skill_address
from data.levels import Level, Source
from data.vocabulary import vocabulary
from data.workplaces import BLOCKS

from ..messages import Messages
from ..profile_said import Correction
from .forms import FieldFault, SentForm, read_fields
from .profile_lines import dimensions_of

SECTIONS = ("hours", "travel", "wishes", "skills", "permits", "measures")
"""Parts of a profile beside levels: hours with half-days, the way, wishes with strengths, skills, permits and licences,
declined measures."""

PERMITS = ("permits", "licences")
"""Kinds of what is held or not; of what has no answer nobody knows."""

MORE_SKILLS = 3
"""So many empty lines stand below the skills."""

WISHES = ("2", "1", "0", "-1", "-2")
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields of a form: one text by name, and all that is ticked by name."""

    one: Mapping[str, str]
    ticked: Mapping[str, tuple[str, ...]]


def is_part(part: str) -> bool:
    """Tell whether a profile has a part of that name: a section, a group of dimensions, or a dimension."""
    return part in SECTIONS or bool(dimensions_of(part))


def own_statement(person: Candidate, dimension: str, source: Source) -> Level | None:
    """Give what a source has said of a dimension; None when nothing."""
    return next((one for one in person.capacity.get(dimension, ()) if one.source is source), None)


def filled(person: Candidate, part: str, source: Source, messages: Messages) -> Filled:
    """Give the fields of a part as the profile says it now."""

    def said(value: float | None) -> str:
        return "" if value is None else messages.number(value, 2)

    if part == "hours":
        hours = {"hours_min": said(person.hours_min), "hours_max": said(person.hours_max)}
        return Filled(hours | {f"blocks.{block}": said(person.blocks.get(block)) for block in BLOCKS}, {})
    if part == "travel":
        ticked = {"step_free_needed": ("yes",)} if person.step_free_needed else {}
        car = "" if person.own_car is None else YES if person.own_car else NO
        return Filled({"travel_minutes_max": said(person.travel_minutes_max), "own_car": car}, ticked)
    if part == "wishes":
        wishes = {f"wishes.{id_}": f"{person.wishes.get(id_, 0):g}" for id_ in vocabulary("activities")}
        likes = {f"preferences.{id_}": liking for id_, liking in person.preferences.items()}
        return Filled(wishes | likes, {"strengths": tuple(person.strengths)})
    if part == "skills":
        rows: dict[str, str] = {}
        for number, skill in enumerate(person.skills):
            fields_of = {"text": skill.text, "activity": skill.activity, "esco": skill.esco}
            rows |= {f"skills.{number}.{name}": value for name, value in fields_of.items()}
        return Filled(rows, {})
    if part == "permits":
        held = {f"permits.{id_}": has for id_, has in person.permits.items()}
        held |= {f"licences.{id_}": has for id_, has in person.licences.items()}
        return Filled({name: YES if has else NO for name, has in held.items()}, {})
    if part == "measures":
        return Filled({}, {"declined_accommodations": tuple(sorted(person.declined_accommodations))})
    fields: dict[str, str] = {}
    bans = {ban.dimension: ban.highest_level for ban in person.bans}
    for one in dimensions_of(part):
        level = own_statement(person, one.id, source)
        fields[f"levels.{one.id}.value"] = "" if level is None else f"{level.value:g}"
        sure = level is not None and level.low != level.high
        fields[f"levels.{one.id}.low"] = said(level.low) if level is not None and sure else ""
        fields[f"levels.{one.id}.high"] = said(level.high) if level is not None and sure else ""
        fields[f"bans.{one.id}"] = "" if one.id not in bans else f"{bans[one.id]:g}"
    return Filled(fields, {})


def typed(form: SentForm) -> Filled:
    """Give the fields as they were sent, to show them again."""
    return Filled({name: values[0] for name, values in form.fields.items()}, dict(form.fields))


def correction(
    form: SentForm, part: str, person: Candidate, source: Source, messages: Messages
) -> Correction | tuple[FieldFault, ...]:
    """Read a part as a correction of what is different, or say field by field what is wrong."""
    before, now = filled(person, part, source, messages), typed(form)
    if part in SECTIONS:
        if wrong := tuple(_wrong_addresses(form)):
            return wrong
        told, was = _section(form, part, now), _section(_as_sent(before), part, before)
        return read_fields(Correction, {name: value for name, value in told.items() if not _same(value, was.get(name))})
    levels: dict[str, Any] = {}
    bans: dict[str, Any] = {}
    for one in dimensions_of(part):
        names = [f"levels.{one.id}.{end}" for end in ("value", "low", "high")]
        said = [plain(now.one.get(name, "")) for name in names]
        if any(name in now.one for name in names) and said != [plain(before.one[name]) for name in names]:
            value, low, high = said
            if said[1:] == [plain(before.one[name]) for name in names[1:]] and value != plain(before.one[names[0]]):
                low = high = ""  # the limits were said of the level before
            levels[one.id] = None if not any(said) else {"value": value, "low": low or value, "high": high or value}
        name = f"bans.{one.id}"
        if name in now.one and plain(now.one[name]) != plain(before.one[name]):
            bans[one.id] = plain(now.one[name]) or None
    read = read_fields(Correction, {"levels": levels, "bans": bans})
    if isinstance(read, Correction):
        outside = [id_ for id_, one in read.levels.items() if one and not one.low <= one.value <= one.high]
        return tuple(FieldFault(f"levels.{id_}.value", "interval") for id_ in outside) or read
    return read


def changes_nothing(asked: Correction) -> bool:
    """Tell whether a correction is one of nothing."""
    return not asked.levels and not asked.bans and asked.model_fields_set <= {"levels", "bans"}


def _as_sent(fields: Filled) -> SentForm:
    return SentForm({name: (value,) for name, value in fields.one.items()} | dict(fields.ticked))


def _wrong_addresses(form: SentForm) -> Iterator[FieldFault]:
    """Name addresses of skills that are none, and skills that have an address and no words."""
    for name, said in form.numbered("skills"):
        number, _, kind = name.partition(".")
        if kind == "esco" and said and skill_address(said) is None:
            yield FieldFault(f"skills.{name}", "esco_skill")
        elif kind == "esco" and said and not form.one(f"skills.{number}.text"):
            yield FieldFault(f"skills.{number}.text", "missing")


def _same(value: Any, was: Any) -> bool:
    """Tell whether a field says what it said before; what is ticked has no order."""
    if isinstance(value, list) and isinstance(was, list):
        return sorted(map(str, value)) == sorted(map(str, was))
    return bool(value == was)


def _section(form: SentForm, part: str, now: Filled) -> dict[str, Any]:
    def by_id(start: str) -> dict[str, str]:
        return {id_: said for id_, value in form.numbered(start) if (said := plain(value)) not in ("", "0")}

    if part == "hours":
        hours = {name: plain(form.one(name)) for name in ("hours_min", "hours_max")}
        return hours | {"blocks": by_id("blocks")}
    if part == "travel":
        minutes = plain(form.one("travel_minutes_max"))
        told: dict[str, Any] = {"step_free_needed": bool(form.one("step_free_needed"))}
        if form.one("own_car"):
            told["own_car"] = form.one("own_car") == YES
        return told | ({"travel_minutes_max": minutes} if minutes else {})
    if part == "wishes":
        likes = {id_: said for id_, said in form.numbered("preferences") if said}
        return {"wishes": by_id("wishes"), "preferences": likes, "strengths": list(now.ticked.get("strengths", ()))}
    if part == "skills":
        numbers = sorted({int(n) for name, _ in form.numbered("skills") if (n := name.split(".")[0]).isdecimal()})
        rows = [{name: form.one(f"skills.{n}.{name}") for name in ("text", "activity", "esco")} for n in numbers]
        return {"skills": [row for row in rows if row["text"]]}
    if part == "permits":
        held = {kind: {id_: said == YES for id_, said in form.numbered(kind) if said in (YES, NO)} for kind in PERMITS}
        return dict(held)
    return {"declined_accommodations": list(now.ticked.get("declined_accommodations", ()))}


def plain(said: str) -> str:
    """Write a number as a program reads it: decimal commas and spaces go.

    >>> plain(" 2,5 ")
    '2.5'
    """
    return "".join(said.split()).replace(",", ".")


def named(faults: Sequence[FieldFault]) -> tuple[str, ...]:
    """Name the fields that have a fault, each once."""
    return tuple(dict.fromkeys(one.name for one in faults))
