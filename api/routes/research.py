"""Research over HTTP: tables of people together, frames that stay where they are, and models trained on them.

No route gives a row about a person; rows of made-up people may be had (decision 0026).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.permissions import Relation
from data.research import Grouping, Measure
from data.store import Store
from data.store.change_receipts import Receipt
from data.store.research_ledger import queries_before

from ..access.policy import allowed_relation, asker, needs
from ..access.principal import people_in_view
from ..http.changes import Once, receipt
from ..http.named import FrameName
from ..http.paging import Cursor, Limit, cut_page, link_next, read_cursor
from ..research import (
    frame_as_json,
    freeze_for_research,
    query_as_json,
    research_table,
    simulated_rows,
    train_for_research,
)
from ..research_frames import frames_of

router = APIRouter(prefix="/api/v1/research", tags=["research"])

QUERIES = "research_queries"
Seed = Annotated[int, Field(ge=0, le=1_000_000)]


class TrainingAsked(BaseModel):
    """With which seed the intervals of the figures are drawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"seed": 0}]})

    seed: Seed = 0


@router.get("/tables", summary="How many people, in coarse groups", dependencies=[needs("research.count")])
def count(
    request: Request,
    measure: Annotated[Measure, Query(description="what people are counted by", examples=["endings"])],
    by: Annotated[list[Grouping], Query(max_length=3, description="at most three different groupings")] = [],  # noqa: B006 - FastAPI copies it
) -> dict[str, Any]:
    """Count people before the first day of this quarter. Few people, and what would tell of few, are not listed."""
    who, now = asker(request), datetime.now(UTC)
    store: Store = request.app.state.store
    with store.write() as connection:
        among = people_in_view(connection, who, allowed_relation(who, "research.count"))
        return research_table(connection, among, who.actor, measure, by, request.app.state.key, now)


@router.get("/queries", summary="Who asked for what, for research", dependencies=[needs("research.ledger")])
def list_queries(request: Request, response: Response, cursor: Cursor = "", limit: Limit = 20) -> dict[str, Any]:
    """Give the ledger of the organisation, the latest first, page by page."""
    before = read_cursor(cursor, QUERIES, int)
    who = asker(request)
    everything = allowed_relation(who, "research.ledger") is Relation.ALL
    store: Store = request.app.state.store
    with store.read() as connection:
        found = queries_before(connection, None if everything else who.actor.tenant, before, limit + 1)
    page = cut_page(found, limit, QUERIES, lambda one: one.number)
    link_next(request, response, page)
    return {"queries": [query_as_json(one) for one in page.things], "next": page.next}


@router.get("/frames", summary="The frozen training frames", dependencies=[needs("research.frames")])
def list_frames(request: Request) -> dict[str, Any]:
    """Name the frames of the organisation; what they hold is asked one by one."""
    return {"frames": frames_of(asker(request).actor.tenant)}


@router.post("/frames", summary="Freeze the training frame", dependencies=[needs("research.frames")])
def freeze(request: Request, once: Once) -> Response:
    """Freeze what had ended before this quarter. The rows stay with the service; gives the name of the frame."""
    who, now = asker(request), datetime.now(UTC)
    store: Store = request.app.state.store

    def change(connection: sa.Connection) -> Receipt:
        among = people_in_view(connection, who, allowed_relation(who, "research.frames"))
        told = freeze_for_research(store, connection, among, who.actor, request.app.state.key, now)
        return receipt({"frame": told["name"], "sha256": told["sha256"]})

    return once(change)


@router.get("/frames/simulated", summary="Rows of made-up people", dependencies=[needs("research.frames")])
def made_up(
    seed: Annotated[int, Query(ge=0, le=1_000_000)] = 0, trials: Annotated[int, Query(ge=20, le=500)] = 50
) -> dict[str, Any]:
    """Give rows as a frame has them, of people whom the simulator made up: to write and try out programs on."""
    return simulated_rows(seed, trials)


@router.get("/frames/{frame}", summary="What a frozen frame holds", dependencies=[needs("research.frames")])
def show_frame(request: Request, frame: FrameName) -> dict[str, Any]:
    """Give its columns, its SHA-256 and its rounded counts; no row."""
    return frame_as_json(asker(request).actor.tenant, frame, request.app.state.key)


@router.post(
    "/frames/{frame}/models", summary="Train a scorer on a frozen frame", dependencies=[needs("research.frames")]
)
def train(request: Request, frame: FrameName, asked: TrainingAsked, once: Once) -> Response:
    """Train where the rows lie; card and figures of the model are read by its name (``/api/v1/models``)."""
    who, now = asker(request), datetime.now(UTC)

    def change(connection: sa.Connection) -> Receipt:
        told = train_for_research(connection, who.actor, frame, asked.seed, now)
        return receipt({"model": told["name"]})

    return once(change)
