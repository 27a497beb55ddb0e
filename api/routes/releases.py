"""What an employer learns, and by whose word: releases, the effect brief, the smallest set, reasons in plain words."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.accounts import Role
from data.errors import UnknownId
from data.releasable_facts import Reader, ReleasableFact
from data.releases import standing_releases
from data.store import get_plan, releases_of, withdraw
from data.store.change_receipts import Receipt
from data.store.exposure import find_run
from data.store.kept_contents import kept_for
from matching.one_site import ask_about
from matching.why_not import why_not

from ..access.login import random_id
from ..access.policy import asker, needs
from ..disclosure_words import disclosure_as_json, fact_as_json
from ..effect_brief import BriefForm, show_brief
from ..http.changes import Once, receipt
from ..http.named import CandidateId, Key, Lang, RandomId, SiteId
from ..local_time import now_of, zone_of
from ..messages import Messages
from ..plain_reasons import why_not_as_json, why_this_as_json
from ..releasing import release_fact
from ..trial_briefs import disclosure_of, released_proposal
from ..workspace import ask_market, candidate_to_match, scorer_in_force

router = APIRouter(prefix="/api/v1", tags=["releases"])


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FactSaid(_Said):
    """A fact of the closed list, as the disclosure plan gave it."""

    kind: Annotated[str, Field(min_length=1, max_length=60)]
    about: Annotated[str, Field(max_length=200)] = ""
    text: Annotated[str, Field(max_length=500)] = ""
    hours: Annotated[float, Field(ge=0, le=168, allow_inf_nan=False)] = 0.0
    tasks: Annotated[list[Key], Field(max_length=200)] = []


class ReleaseAsked(_Said):
    """Which fact is to reach which employer, for one trial or for any, until when."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"employer": "saarikirjasto", "fact": {"kind": "name"}}]}
    )

    employer: Key
    fact: FactSaid
    trial: Annotated[str, Field(max_length=100)] = ""
    expires: datetime | None = None


class FactNamed(_Said):
    """Which fact it is."""

    kind: Annotated[str, Field(min_length=1, max_length=60)]
    about: Annotated[str, Field(max_length=200)] = ""


class WithdrawalAsked(_Said):
    """What is taken back: one fact or all of them, from one employer or from all."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"employer": "saarikirjasto", "fact": {"kind": "name"}}]}
    )

    employer: Annotated[str, Field(max_length=200)] = ""
    fact: FactNamed | None = None


@router.get(
    "/candidates/{candidate_id}/releases", summary="What a person has released, to whom, until when",
    dependencies=[needs("release.read", "candidate_id")],
)  # fmt: skip
def list_releases(request: Request, candidate_id: CandidateId, lang: Lang = "fi") -> dict[str, Any]:
    """List every release with what became of it."""
    with request.app.state.store.read() as connection:
        standing = standing_releases(releases_of(connection, candidate_id), now_of(request))
    messages = Messages(lang)
    return {
        "releases": [
            {
                "number": one.entry.number,
                "employer": one.entry.employer,
                "trial": one.entry.trial or None,
                "released_at": one.entry.at,
                "expires": one.entry.expires,
                "withdrawn_at": one.withdrawn_at or None,
                "shown_now": one.shown,
                **({} if one.entry.fact is None else fact_as_json(one.entry.fact, {}, messages)),
            }
            for one in standing
        ]
    }


@router.post(
    "/candidates/{candidate_id}/releases", status_code=201, summary="Release a fact to an employer",
    dependencies=[needs("release.change", "candidate_id")],
)  # fmt: skip
def let_know(request: Request, candidate_id: CandidateId, asked: ReleaseAsked, once: Once) -> Response:
    """Let one fact reach one employer, until the end of the trial or as said, at most twelve months."""
    who, now = asker(request), now_of(request)
    fact = ReleasableFact(
        asked.fact.kind, asked.fact.about, asked.fact.text, asked.fact.hours, tuple(asked.fact.tasks)
    )  # fmt: skip

    def change(connection: sa.Connection) -> Receipt:
        entry = release_fact(
            connection, who.actor, candidate_id, asked.employer, fact, now, zone_of(request), asked.trial, asked.expires
        )  # fmt: skip
        return receipt({"number": entry.number, "expires": entry.expires}, 201)

    return once(change)


@router.post(
    "/candidates/{candidate_id}/withdrawals", status_code=201, summary="Take a release back",
    dependencies=[needs("release.change", "candidate_id")],
)  # fmt: skip
def take_back(request: Request, candidate_id: CandidateId, asked: WithdrawalAsked, once: Once) -> Response:
    """Take back one fact or all, from one employer or from all; the next reading shows it no more."""
    who, now = asker(request), now_of(request)
    fact = None if asked.fact is None else (asked.fact.kind, asked.fact.about)

    def change(connection: sa.Connection) -> Receipt:
        entry = withdraw(connection, who.actor, candidate_id, now, random_id(), asked.employer, fact)
        return receipt({"number": entry.number}, 201)

    return once(change)


@router.get(
    "/trials/{trial_id}/disclosure", summary="The smallest set of facts that a trial needs released",
    dependencies=[needs("release.plan", "trial_id")],
)  # fmt: skip
def disclosure(request: Request, trial_id: RandomId, lang: Lang = "fi") -> dict[str, Any]:
    """Say which facts a trial needs, why, and what would be lost without each; for the person and the coach."""
    plan, work = disclosure_of(request.app.state.store, trial_id)
    return disclosure_as_json(plan, work, Messages(lang))


@router.get(
    "/trials/{trial_id}/brief", summary="What the employer sees of the person's needs",
    dependencies=[needs("brief.read", "trial_id")], response_class=Response,
    responses={200: {"content": {"application/json": {}, "text/html": {}}, "description": "The effect brief"}},
)  # fmt: skip
def brief(
    request: Request, trial_id: RandomId, format: Annotated[BriefForm, Query()] = BriefForm.JSON, lang: Lang = "fi"
) -> Response:
    """Give the effect brief with what is released now: how it shows in the work, what helps, whom to call."""
    who, store = asker(request), request.app.state.store
    with store.read() as connection:
        proposal = released_proposal(connection, get_plan(connection, trial_id), zone_of(request))
    reader = Reader.HANDLERS if who.actor.role is Role.EMPLOYER else Reader.SUPERVISOR
    content = show_brief(store, who.actor, proposal, reader, lang, format, now_of(request))
    return Response(content, media_type=format.media_type, headers={"Content-Language": lang})


@router.get(
    "/candidates/{candidate_id}/why", summary="Why this is on a list, in plain words",
    dependencies=[needs("reasons.read", "candidate_id")],
)  # fmt: skip
def why(
    request: Request,
    candidate_id: CandidateId,
    run: Annotated[int, Query(ge=1, le=2**53 - 1, description="number of the list", examples=[1])],
    rank: Annotated[int, Query(ge=1, le=1000, examples=[1])],
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Say why a suggestion of a list that was shown is on it."""
    with request.app.state.store.read() as connection:
        found = find_run(connection, str(run))
        answer = kept_for(connection, candidate_id, found.answer) if found.candidate == candidate_id else None
    lines = [] if answer is None else json.loads(answer)["suggestions"]
    line = next((one for one in lines if one["rank"] == rank), None)
    if line is None:
        raise UnknownId("suggestion", f"{run}:{rank}")
    return why_this_as_json(line, Messages(lang))


@router.get(
    "/candidates/{candidate_id}/why-not/{site_id}", summary="Why a workplace is not on the list, in plain words",
    dependencies=[needs("reasons.read", "candidate_id")],
)  # fmt: skip
def why_not_there(
    request: Request,
    candidate_id: CandidateId,
    site_id: SiteId,
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Say what speaks against a workplace, and what would open it."""
    store = request.app.state.store
    person = candidate_to_match(store, candidate_id)
    scorer = scorer_in_force(store)
    asked = ask_market(store, "", lambda market: ask_about(person, market, site_id, scorer=scorer))
    return why_not_as_json(asked, why_not(asked), Messages(lang))
