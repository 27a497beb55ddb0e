"""How a coach goes on from the page of one workplace: into the profile, then to the line of the list, then a draft.

Nobody decides on a what-if, so no draft is made of one. What was tried becomes the person's own first (weekly hours, a
measure that is not declined any more), by a correction that can be taken back; a list made after it holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from data.candidates import Candidate
from data.errors import InvalidInput
from data.profile_changes import ProfileChange
from data.record_json import content_name, record_text
from data.store.exposure import ShownRun, runs_of, suggestions_of
from matching import Caution

from ..shown_lists import question_of
from .forms import SentForm, SpokenNumber, read_fields
from .list_choices import ListChoices
from .what_if import WhatIf

LOOKED_BACK = 100
"""So many lists and looks at single workplaces are looked through for the last list."""

LONG_LIST = 50
"""A list that is opened for one workplace is at least so long: a shorter one may leave that workplace out."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What of a what-if can become the person's own (``fields`` of the form), and what is said in the profile by hand.

    ``levels``: dimensions that were tried; ``refused``: a measure was left out; ``other``: the list with the caution
    that was tried, where nothing else has to change ("": it is the caution of the page).
    """

    fields: Mapping[str, str]
    levels: tuple[str, ...]
    refused: bool
    other: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Where the list with a workplace is opened; ``rank``: its line on the list shown last (0: on none)."""

    address: str
    rank: int


class TakenFields(BaseModel):
    """What is taken into the profile: weekly hours, and one measure that is not declined any more."""

    model_config = ConfigDict(extra="forbid")

    hours_min: Annotated[SpokenNumber, Field(ge=0, le=60, allow_inf_nan=False)] | None = None
    hours_max: Annotated[SpokenNumber, Field(ge=0.5, le=60, allow_inf_nan=False)] | None = None
    accepted: Annotated[str, Field(max_length=100)] | None = None


def to_take(tried: WhatIf, person: str, site: str, before: Caution) -> Taken | None:
    """Tell what of a what-if belongs to the profile; None when nothing was tried.

    A level that was tried is nobody's statement, and a measure that was left out nobody's refusal: both are said on
    their own pages of the profile, by whoever knows.
    """
    fields, levels = {}, []
    for change in tried.changes:
        key, _, value = change.partition("=")
        kind, _, what = key.partition(".")
        if kind == "hours":
            fields[f"hours_{what}"] = value
        else:
            levels.append(what)
    if tried.accepted:
        fields["accepted"] = tried.accepted[0]
    if fields or levels or tried.without:
        return Taken(fields, tuple(levels), bool(tried.without))
    return None if tried.caution is before else Taken({}, (), False, list_with(person, site, tried.caution))


def taken(form: SentForm, person: Candidate) -> tuple[ProfileChange, tuple[str, ...]]:
    """Read what is to be taken into a profile: the change, and the names of its fields.

    InvalidInput when nothing is named, or what no page of ours sends.
    """
    named = {name: form.one(name) for name in TakenFields.model_fields if form.one(name)}
    said = read_fields(TakenFields, named)
    if not isinstance(said, TakenFields) or not named:
        raise InvalidInput("profile", "this cannot be taken into it", "weekly hours, or a measure of the catalogue")
    plain = said.model_dump(exclude={"accepted"}, exclude_none=True)
    if said.accepted is not None:
        plain["declined_accommodations"] = sorted(person.declined_accommodations - {said.accepted})
    return ProfileChange(plain), tuple(plain)


def line_of(connection: sa.Connection, person: Candidate, site: str) -> Line | None:
    """Find a workplace on the list that was shown last; None when that list knew another profile, or none was shown.

    A list that knew the person otherwise would be made anew, and differently: its line is no place to lead to.
    """
    last = _last_list(connection, person.id)
    if last is None or last.profile != content_name(record_text(person)):
        return None
    lines = suggestions_of(connection, [last.number])[last.number]
    rank = next((one.rank for one in lines if one.site == site), 0)
    return None if not rank else Line(_address(_choices(last), person.id, site), rank)


def list_with(person: str, site: str, caution: Caution) -> str:
    """Give the address of a list that is long enough to hold a workplace further down."""
    return _address(ListChoices(top=LONG_LIST, caution=caution), person, site)


def anchor_of(site: str) -> str:
    """Name the place of a workplace within the page of a list."""
    return f"at-{site}"


def _last_list(connection: sa.Connection, person: str) -> ShownRun | None:
    return next((one for one in runs_of(connection, person, LOOKED_BACK) if not one.what_if), None)


def _choices(run: ShownRun) -> ListChoices:
    asked = question_of(run)[0]
    config = asked.config
    return ListChoices(top=config.top, caution=config.caution, region=config.region, pathway=asked.pathway)


def _address(choices: ListChoices, person: str, site: str) -> str:
    return f"{choices.address(person)}#{quote(anchor_of(site))}"
