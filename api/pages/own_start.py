"""A candidate's first page, and the own profile in plain words, to be corrected where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from data.candidates import Candidate
from data.dimensions import Dimension, dimension_index, load_dimensions
from data.errors import InvalidInput, UnknownId
from data.levels import Level, Source, most_direct
from data.profile_changes import PERSONAL, ProfileChange, StatedLevel
from data.reference_files import read_reference
from data.releases import standing_releases
from data.store import Store, get_candidate, releases_of
from data.store.change_receipts import Receipt
from data.store.objections import objects_since
from data.vocabulary import vocabulary

from ..access.policy import asker, needs
from ..http.changes import Change
from ..local_time import day_text, now_of, today_of
from ..messages import Messages
from ..profile_correction import correct_profile, whatever_it_was
from .forms import FieldFault, Form, OnceByForm, SpokenNumber, read_fields
from .frame import show
from .language import messages_of
from .notices import go_to
from .own import own_id, own_trials, places_of
from .own_trial import mine_to_answer

router = APIRouter(include_in_schema=False)

WISH_STEPS = (2, 1, 0, -1, -2)
DimensionId = Annotated[str, Path(max_length=60, pattern="^[a-z_]+$")]


@dataclass(frozen=True, slots=True)
class KnownLevel:
    """What is written down of a person on one dimension: in the words of the scale, by whom and when."""

    dimension: str
    name: str
    said: str
    by: str
    when: str
    step: int
    limit: str


@dataclass(frozen=True, slots=True)
class LevelGroup:
    """A group of dimensions: what is known, and the names of what is not."""

    name: str
    known: tuple[KnownLevel, ...]
    unknown: tuple[tuple[str, str], ...]


class OwnWishes(BaseModel):
    """Hours and way to work, as a candidate writes them."""

    hours_min: Annotated[SpokenNumber, Field(ge=0, le=60)]
    hours_max: Annotated[SpokenNumber, Field(ge=0, le=60)]
    travel_minutes_max: Annotated[SpokenNumber | None, Field(ge=0, le=600)] = None


@router.get("/me", dependencies=[needs("trial.list")])
def start(request: Request) -> Response:
    """Show a candidate what waits for their answer, and the way to everything that is theirs."""
    store: Store = request.app.state.store
    me, who = own_id(request, "person.seen_by"), asker(request)
    plans = own_trials(store, who.actor.tenant, me)
    with store.read() as connection:
        shared = [one for one in standing_releases(releases_of(connection, me), now_of(request)) if one.shown]
        objecting = bool(objects_since(connection, me))
    return show(
        request, "own_start.html.jinja",
        trials=[(plan, bool(mine_to_answer(store, plan, today_of(request)))) for plan in plans],
        places=places_of(store, plans), shared=len(shared), objecting=objecting,
    )  # fmt: skip


@router.get("/me/profile", dependencies=[needs("person.read", in_body=True)])
def profile(request: Request) -> Response:
    """Show a candidate their own profile in plain words: what is known, who said it, and what is not known."""
    return _profile(request, own_id(request, "person.read"))


@router.post("/me/profile", dependencies=[needs("person.correct", in_body=True)])
def correct_wishes(request: Request, form: Form, once: OnceByForm) -> Response:
    """Keep what a candidate says about hours, the way to work, and work they would like or rather not do."""
    me = own_id(request, "person.correct")
    asked = read_fields(OwnWishes, {name: form.one(name) or None for name in OwnWishes.model_fields})
    if not isinstance(asked, OwnWishes):
        return _profile(request, me, asked, {name: form.one(name) for name in OwnWishes.model_fields}, 422)
    known = vocabulary("activities")
    before = _person(request, me).wishes
    wishes = {
        id_: before[id_] if id_ in before and value == str(int(before[id_])) else float(value)
        for id_, value in form.numbered("wish")
        if id_ in known and value in _WISHES
    }  # a wish between two steps that is shown as one of them and not touched stays as it is
    plain: dict[str, Any] = {name: value for name, value in asked.model_dump().items() if value is not None}
    plain["wishes"] = {id_: value for id_, value in wishes.items() if value}
    try:
        return once(_correcting(request, me, ProfileChange(plain), "/me/profile"))
    except InvalidInput:  # each number is sound by itself: together they are not
        typed = {name: form.one(name) for name in OwnWishes.model_fields}
        return _profile(request, me, (FieldFault("hours_min", "hours_order"),), typed, 422)


@router.get("/me/profile/{dimension}", dependencies=[needs("person.read", in_body=True)])
def level(request: Request, dimension: DimensionId) -> Response:
    """Show one thing of the scale with all its steps in words, to say where one stands."""
    me, about = own_id(request, "person.read"), _dimension(dimension)
    messages, person = messages_of(request), _person(request, me)
    said = next((one for one in person.capacity.get(dimension, ()) if one.source is Source.CANDIDATE), None)
    counts = most_direct(person.capacity.get(dimension, ()))
    return show(
        request, "own_level.html.jinja", about=about, anchors=about.anchors[messages.language],
        value=None if said is None else said.value,
        others=[_known(about, one, person, messages) for one in person.capacity.get(dimension, ()) if one is not said],
        counts=None if counts is None else _known(about, counts, person, messages),
    )  # fmt: skip


@router.post("/me/profile/{dimension}", dependencies=[needs("person.correct", in_body=True)])
def say_level(request: Request, dimension: DimensionId, form: Form, once: OnceByForm) -> Response:
    """Keep what a candidate says of one thing beside what others said; nothing of theirs is overwritten."""
    me = own_id(request, "person.correct")
    _dimension(dimension)
    step = form.one("level")
    stated = (
        StatedLevel(float(step), max(0.0, float(step) - 0.5), min(5.0, float(step) + 0.5)) if step in _STEPS else None
    )
    return once(_correcting(request, me, ProfileChange(levels={dimension: stated}), "/me/profile"))


_WISHES = {str(step) for step in WISH_STEPS}
_STEPS = {str(step) for step in range(6)}


def _correcting(request: Request, me: str, asked: ProfileChange, back_to: str) -> Change:
    who, now = asker(request), now_of(request)
    fields = {*asked.plain, *(["levels"] if asked.levels else [])}

    def change(connection: sa.Connection) -> Receipt:
        correct_profile(connection, me, asked, fields, who.actor, now, whatever_it_was)
        return go_to(back_to, "corrected")

    return change


def _profile(
    request: Request, me: str, faults: tuple[FieldFault, ...] = (), typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    messages, person = messages_of(request), _person(request, me)
    wishes = [
        (id_, messages.word("activities", id_), int(person.wishes.get(id_, 0))) for id_ in vocabulary("activities")
    ]
    return show(
        request, "own_profile.html.jinja", status=status, person=person, groups=level_groups(person, messages),
        wishes=sorted(wishes, key=lambda one: one[1]), wish_steps=WISH_STEPS, faults=faults, typed=typed or {},
        wrong={one.name: one.text(messages) for one in faults},
    )  # fmt: skip


def _person(request: Request, me: str) -> Candidate:
    with request.app.state.store.read() as connection:
        return get_candidate(connection, me)


def level_groups(person: Candidate, messages: Messages) -> tuple[LevelGroup, ...]:
    """Put a profile into words, group by group."""
    groups: dict[str, Mapping[str, str]] = read_reference("dimensions.yaml")["groups"]
    found = []
    for id_, names in groups.items():
        mine = [one for one in load_dimensions() if one.group == id_]
        counting = [(one, most_direct(person.capacity.get(one.id, ()))) for one in mine]
        known = tuple(_known(one, level, person, messages) for one, level in counting if level is not None)
        unknown = tuple((one.id, messages.dimension(one.id)) for one, level in counting if level is None)
        found.append(LevelGroup(names[messages.language], known, unknown))
    return tuple(found)


def _known(about: Dimension, level: Level, person: Candidate, messages: Messages) -> KnownLevel:
    ban = next((ban for ban in person.bans if ban.dimension == about.id), None)
    limit = "" if ban is None else messages.text(
        "own.limit.own" if ban.ground == PERSONAL else "own.limit.medical",
        said=about.anchors[messages.language][int(ban.highest_level)],
    )  # fmt: skip
    return KnownLevel(
        about.id,
        about.short[messages.language],
        about.anchors[messages.language][round(level.value)],
        messages.text(f"own.source.{level.source.value}"),
        "" if level.stated_on is None else day_text(level.stated_on, messages),
        round(level.value),
        limit,
    )


def _dimension(id_: str) -> Dimension:
    at = dimension_index().get(id_)
    if at is None:
        raise UnknownId("dimension", id_)
    return load_dimensions()[at]
