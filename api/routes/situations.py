"""A person's situation over HTTP: kept fact by fact with who said it, corrected, and read by pathways only."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.accounts import Role
from data.audit import AuditEvent
from data.levels import Source
from data.pathways import load_pathways
from data.store import note
from data.store.change_receipts import Receipt
from data.store.situations import KeptSituation, SituationChange, change_situation, kept_situation
from matching.pathway_case import pathway_case

from ..access.policy import asker, needs
from ..http.changes import Once, receipt
from ..http.entity_tags import require_match, tag_of_state
from ..http.named import CandidateId, Lang
from ..local_time import now_of, today_of
from ..messages import Messages
from ..pathway_json import case_as_json
from ..situations import situation_as_json, situation_in_store

router = APIRouter(prefix="/api/v1/candidates", tags=["situations"])

Name = Annotated[str, Field(min_length=1, max_length=60)]
Number = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
Choice = Annotated[str, Field(max_length=60)]


class SituationSaid(BaseModel):
    """What somebody says of a situation: facts and events of the closed list; null makes one unknown again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"country": "fi", "facts": {"status": "unemployed", "age": 44}}]
    })  # fmt: skip

    country: Literal["", "de", "fi", "nl", "se"] = ""
    facts: Annotated[dict[Name, bool | Number | Choice | None], Field(max_length=100)] = {}
    events: Annotated[dict[Name, date | None], Field(max_length=20)] = {}


@router.get(
    "/{candidate_id}/situation", summary="A person's situation, and what is still to be asked",
    dependencies=[needs("situation.read", "candidate_id")],
)  # fmt: skip
def read(request: Request, response: Response, candidate_id: CandidateId, lang: Lang = "fi") -> dict[str, Any]:
    """Give what is known with who said it and when; what nobody has said is unknown, and stands there as a question."""
    with request.app.state.store.read() as connection:
        kept = kept_situation(connection, candidate_id)
    response.headers["ETag"] = _tag(kept)
    return situation_as_json(kept, Messages(lang))


@router.patch(
    "/{candidate_id}/situation", summary="Note or correct a situation",
    dependencies=[needs("situation.change", "candidate_id")],
)  # fmt: skip
def change(request: Request, candidate_id: CandidateId, asked: SituationSaid, once: Once) -> Response:
    """Keep what is named, with who says it and the day. ``If-Match``: the ETag of the situation as read."""
    who, now = asker(request), now_of(request)
    source = Source.CANDIDATE if who.actor.role is Role.CANDIDATE else Source.PROFESSIONAL

    def keep(connection: sa.Connection) -> Receipt:
        require_match(request, _tag(kept_situation(connection, candidate_id)))
        wanted = SituationChange(asked.country, asked.facts, asked.events)
        kept = change_situation(connection, candidate_id, wanted, source, now.date())
        facts = {"named": sorted([*asked.facts, *asked.events])}
        note(connection, AuditEvent("situation.change", who.actor, now, candidate_id, facts=facts))
        return receipt({"known": len(kept.facts) + len(kept.events)}, 200, {"ETag": _tag(kept)})

    return once(keep)


@router.get(
    "/{candidate_id}/pathways", summary="Which pathways are open to a person, by the kept situation",
    dependencies=[needs("situation.read", "candidate_id")],
)  # fmt: skip
def pathways(
    request: Request,
    candidate_id: CandidateId,
    on: Annotated[date | None, Query(description="the day that the answer is for; today if not said")] = None,
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Give the same answer as ``POST /api/v1/pathways`` for the situation that is kept."""
    book, day = load_pathways(), today_of(request) if on is None else on
    situation = situation_in_store(request.app.state.store, candidate_id)
    return case_as_json(pathway_case(book.country(situation.country), situation, day), book, Messages(lang))


def _tag(kept: KeptSituation) -> str:
    """Name the state of a situation: what ``If-Match`` is held against."""
    said = [[kind, name, one.value, one.source.value] for kind, several in (
        ("fact", kept.facts), ("event", kept.events), ("country", {} if kept.country is None else {"": kept.country})
    ) for name, one in several.items()]  # fmt: skip
    return tag_of_state(said)
