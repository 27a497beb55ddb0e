"""A person's rights over HTTP: see, correct, download, object, decide about learning, erase, and who has seen it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.profile_changes import ProfileChange, StatedLevel
from data.record_json import record_text
from data.store import Store, get_candidate
from data.store.change_receipts import Receipt
from data.store.objections import objects_since
from data.store.person_data import data_of_person

from ..access.policy import asker, needs
from ..erasing import bring_ledger_up, erase_within
from ..http.changes import DONE, Once, receipt
from ..http.entity_tags import require_match
from ..http.named import CandidateId, Lang, Step
from ..messages import Messages
from ..personal_rights import let_learn_from, object_to_matching
from ..profile_correction import correct_profile, profile_tag
from ..who_saw import who_saw, who_saw_as_json

router = APIRouter(prefix="/api/v1/candidates", tags=["people"])

Name = Annotated[str, Field(min_length=1, max_length=60)]
Hours = Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)]


class LevelSaid(BaseModel):
    """What the person manages on a dimension, in steps 0-5: the level, and between which two it surely lies."""

    model_config = ConfigDict(extra="forbid")

    value: Step
    low: Step
    high: Step


class SkillSaid(BaseModel):
    """Something the person can do, in their own words, and the activity it belongs to."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=200)]
    activity: Annotated[str, Field(max_length=60)] = ""


class Correction(BaseModel):
    """What is to be changed of a profile; what is not named stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"hours_max": 16, "levels": {"pos_stand": {"value": 2, "low": 1, "high": 3}}}]
    })  # fmt: skip

    hours_min: Hours | None = None
    hours_max: Hours | None = None
    travel_minutes_max: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] | None = None
    step_free_needed: bool | None = None
    own_car: bool | None = None
    wishes: Annotated[dict[Name, Annotated[float, Field(ge=-2, le=2)]], Field(max_length=60)] | None = None
    preferences: Annotated[dict[Name, Literal["more", "less"]], Field(max_length=60)] | None = None
    strengths: Annotated[list[Name], Field(max_length=60)] | None = None
    blocks: Annotated[dict[Name, Annotated[float, Field(ge=0, le=12)]], Field(max_length=14)] | None = None
    skills: Annotated[list[SkillSaid], Field(max_length=60)] | None = None
    declined_accommodations: Annotated[list[Name], Field(max_length=200)] | None = None
    levels: Annotated[dict[Name, LevelSaid | None], Field(max_length=60)] = {}
    bans: Annotated[dict[Name, Step | None], Field(max_length=60)] = {}

    def change(self) -> ProfileChange:
        """Give the change as the engine takes it."""
        plain = self.model_dump(exclude_unset=True, exclude={"levels", "bans", "skills"})
        if self.skills is not None:
            plain["skills"] = [(skill.text, skill.activity) for skill in self.skills]
        levels = {name: None if one is None else StatedLevel(**one.model_dump()) for name, one in self.levels.items()}
        return ProfileChange({k: v for k, v in plain.items() if v is not None}, levels, dict(self.bans))


class Objection(BaseModel):
    """Whether the person objects to being matched."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"objects": True}]})

    objects: bool


class Learning(BaseModel):
    """Whether the person's trials may be learned from."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"released": True}]})

    released: bool


@router.get(
    "/{candidate_id}/profile", summary="A person's profile", dependencies=[needs("person.read", "candidate_id")]
)
def profile(request: Request, response: Response, candidate_id: CandidateId) -> dict[str, Any]:
    """Give the whole profile: levels with who said them, bans, wishes, circumstances."""
    with request.app.state.store.read() as connection:
        person = get_candidate(connection, candidate_id)
        since = objects_since(connection, candidate_id)
        response.headers["ETag"] = profile_tag(connection, person)
    return {"profile": json.loads(record_text(person)), "objects_since": since}


@router.patch(
    "/{candidate_id}/profile", summary="Correct a profile", dependencies=[needs("person.correct", "candidate_id")]
)
def correct(request: Request, candidate_id: CandidateId, asked: Correction, once: Once) -> Response:
    """Change what is named; levels stand beside those of others. ``If-Match``: the ETag of the profile as read."""
    who, now = asker(request), datetime.now(UTC)

    def change(connection: sa.Connection) -> Receipt:
        tag = correct_profile(
            connection, candidate_id, asked.change(), asked.model_fields_set, who.actor, now,
            lambda tag: require_match(request, tag),
        )  # fmt: skip
        return receipt({}, 200, {"ETag": tag})

    return once(change)


@router.get(
    "/{candidate_id}/download", summary="All that is kept about a person",
    dependencies=[needs("person.download", "candidate_id")],
)  # fmt: skip
def download(request: Request, response: Response, candidate_id: CandidateId) -> dict[str, Any]:
    """Give every row about the person, table by table, machine-readable (GDPR articles 15 and 20)."""
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return whole_download(request.app.state.store, candidate_id)


@router.put(
    "/{candidate_id}/objection", status_code=204, summary="Object to being matched, or no longer",
    dependencies=[needs("person.object", "candidate_id")],
)  # fmt: skip
def object_to(request: Request, candidate_id: CandidateId, asked: Objection, once: Once) -> Response:
    """From now on no list is made for the person, or it is again."""
    who, now = asker(request), datetime.now(UTC)

    def change(connection: sa.Connection) -> Receipt:
        object_to_matching(connection, candidate_id, who.actor, now, objects=asked.objects)
        return DONE

    return once(change)


@router.put(
    "/{candidate_id}/learning", summary="Let trials be learned from, or no longer",
    dependencies=[needs("person.learn_from", "candidate_id")],
)  # fmt: skip
def let_learn(request: Request, candidate_id: CandidateId, asked: Learning, once: Once) -> Response:
    """Release all trials of the person for learning, or none; gives how many it concerns."""
    who, now = asker(request), datetime.now(UTC)

    def change(connection: sa.Connection) -> Receipt:
        return receipt({"trials": let_learn_from(connection, candidate_id, who.actor, now, released=asked.released)})

    return once(change)


@router.delete(
    "/{candidate_id}", status_code=204, summary="Erase a person",
    dependencies=[needs("person.erase", "candidate_id")],
)  # fmt: skip
def erase(request: Request, candidate_id: CandidateId, once: Once) -> Response:
    """Erase the person with profile, lists, trials and account; it cannot be undone, and no backup brings them back."""
    who, now = asker(request), datetime.now(UTC)

    def change(connection: sa.Connection) -> Receipt:
        erase_within(connection, candidate_id, who.actor, now)
        return DONE

    answer = once(change)
    bring_ledger_up(request.app.state.store)
    return answer


@router.get(
    "/{candidate_id}/seen-by",
    summary="Who has seen or changed a person's data",
    dependencies=[needs("person.seen_by", "candidate_id")],
)
def seen_by(
    request: Request,
    candidate_id: CandidateId,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    lang: Lang = "fi",
) -> dict[str, Any]:
    """List who did what with the person's data, the latest first, in words."""
    messages = Messages(lang)
    with request.app.state.store.read() as connection:
        return who_saw_as_json(who_saw(connection, candidate_id, messages, limit), messages)


def whole_download(store: Store, candidate: str) -> dict[str, Any]:
    """Give all that is kept about a person, table by table."""
    with store.read() as connection:
        tables = data_of_person(connection, candidate)
    return {"format": "person-data/1", "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "tables": tables}
