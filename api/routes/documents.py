"""Documents of a trial over HTTP: the planned trial travels in the body, never in a URL."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Response

from data.document_templates import DocumentKind, document_template

from ..access.policy import needs
from ..documents import as_docx, as_html, build
from ..documents.html_writer import style_policy
from ..http.changes import READS_ONLY
from ..http.examples import asked
from ..http.named import Lang
from ..trial_plan_file import document_facts_of

router = APIRouter(prefix="/api/v1/documents", tags=["documents"])

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html; charset=utf-8"
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"example": "<!DOCTYPE html>…"}, DOCX: {}}, "description": "The document"}
}


@router.post(
    "/{kind}",
    summary="A document of a trial, filled from the planned trial",
    responses=CONTENT,
    response_class=Response,
    openapi_extra=READS_ONLY,
    dependencies=[needs("document.make")],
)
def document(
    kind: DocumentKind,
    trial: Annotated[
        dict[str, Any],
        Body(max_length=20, description="trial, history, arrangement: a planned trial's file", examples=asked("trial")),
    ],
    lang: Lang = "fi",
    format: Literal["html", "docx"] | None = None,
    accept: Annotated[str, Header(include_in_schema=False, max_length=1000)] = "",
) -> Response:
    """Give the same bytes as ``worktrial document``: HTML, or DOCX by ``format`` or the header Accept."""
    written = build(document_template(kind.value), document_facts_of(trial), lang)
    as_word = format == "docx" or (format is None and DOCX in accept and "text/html" not in accept)
    name = f"{kind.value}.{'docx' if as_word else 'html'}"
    content = as_docx(written) if as_word else as_html(written)
    headers = {
        "Content-Disposition": f'{"attachment" if as_word else "inline"}; filename="{name}"',
        "Content-Language": lang,
        "Vary": "Accept",
    }
    if not as_word:
        headers["Content-Security-Policy"] = style_policy(content)
    return Response(content, media_type=DOCX if as_word else HTML, headers=headers)
