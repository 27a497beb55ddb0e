"""The queue of readings that employers corrected or that were unsure: which levels are corrected most, no names."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from data.dimensions import dimension_index, load_dimensions
from data.store import Store
from data.store.postings import postings_of

from ..access.policy import needs
from ..correction_queue import (
    COUNTED,
    QueuedReading,
    corrections_csv,
    counted_corrections,
    queued_readings,
    without_names,
)
from .frame import show
from .language import messages_of

router = APIRouter(include_in_schema=False)

Which = Literal["", "corrected", "added", "unsure"]
Dimension = Annotated[str, Query(max_length=60)]
READINGS_SHOWN, ROWS_SHOWN, MOST_ROWS = 100, 100, 5_000


@router.get("/research/corrections", dependencies=[needs("workplaces.read")])
def corrections(request: Request, kind: Which = "", dimension: Dimension = "") -> Response:
    """Show which levels employers correct most, which readings were unsure, and the texts behind them."""
    messages = messages_of(request)
    queued = _queued(request, kind, dimension)
    counted = counted_corrections(queued)
    texts: dict[str, list[tuple[QueuedReading, str]]] = {}
    for one in queued[:READINGS_SHOWN]:
        words = without_names(one.words, one.names) if one.words else ""
        texts.setdefault(without_names(one.text, one.names), []).append((one, words))
    return show(
        request, "corrections.html.jinja", part="list", counted=counted[:ROWS_SHOWN], more=len(counted) - ROWS_SHOWN,
        texts=texts, readings=len(queued), kind=kind, dimension=dimension,
        kinds=[("", messages.text("corrections.all")),
               *((one, messages.text(f"corrections.kind.{one}")) for one in ("corrected", "added", "unsure"))],
        dimensions=[("", messages.text("corrections.every")),
                    *((one.id, messages.dimension(one.id)) for one in load_dimensions())],
    )  # fmt: skip


@router.get("/research/corrections.csv", dependencies=[needs("workplaces.read")])
def download(request: Request, kind: Which = "", dimension: Dimension = "") -> Response:
    """Give the queue as CSV, a reading a row, without names; training takes its corrected rows as they are."""
    content = corrections_csv(_queued(request, kind, dimension)[:MOST_ROWS])
    return Response(
        content.encode("utf-8-sig"), media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="corrections.csv"'},
    )  # fmt: skip


def _queued(request: Request, kind: str, dimension: str) -> list[QueuedReading]:
    store: Store = request.app.state.store
    with store.read() as connection:
        postings = postings_of(connection, states=COUNTED)
    asked = dimension if dimension in dimension_index() else ""
    return [
        one for one in queued_readings(postings)
        if (not kind or one.kind == kind) and (not asked or one.dimension == asked)
    ]  # fmt: skip
