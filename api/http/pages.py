"""Two pages of the frame itself: the API page without a line of inline script, and what a kind of problem means."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from .examples import Responses
from .problems import PROBLEMS, Problem, language_of, words_of

docs = APIRouter(include_in_schema=False)
problems = APIRouter(prefix="/problems", tags=["problems"])
_MEANING: Responses = {200: {"content": {"application/json": {"example": {
    "code": "unknown_id", "status": 404, "title": "There is no such thing",
    "way_out": "Look the id up in the list it comes from."}}}}}  # fmt: skip
Code = Annotated[str, Path(max_length=60, pattern="^[a-z_]+$", examples=["unknown_id"])]


class Meaning(BaseModel):
    """What a kind of problem means."""

    code: Annotated[str, Field(max_length=60)]
    status: Annotated[int, Field(ge=400, le=599)]
    title: Annotated[str, Field(max_length=100)]
    way_out: Annotated[str, Field(max_length=200)]


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Work trial API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/vendor/swagger-ui/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/static/vendor/swagger-ui/swagger-ui-bundle.js"></script>
<script src="/static/docs.js"></script>
</body>
</html>
"""


@docs.get("/docs")
async def api_page() -> HTMLResponse:
    """Serve the API page from our own files: no other origin is asked for anything."""
    return HTMLResponse(_PAGE)


@problems.get("/{code}", summary="What a kind of problem means, and what to do", responses=_MEANING)
async def meaning(code: Code, request: Request, response: Response) -> Meaning:
    """Give status, title and way out of a kind of problem in the language of ``Accept-Language``."""
    kind, language = PROBLEMS.get(code), language_of(request.scope)
    if kind is None:
        raise Problem("not_found")
    response.headers["Content-Language"], response.headers["Vary"] = language, "Accept-Language"
    title, way_out = words_of(code, language)
    return Meaning(code=code, status=kind.status, title=title, way_out=way_out)
