"""What a no said about the person's own wishes, over HTTP: proposed, and confirmed or turned down with one answer."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict

from data.audit import AuditEvent
from data.errors import UnknownId
from data.profile_changes import ProfileChange, changed_profile
from data.store import employers_of, get_candidate, note, plans_of, replace_candidates
from data.store.accounts import tenant_of
from data.store.change_receipts import Receipt
from data.store.proposal_answers import answer_proposal, answered_proposals
from matching.profile_proposals import ProfileProposal, profile_proposals

from ..access.policy import asker, needs
from ..http.changes import Once, receipt
from ..http.named import CandidateId, Lang
from ..local_time import now_of
from ..messages import Messages
from ..profile_correction import source_of

router = APIRouter(prefix="/api/v1/candidates", tags=["proposals"])

ProposalId = Annotated[str, Path(max_length=60, examples=["4f0c2a7be1d94a3388d1c6e25a90b7f3-6"])]


class ProposalAnswer(BaseModel):
    """Whether the profile is to be changed as proposed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"accept": True}]})

    accept: bool


@router.get(
    "/{candidate_id}/profile-proposals", summary="What reasons for a no suggest to change in a profile",
    dependencies=[needs("person.read", "candidate_id")],
)  # fmt: skip
def list_proposals(request: Request, candidate_id: CandidateId, lang: Lang = "fi") -> dict[str, Any]:
    """Give what is proposed and not answered yet; nothing of it holds before somebody says yes."""
    messages = Messages(lang)
    with request.app.state.store.read() as connection:
        found = _proposals(connection, candidate_id)
    return {"proposals": [_as_json(one, messages) for one in found]}


@router.post(
    "/{candidate_id}/profile-proposals/{proposal}/answer", summary="Confirm a proposed change, or turn it down",
    dependencies=[needs("person.correct", "candidate_id")],
)  # fmt: skip
def answer(
    request: Request, candidate_id: CandidateId, proposal: ProposalId, asked: ProposalAnswer, once: Once
) -> Response:
    """Change the profile as proposed, or leave it; either way it is not proposed again."""
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        one = next((one for one in _proposals(connection, candidate_id) if one.id == proposal), None)
        if one is None:
            raise UnknownId("proposal", proposal)
        if asked.accept:
            person = get_candidate(connection, candidate_id)
            asked_for = ProfileChange({one.field: one.after})
            changed = changed_profile(person, asked_for, source_of(who.actor.role), now.date())
            replace_candidates(connection, [changed])
        answer_proposal(connection, candidate_id, one.plan, one.step, who.actor, now, accepted=asked.accept)
        facts = {"field": one.field, "accepted": asked.accept}
        note(connection, AuditEvent("proposal.answered", who.actor, now, candidate_id, f"trial:{one.plan}", facts))
        return receipt({"accepted": asked.accept, "field": one.field})

    return once(change)


def _proposals(connection: sa.Connection, candidate: str) -> tuple[ProfileProposal, ...]:
    person = get_candidate(connection, candidate)
    plans = plans_of(connection, tenant_of(connection, candidate) or "", [candidate])
    places = sorted({plan.site for plan in plans})
    found = employers_of(connection, sites=places) if places else ()
    sites = {site.id: site for employer in found for site in employer.sites}
    return profile_proposals(person, plans, sites, answered_proposals(connection, candidate))


def _as_json(one: ProfileProposal, messages: Messages) -> dict[str, Any]:
    about = ", ".join(messages.activity_or_dimension(id_) for id_ in one.about)
    after = messages.number(one.after) if isinstance(one.after, float) else ""
    return {
        "id": one.id, "reason": one.reason, "field": one.field, "about": list(one.about), "before": one.before,
        "after": one.after, "text": messages.text(f"proposal.{one.field}", after=after, about=about),
    }  # fmt: skip
