"""Every answer that is not what was asked for has one shape (RFC 9457), and never says what was sent.

``type`` is an address of the service itself that tells what to do, ``code`` the same in one word, ``instance`` names
the request as the log does. ``title`` and ``way_out`` are in the language that is asked for (``Accept-Language``). What
the kinds mean stands in ``docs/reference/problems.md``, which a test holds complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from data.errors import EmptyStore, InvalidInput, RowsRefused, UnknownId, WorkTrialError

from ..messages import Messages
from .languages import accepted_language

MEDIA_TYPE = "application/problem+json"
DEFAULT_LANGUAGE = "en"
"""Of programs, which mostly ask for none."""

MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem: its status, a title, and what whoever asked can do."""

    status: int
    title: str
    way_out: str


PROBLEMS: Mapping[str, ProblemKind] = {
    # what the request says
    "bad_request": ProblemKind(400, "The request cannot be read", "Mend the request."),
    "idempotency_key_missing": ProblemKind(
        400, "A change needs an Idempotency-Key", "Send a new random key of 16 to 128 characters with every change."
    ),
    "idempotency_key_reused": ProblemKind(
        422, "The key stands for another request", "Send a new key with a new change."
    ),
    "invalid_request": ProblemKind(422, "A value is not accepted", "Mend the places that are named in faults."),
    "invalid_input": ProblemKind(422, "A value is not accepted", "The detail names the place and what is accepted."),
    "invalid_cursor": ProblemKind(422, "The cursor is not one of this list", "Take next from the page before."),
    "text_not_accepted": ProblemKind(
        422, "Text or number that cannot be kept", "No NUL, no half characters, whole numbers within 53 bits."
    ),
    "rows_refused": ProblemKind(422, "Rows of a table have faults", "Mend the rows that are named in faults."),
    "file_unreadable": ProblemKind(422, "A file cannot be read", "The detail says as what it should be readable."),
    "too_deep": ProblemKind(422, "The body is nested too deeply", "Nest less deeply."),
    "too_large": ProblemKind(413, "The body is too large", "Send less at once."),
    "unsupported_media_type": ProblemKind(
        415, "The body is of another kind", "Send application/json, or a table where one is taken."
    ),
    # where it goes and whence it comes
    "not_found": ProblemKind(404, "There is nothing at this address", "Look the address up in the API description."),
    "unknown_id": ProblemKind(404, "There is no such thing", "Look the id up in the list it comes from."),
    "method_not_allowed": ProblemKind(405, "This address does not do that", "The header Allow names what it does."),
    "host_not_allowed": ProblemKind(421, "The service does not go by this name", "Use the address you were given."),
    "cross_origin": ProblemKind(403, "Another site sent this", "Send changes from pages of the service itself."),
    # who asks
    "login_needed": ProblemKind(401, "Nobody is logged in", "Log in, or send an API token."),
    "login_refused": ProblemKind(401, "Login, password or code is not right", "Check them and try again."),
    "invitation_refused": ProblemKind(410, "The invitation does not hold", "Ask for a new one."),
    "second_factor_needed": ProblemKind(403, "One-time codes must be set up first", "Set them up, then go on."),
    "provider_not_set": ProblemKind(404, "There is no identity provider here", "Log in with a password."),
    "not_allowed": ProblemKind(403, "This role may not do this", "GET /api/v1/permissions says who may do what."),
    "not_there": ProblemKind(404, "There is no such thing, or it is not yours", "Look it up in your own list."),
    # what is there already
    "person_objects": ProblemKind(409, "The person objects to being matched", "Talk with them."),
    "move_refused": ProblemKind(
        409, "A rule stands in the way of this move", "Rule names it; detail says it in words."
    ),
    "not_now": ProblemKind(409, "This cannot be done now", "The coach can tell you when it can."),
    "plan_changed": ProblemKind(412, "The trial was changed meanwhile", "Read it anew and decide again."),
    "preview_outdated": ProblemKind(409, "The list is not what was previewed", "Preview it anew."),
    "posting_state_refused": ProblemKind(409, "This posting is not there for that now", "Read it anew."),
    "undo_refused": ProblemKind(409, "The import cannot be undone", "The detail says what stands in the way."),
    "releases_broken": ProblemKind(500, "The ledger of releases does not hold together", "Tell the operator."),
    "empty_store": ProblemKind(409, "Nothing of that kind is stored yet", "Store some first."),
    "conflict": ProblemKind(409, "This cannot be done as things stand", "Read the thing anew."),
    "research_budget_spent": ProblemKind(
        409, "The different tables of this quarter are spent", "Ask again for tables you have had, or next quarter."
    ),
    "too_few_people": ProblemKind(409, "There are too few people to hide each of them", "Wait until there are more."),
    "no_model": ProblemKind(409, "There is no such model", "List the models there are."),
    "precondition_failed": ProblemKind(412, "It was changed meanwhile", "Read it anew and decide again."),
    "precondition_required": ProblemKind(428, "It is not said which state is changed", "Send its ETag as If-Match."),
    # how much
    "too_many_requests": ProblemKind(429, "Too many requests", "Wait as long as Retry-After says."),
    # what is wrong on our side
    "list_not_logged": ProblemKind(503, "The list was not logged, so it is not shown", "Ask again later."),
    "store_unreadable": ProblemKind(503, "The store cannot be used just now", "Ask again; changes with the same key."),
    "provider_unreachable": ProblemKind(503, "The identity provider cannot be used just now", "Try again later."),
    "not_ready": ProblemKind(503, "The service is not ready", "Ask again later."),
    "metrics_not_installed": ProblemKind(501, "Metrics are not installed", "Install the extra metrics."),
    "settings_refused": ProblemKind(500, "The settings are not accepted", "Tell the operator."),
    "reference_fault": ProblemKind(500, "A reference file is at fault", "Tell the operator."),
    "registry_broken": ProblemKind(500, "The list of decisions does not hold together", "Tell the operator."),
    "audit_broken": ProblemKind(500, "The audit does not hold together", "Tell the operator."),
    "model_refused": ProblemKind(500, "A model is not what was promoted", "Tell the operator."),
    "frame_refused": ProblemKind(500, "A training frame is not what was written", "Tell the operator."),
    "internal_fault": ProblemKind(500, "Something went wrong here", "Give the operator the incident number."),
}
_BY_STATUS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
              415: "unsupported_media_type"}  # fmt: skip
RETRY_AFTER_SECONDS = 2


class Problem(Exception):
    """Ends a request with a problem. ``detail`` never holds anything that was sent.

    ``language`` is the one that the detail is in (none: English, as the errors of the engine are).
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        language: str = "",
    ) -> None:
        self.language = language
        self.code, self.detail, self.headers, self.more = code, detail, dict(headers or {}), dict(more or {})
        super().__init__(code)


PageOfProblem = Callable[[Problem, Scope], Response | None]
"""What an application with pages keeps as ``state.problem_as_page``; None for whoever did not ask for a page."""


def problem_of(error: WorkTrialError) -> Problem:
    """Turn an error of the engine into a problem; its sentence is kept unless it may quote what was asked."""
    code = error.code if error.code in PROBLEMS else "internal_fault"
    kind = PROBLEMS[code]
    more: dict[str, Any] = {}
    detail = str(error)
    if isinstance(error, UnknownId):
        detail = f"There is no such {error.kind}."
    elif isinstance(error, EmptyStore) or kind.status >= 500:  # where the store is, is nobody's business
        detail = ""
    elif isinstance(error, RowsRefused):
        more = {"good_rows": error.good, "faults": [_row_fault(fault) for fault in error.faults[:MOST_FAULTS]]}
    elif isinstance(error, InvalidInput):
        more = {"where": error.where}
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if kind.status == 503 else {}
    return Problem(code, detail, headers, more)


def problem_of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """Turn a status of the web framework into a problem."""
    code = _BY_STATUS.get(status, "bad_request" if status < 500 else "internal_fault")
    return Problem(code, headers=headers)


def problem_response(problem: Problem, scope: Scope) -> Response:
    """Write a problem as the answer to a request: as a page where the application has pages and a browser asks."""
    as_page: PageOfProblem | None = getattr(scope["app"].state, "problem_as_page", None) if "app" in scope else None
    page = None if as_page is None else as_page(problem, scope)
    return page or problem_document(problem, scope)


def problem_document(problem: Problem, scope: Scope) -> JSONResponse:
    """Write a problem as a problem document (RFC 9457), title and way out in the reader's language.

    Only problems follow ``Accept-Language``, so only they say ``Vary`` (nothing is kept by caches: ``no-store``).
    ``Content-Language`` names English too where the detail is an English sentence of the engine.
    """
    kind = PROBLEMS[problem.code]
    language = problem.language or language_of(scope)
    title, way_out = words_of(problem.code, language)
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": title,
        "status": kind.status,
        "code": problem.code,
        "detail": problem.detail or f"{title}. {way_out}",
        "way_out": way_out,
        "instance": instance_of(scope),
        **problem.more,
    }
    in_english = bool(problem.detail) and not problem.language and language != DEFAULT_LANGUAGE
    headers = {**problem.headers, "Content-Language": f"{language}, {DEFAULT_LANGUAGE}" if in_english else language}
    headers["Vary"] = ", ".join(filter(None, (problem.headers.get("Vary", ""), "Accept-Language")))
    return JSONResponse(body, kind.status, headers=headers, media_type=MEDIA_TYPE)


def language_of(scope: Scope) -> str:
    """Give the language that a request asks for in ``Accept-Language``; English when it asks for none of ours."""
    return accepted_language(Headers(scope=scope).get("accept-language", "")) or DEFAULT_LANGUAGE


def words_of(code: str, language: str) -> tuple[str, str]:
    """Say in a language what a kind of problem is, and what to do."""
    messages = Messages(language)
    return messages.text(f"problem.{code}.title"), messages.text(f"problem.{code}.way_out")


def instance_of(scope: Scope) -> str:
    """Name a request as the log does."""
    return f"urn:worktrial:request:{scope.get('state', {}).get('request_id', 'unknown')}"


def _row_fault(fault: Any) -> dict[str, Any]:
    written = asdict(fault)
    written["close"] = list(written["close"])
    return written
