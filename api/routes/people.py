"""A person's rights over HTTP: see, correct, download, object, decide about learning, erase, and who has seen it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from data.record_json import record_text
from data.store import get_candidate
from data.store.change_receipts import Receipt
from data.store.objections import objects_since

from ..access.policy import asker, needs
from ..erasing import bring_ledger_up, erase_within
from ..http.changes import DONE, Once, receipt
from ..http.entity_tags import require_match
from ..http.named import CandidateId, Lang
from ..local_time import now_of, zone_of
from ..messages import Messages
from ..personal_rights import let_learn_from, object_to_matching, whole_download
from ..profile_correction import correct_profile, profile_tag
from ..profile_said import Correction
from ..who_saw import who_saw, who_saw_as_json

router = APIRouter(prefix="/api/v1/candidates", tags=["people"])


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
    who, now = asker(request), now_of(request)

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
    who, now = asker(request), now_of(request)

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
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        return receipt({"trials": let_learn_from(connection, candidate_id, who.actor, now, released=asked.released)})

    return once(change)


@router.delete(
    "/{candidate_id}", status_code=204, summary="Erase a person",
    dependencies=[needs("person.erase", "candidate_id")],
)  # fmt: skip
def erase(request: Request, candidate_id: CandidateId, once: Once) -> Response:
    """Erase the person with profile, lists, trials and account; it cannot be undone, and no backup brings them back."""
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        erase_within(connection, candidate_id, who.actor, now)
        return DONE

    answer = once(change)
    bring_ledger_up(request.app.state.store)
    request.app.state.kept_lists.forget(candidate_id)
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
    to_them = asker(request).candidate == candidate_id
    with request.app.state.store.read() as connection:
        seen = who_saw(connection, candidate_id, messages, zone_of(request), limit, to_them=to_them)
        return who_saw_as_json(seen, messages)
