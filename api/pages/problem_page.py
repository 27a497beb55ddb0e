"""Shows a problem to somebody who looks at a page: what happened, what to do, and where to go from here."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import Headers
from starlette.types import Scope

from ..http.problems import PROBLEMS, Problem, instance_of, words_of
from .frame import show
from .language import language_of

NOT_PAGES = ("/api/", "/static/", "/problems/", "/health/", "/metrics", "/openapi.json")
LOGIN, CODES = "/login", "/account/codes"


def wants_page(scope: Scope) -> bool:
    """Tell whether a browser asked for a page: no address of programs, and HTML is what it takes."""
    path = str(scope["path"])
    return not path.startswith(NOT_PAGES) and "text/html" in Headers(scope=scope).get("accept", "")


def problem_page(problem: Problem, scope: Scope) -> Response:
    """Make the page of a problem; who is not logged in is led to the login, and back afterwards."""
    request = Request(scope)
    if problem.code == "login_needed":
        back = {"next": request.url.path} if request.method == "GET" and request.url.path != "/" else {}
        return RedirectResponse(f"{LOGIN}?{urlencode(back)}" if back else LOGIN, 303)
    if problem.code == "second_factor_needed" and request.method == "GET":
        return RedirectResponse(CODES, 303)
    kind = PROBLEMS[problem.code]
    title, way_out = words_of(problem.code, language_of(request))
    response = show(
        request, "problem.html.jinja", status=kind.status, title=title, way_out=way_out,
        incident=instance_of(scope).rpartition(":")[2] if kind.status >= 500 else "",
    )  # fmt: skip
    response.headers.update(problem.headers)
    return response
