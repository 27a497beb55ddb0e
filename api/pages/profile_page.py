"""One person: the profile with who said what, corrections a part at a time, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.dimensions import load_dimensions
from data.errors import InvalidInput, UnknownId
from data.profile_changes import LICENCE_CLASSES, Piece
from data.store import Store, get_candidate
from data.store.change_receipts import Receipt
from data.store.objections import objects_since
from data.vocabulary import vocabulary
from data.workplaces import DAYS, PARTS

from ..access.policy import asker, needs
from ..http.entity_tags import holds
from ..http.named import CandidateId
from ..http.problems import Problem
from ..local_time import moment_words, now_of, zone_of
from ..messages import Messages
from ..profile_correction import (
    OwnCorrection,
    correct_profile,
    own_corrections,
    profile_tag,
    source_of,
    undo_correction,
)
from ..wording import accommodation_name
from .forms import FieldFault, Form, OnceByForm
from .frame import show
from .language import language_of
from .notices import DONE, Notice, go_to
from .pictures import at_level
from .profile_form import (
    MORE_SKILLS,
    NO,
    SECTIONS,
    WISHES,
    YES,
    Filled,
    changes_nothing,
    correction,
    filled,
    is_part,
    named,
    typed,
)
from .profile_lines import capacity_groups, dimensions_of, group_ids, group_name

router = APIRouter(include_in_schema=False)

CORRECTED, UNDONE, STATE = "profile_corrected", "correction_undone", "state"
_PARTS_OF_FIELDS = {
    "blocks": "hours", "travel_minutes_max": "travel", "own_car": "travel", "step_free_needed": "travel",
    "municipality": "travel", "travel_by": "travel", "preferences": "wishes", "strengths": "wishes",
    "licences": "permits", "declined_accommodations": "measures",
}  # fmt: skip
CORRECTIONS_SHOWN, MOST_DIGITS = 5, 16
HALF_STEPS = tuple(step / 2 for step in range(11))


@router.get("/people/{candidate_id}", dependencies=[needs("person.read", "candidate_id")])
def person(request: Request, candidate_id: CandidateId) -> Response:
    """Show a profile: what somebody manages, must not and wishes, with who said it and when."""
    return _person(request, candidate_id)


def _person(request: Request, candidate_id: str, notice: Notice | None = None, status: int = 200) -> Response:
    messages = Messages(language_of(request))
    with request.app.state.store.read() as connection:
        found = get_candidate(connection, candidate_id)
        since = objects_since(connection, candidate_id)
        notice = notice or corrected_notice(request, connection, found)
        corrections = own_corrections(connection, found, asker(request).actor, CORRECTIONS_SHOWN)
        tag = profile_tag(connection, found)
    return show(
        request,
        "person.html.jinja",
        status=status,
        corrections=[_correction_line(one, messages, zone_of(request)) for one in corrections],
        state=tag,
        notice=notice,
        id=candidate_id,
        person=found,
        objects=since is not None,
        groups=capacity_groups(found, messages),
        wishes=_wishes(found, messages),
        strengths=[messages.activity_or_dimension(id_) for id_ in found.strengths],
        preferences=[(messages.dimension(id_), liking) for id_, liking in sorted(found.preferences.items())],
        declined=[accommodation_name(id_, messages.language) for id_ in sorted(found.declined_accommodations)],
        held=_held(found, messages),
        parts=PARTS,
        at=at_level,
    )  # fmt: skip


@router.get("/people/{candidate_id}/profile/{part}", dependencies=[needs("person.read", "candidate_id")])
def edit(request: Request, candidate_id: CandidateId, part: str) -> Response:
    """Show one part of a profile as a form: a dimension, a group of them, or hours, way, wishes, skills, measures."""
    _require_part(part)
    source, messages = source_of(asker(request).actor.role), Messages(language_of(request))
    found, tag = _read(request.app.state.store, candidate_id)
    return _form(request, found, tag, part, filled(found, part, source, messages))


@router.post("/people/{candidate_id}/profile/undo", dependencies=[needs("person.correct", "candidate_id")])
def undo(request: Request, candidate_id: CandidateId, once: OnceByForm, form: Form) -> Response:
    """Take one of one's own corrections back, if nothing that it changed was changed again."""
    who, now, number = asker(request), now_of(request), form.one("number")

    def change(connection: sa.Connection) -> Receipt:
        asked = int(number) if number.isdecimal() and len(number) < MOST_DIGITS else 0
        undo_correction(connection, candidate_id, asked, who.actor, now, lambda tag: require_state(form, tag))
        return go_to(f"/people/{candidate_id}", UNDONE)

    try:
        return once(change)
    except InvalidInput:
        return _person(request, candidate_id, Notice("fault", "profile.corrections.gone"), 409)
    except Problem as problem:
        if problem.code != "precondition_failed":
            raise
        return _person(request, candidate_id, Notice("fault", "profile.corrections.changed"), 412)


@router.post("/people/{candidate_id}/profile/{part}", dependencies=[needs("person.correct", "candidate_id")])
def save(request: Request, candidate_id: CandidateId, part: str, once: OnceByForm, form: Form) -> Response:
    """Correct one part of a profile; what was typed stays when something is wrong, or was changed meanwhile."""
    _require_part(part)
    who, now, messages = asker(request), now_of(request), Messages(language_of(request))
    source = source_of(who.actor.role)
    onwards = _onwards(candidate_id, form)
    found, tag = _read(request.app.state.store, candidate_id)
    asked = correction(form, part, found, source, messages)
    if isinstance(asked, tuple):
        return _form(request, found, form.one(STATE), part, typed(form), faults=asked, status=422)
    if changes_nothing(asked) and holds(form.one(STATE), tag):
        return once(lambda _connection: go_to(onwards, "nothing_changed"))

    def change(connection: sa.Connection) -> Receipt:
        correct_profile(
            connection, candidate_id, asked.change(), asked.model_fields_set, who.actor, now,
            lambda tag: require_state(form, tag),
        )  # fmt: skip
        return go_to(onwards, CORRECTED)

    try:
        return once(change)
    except InvalidInput as error:
        fault = FieldFault(_field_of(error.where, part), "other")
        return _form(request, found, form.one(STATE), part, typed(form), faults=(fault,), status=422)
    except Problem as problem:
        if problem.code != "precondition_failed":
            raise
        found, tag = _read(request.app.state.store, candidate_id)
        changed = Notice("fault", "profile.changed_meanwhile")
        return _form(request, found, tag, part, typed(form), notice=changed, status=412)


def corrected_notice(request: Request, connection: sa.Connection, person: Candidate) -> Notice | None:
    """Say that a profile was corrected, with the way back as long as it still stands; None: nothing to say."""
    if request.query_params.get(DONE) != CORRECTED:
        return None
    last = next(iter(own_corrections(connection, person, asker(request).actor)), None)
    if last is None or last.without is None:
        return None
    state = {STATE: profile_tag(connection, person), "number": str(last.number)}
    return Notice("done", f"done.{CORRECTED}", undo_to=f"/people/{person.id}/profile/undo", undo=state)


def _correction_line(one: OwnCorrection, messages: Messages, zone: tzinfo) -> tuple[int, str, str, str, bool]:
    """Say a correction: its number, when, what it changed, what was changed again, and whether it can be taken back."""
    what, again = (_pieces_text(pieces, messages) for pieces in (one.pieces, one.again))
    return one.number, moment_words(one.at, messages, zone), what, again, one.without is not None


def _pieces_text(pieces: Sequence[Piece], messages: Messages) -> str:
    """Name what was changed: things on the scale by themselves, the rest by the part of the profile."""
    named = (
        messages.dimension(key) if field in ("capacity", "bans") else messages.text(f"profile.part.{_part_of(field)}")
        for field, key in pieces
    )
    return ", ".join(dict.fromkeys(named))


def _part_of(field: str) -> str:
    return _PARTS_OF_FIELDS.get(field, field if field in SECTIONS else "other")


def _read(store: Store, id_: str) -> tuple[Candidate, str]:
    with store.read() as connection:
        found = get_candidate(connection, id_)
        return found, profile_tag(connection, found)


def _require_part(part: str) -> None:
    if not is_part(part):
        raise UnknownId("part", part[:60])


def require_state(form: Form, tag: str) -> None:
    """Let a change through only when the form shows the profile as it is; never everything (``*``)."""
    if form.one(STATE) != tag:
        raise Problem("precondition_failed")


def _onwards(candidate_id: str, form: Form) -> str:
    """Tell where a form leads when it is saved: back to the interview when it began there."""
    return f"/people/{candidate_id}{'/interview' if form.one('from') == 'interview' else ''}"


def _field_of(where: str, part: str) -> str:
    """Name the field of the form that a refusal of the profile is about."""
    if where == "hours":
        return "hours_max"
    return f"{where}.value" if where.startswith("levels.") else where if "." in where else part


def _form(
    request: Request,
    person: Candidate,
    tag: str,
    part: str,
    fields: Filled,
    *,
    faults: Sequence[FieldFault] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    messages = Messages(language_of(request))
    return show(
        request,
        "profile_part.html.jinja",
        status=status,
        notice=notice,
        id=person.id,
        person=person,
        state=tag,
        section=part,
        title=_title(part, messages),
        fields=fields.one,
        ticked=fields.ticked,
        faults=faults,
        wrong={one.name: one.text(messages) for one in faults},
        names=_names(named(faults), messages),
        levels=level_fields(person, part, messages),
        **_choices(person, messages),
    )


def level_fields(person: Candidate, part: str, messages: Messages) -> list[dict[str, Any]]:
    """Give what the form of a dimension shows beside its fields: question, anchors, and what others have said."""
    by_id = {line.dimension: line for group in capacity_groups(person, messages) for line in group.lines}
    language = messages.language
    return [
        {"id": one.id, "name": one.names[language], "question": one.question[language],
         "anchors": one.anchors[language], "line": by_id[one.id]}
        for one in dimensions_of(part)
    ]  # fmt: skip


def _choices(person: Candidate, messages: Messages) -> Mapping[str, Any]:
    activities = sorted((messages.word("activities", id_), id_) for id_ in vocabulary("activities"))
    dimensions = sorted((one.names[messages.language], one.id) for one in load_dimensions())
    measures = sorted((one.names[messages.language], one.id) for one in load_accommodations())
    wishes = [(value, messages.text(f"profile.wish.{value.replace('-', 'minus_')}")) for value in WISHES]
    return {
        "activities": activities,
        "dimensions": dimensions,
        "measures": measures,
        "wish_words": wishes,
        "likings": [("", "–"), *((one, messages.text(f"profile.liking.{one}")) for one in ("more", "less"))],
        "yes_no": [
            ("", messages.text("level.unknown")),
            *((one, messages.text(f"document.{one}")) for one in (YES, NO)),
        ],
        "permits": sorted(
            ((messages.word("permits", id_), f"permits.{id_}") for id_ in vocabulary("permits")),
            key=lambda one: one[0].casefold(),
        ),
        "licences": [(messages.condition(f"driving_licence:{one}"), f"licences.{one}") for one in LICENCE_CLASSES],
        "half_steps": half_steps(messages),
        "skill_rows": range(len(person.skills) + MORE_SKILLS),
        "days": DAYS,
        "parts": PARTS,
    }  # fmt: skip


def half_steps(messages: Messages) -> list[tuple[str, str]]:
    """Give the steps of the scale with the halves, as they are sent and as they are written."""
    return [(f"{step:g}", messages.number(step)) for step in HALF_STEPS]


def _names(fields: Sequence[str], messages: Messages) -> dict[str, str]:
    """Name fields as the list of faults does."""
    found = {}
    for field in fields:
        start, _, rest = field.partition(".")
        if start in ("levels", "bans"):
            found[field] = messages.dimension(rest.partition(".")[0])
        elif start == "blocks":
            found[field] = messages.half_day(rest)
        elif messages.has(f"profile.field.{start}"):
            found[field] = messages.text(f"profile.field.{start}")
        else:
            found[field] = messages.text(f"profile.part.{start}") if start in SECTIONS else field
    return found


def _title(part: str, messages: Messages) -> str:
    if part in SECTIONS:
        return messages.text(f"profile.part.{part}")
    return group_name(part, messages) if part in group_ids() else dimensions_of(part)[0].names[messages.language]


def _held(person: Candidate, messages: Messages) -> list[tuple[str, bool]]:
    """Give permits and licences of which somebody knows whether the person has them, those that are there first."""
    known = [(messages.word("permits", id_), has) for id_, has in person.permits.items()]
    known += [(messages.condition(f"driving_licence:{id_}"), has) for id_, has in person.licences.items()]
    return sorted(known, key=lambda one: (not one[1], one[0]))


def _wishes(person: Candidate, messages: Messages) -> list[tuple[str, str]]:
    """Give wishes with how strong they are, the strongest first."""
    ordered = sorted(person.wishes.items(), key=lambda one: (-one[1], one[0]))
    return [(messages.word("activities", id_), _wish_word(value, messages)) for id_, value in ordered if value]


def _wish_word(value: float, messages: Messages) -> str:
    key = f"profile.wish.{f'{value:g}'.replace('-', 'minus_')}"
    return messages.text(key) if messages.has(key) else messages.number(value)
