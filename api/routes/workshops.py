"""``POST /api/v1/workshops``: the pack of a workplace. People are named in the body, never in a URL."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.errors import InvalidInput
from data.packed_files import zipped

from ..access.policy import needs, require_person
from ..http.changes import READS_ONLY
from ..http.examples import asked
from ..http.named import Lang
from ..workshop import PACK_FILES, make_pack, pack_files

router = APIRouter(prefix="/api/v1/workshops", tags=["workshops"])

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


class WorkshopAsked(BaseModel):
    """What a pack is made for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": asked("workshop")})

    site: Annotated[str, Field(max_length=200, description="id of the workplace")]
    candidates: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(max_length=50, description="carve proposals for these people; none of them is named in the pack"),
    ] = []
    proposals: Annotated[int, Field(ge=1, le=5, description="proposals for each person")] = 2


FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The pack as a zip file, or the file asked for", "content": {"*/*": {"example": "PK…"}}}
}


@router.post(
    "",
    summary="The workshop pack of a workplace, or one file of it",
    response_class=Response,
    responses=FILES,
    openapi_extra=READS_ONLY,
    dependencies=[needs("workshop.make", in_body=True)],
)
def make(
    request: Request,
    asked: WorkshopAsked,
    on: Annotated[date, Query(description="day of the workshop", examples=["2026-11-30"])],
    file: Annotated[str, Query(max_length=40, description="one file of the pack; else all as a zip file")] = "",
    lang: Lang = "fi",
) -> Response:
    """Give the same files as ``worktrial workshop make``; the pack holds nothing about the people."""
    for person in asked.candidates:
        require_person(request, "workshop.make", person)
    if file and file not in PACK_FILES:
        raise InvalidInput("file", "no such file in a pack", ", ".join(PACK_FILES))
    pack, _ = make_pack(request.app.state.store, asked.site, asked.candidates, asked.proposals)
    name = file or "workshop.zip"
    content = PACK_FILES[file](pack, lang, on) if file else zipped(pack_files(pack, lang, on))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES["." + name.rpartition(".")[2]], headers=headers)
