"""Access in an emergency over HTTP: opened with a reason, reading only, ended, and taken note of by somebody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.accounts import Role
from data.audit import AuditEvent
from data.emergency_access import EmergencyAccess, EmergencyKind
from data.errors import InvalidInput
from data.moments import moment_text
from data.record_json import record_text
from data.store import get_candidate, note, plans_of
from data.store.accounts import in_caseload
from data.store.change_receipts import Receipt
from data.store.emergency_access import end_emergency, open_emergency
from data.store.objections import objects_since, refuse_objecting

from ..access.errors import NotYours
from ..access.login import random_id
from ..access.policy import asker, needs
from ..emergency_notes import take_note
from ..http.changes import DONE, Once, receipt
from ..http.named import CandidateId, Lang, RandomId
from ..messages import Messages
from ..trial_words import plan_as_json

router = APIRouter(prefix="/api/v1/candidates/{candidate_id}/emergency-access", tags=["emergencies"])


class EmergencyAsked(BaseModel):
    """Why the profile is opened: what kind of reason, and in words. The person can read both."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"kind": "coach_away", "reason": "Did not come to the trial; the own coach is on leave"}]
    })  # fmt: skip

    kind: EmergencyKind
    reason: Annotated[str, Field(min_length=10, max_length=1000)]


@router.post(
    "", status_code=201, summary="Open a profile for a short time, in an emergency",
    dependencies=[needs("emergency.open", "candidate_id")],
)  # fmt: skip
def open_for_a_time(request: Request, candidate_id: CandidateId, asked: EmergencyAsked, once: Once) -> Response:
    """Open it for reading. The person sees it, and their coach and the administrator take note."""
    who, now = asker(request).actor, datetime.now(UTC)
    ends = now + timedelta(hours=request.app.state.settings.emergency_hours)

    def change(connection: sa.Connection) -> Receipt:
        if who.role is not Role.COACH or in_caseload(connection, candidate_id, who.account):
            raise InvalidInput("emergency", "you see this person anyway", "a person whom a colleague coaches")
        if len(asked.reason.split()) < 2:
            raise InvalidInput("reason", "it does not say why", "a reason in words that the person can understand")
        refuse_objecting(connection, candidate_id)
        times = moment_text(now), moment_text(ends)
        access = EmergencyAccess(
            random_id(), candidate_id, who.account, who.name, asked.kind, asked.reason.strip(), *times
        )
        open_emergency(connection, access)
        told = {"kind": asked.kind.value, "until": access.ends_at}
        note(connection, AuditEvent("emergency.opened", who, now, candidate_id, f"emergency:{access.id}", told))
        return receipt({"access": access.id, "ends_at": access.ends_at}, 201)

    return once(change)


@router.delete(
    "", status_code=204, summary="End access in an emergency", dependencies=[needs("emergency.end", "candidate_id")]
)
def end_it(request: Request, candidate_id: CandidateId, once: Once) -> Response:
    """End one's own access to a person; an administrator ends everybody's."""
    who, now = asker(request).actor, datetime.now(UTC)

    def change(connection: sa.Connection) -> Receipt:
        if not end_emergency(connection, candidate_id, who.account if who.role is Role.COACH else None, now):
            raise NotYours
        note(connection, AuditEvent("emergency.ended", who, now, candidate_id))
        return DONE

    return once(change)


@router.get(
    "/profile", summary="A profile that was opened in an emergency",
    dependencies=[needs("emergency.read", "candidate_id")],
)  # fmt: skip
def profile_in_emergency(request: Request, candidate_id: CandidateId) -> dict[str, Any]:
    """Give the profile, as the person's own coach sees it."""
    with request.app.state.store.read() as connection:
        person = get_candidate(connection, candidate_id)
        since = objects_since(connection, candidate_id)
    return {"profile": json.loads(record_text(person)), "objects_since": since}


@router.get(
    "/trials", summary="The trials of a person whose profile was opened in an emergency",
    dependencies=[needs("emergency.read", "candidate_id")],
)  # fmt: skip
def trials_in_emergency(request: Request, candidate_id: CandidateId, lang: Lang = "fi") -> dict[str, Any]:
    """Give the trials, as the person's own coach sees them."""
    who, messages = asker(request).actor, Messages(lang)
    with request.app.state.store.read() as connection:
        plans = plans_of(connection, who.tenant, [candidate_id])
    return {"trials": [plan_as_json(plan, who.role, messages) for plan in plans]}


@router.post(
    "/{access_id}/acknowledgement", status_code=204, summary="Take note of access in an emergency",
    dependencies=[needs("emergency.acknowledge", "candidate_id")],
)  # fmt: skip
def acknowledge(request: Request, candidate_id: CandidateId, access_id: RandomId, once: Once) -> Response:
    """Take note of it in one's own name; it then waits for nobody. Nobody takes note of their own."""
    who, now = asker(request).actor, datetime.now(UTC)

    def change(connection: sa.Connection) -> Receipt:
        take_note(connection, candidate_id, access_id, who, now)
        return DONE

    return once(change)
