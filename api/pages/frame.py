"""Shows a page: a template filled in the reader's language, within the frame that all pages have."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from data.accounts import Role
from data.permissions import load_permissions
from data.workplaces import DAYS

from ..access.principal import Principal
from ..messages import Messages
from ..settings import Settings
from ..wording import workplace_name
from .language import CHOICES, EASY, choice_of, keep_choice, language_of, messages_of, same_page_in
from .navigation import Entry, navigation
from .notices import Notice, notice_of

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parents[1] / "static"
OWN_LANGUAGE = {"fi": "Suomi", "sv": "Svenska", "en": "English", EASY: "Selkosuomi"}
"""Each language by its own name: whoever looks for theirs may not read the one that is shown."""

HTMX = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..|422", "swap": True},
            {"code": "[45]..", "swap": False, "error": True},
        ],
    }
)
"""What htmx may do: no inline style, no code from text, no other origin, and no page kept in the browser.

A form with faults (422) is shown again in its place.
"""


def show(
    request: Request, template: str, *, status: int = 200, part: str = "", notice: Notice | None = None, **values: Any
) -> HTMLResponse:
    """Show a page. ``part``: the block that a request of htmx gets alone; without JavaScript the whole page comes.

    Macros that such a block uses are imported within it: alone, it knows nothing of the template around it.
    ``notice``: what is said above the page; otherwise what the last change left to be said.
    """
    language = language_of(request)
    filled = {**_frame(request, messages_of(request), notice), **values}
    page = environment().get_template(template)
    if part and request.headers.get("hx-request") == "true":
        context = page.new_context(filled)
        content = "".join(page.blocks[part](context))
    else:
        content = page.render(filled)
    response = HTMLResponse(content, status, headers={"Content-Language": language, "Vary": "HX-Request, Cookie"})
    keep_choice(request, response)
    return response


def static(name: str) -> str:
    """Give the address of a file of ours, with the mark of its content: a browser may keep it until it changes."""
    return f"/static/{name}?{_mark(name)}"


def new_key() -> str:
    """Make the key of a form: sent twice, it changes things once."""
    return secrets.token_urlsafe(24)


@cache
def environment() -> Environment:
    """Make the environment of templates: everything is escaped, and a name that nobody gave is an error."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals.update(
        static=static, new_key=new_key, htmx_config=HTMX, days_of_week=DAYS, workplace_name=workplace_name
    )
    return found


@cache
def _mark(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _frame(request: Request, messages: Messages, notice: Notice | None) -> Mapping[str, Any]:
    who: Principal | None = getattr(request.state, "asker", None)
    settings: Settings = request.app.state.settings
    return {
        "t": messages.text,
        "messages": messages,
        "number": messages.number,
        "lang": messages.language,
        "languages": [
            (one, OWN_LANGUAGE[one], same_page_in(request, one)) for one in CHOICES if one != EASY or _reads_easy(who)
        ],
        "language_choice": choice_of(request),
        "who": who,
        "may": _rights(who),
        "local": settings.local,
        "navigation": _entries(request, who),
        "here": request.url.path,
        "notice": notice or notice_of(request),
    }


def _reads_easy(who: Principal | None) -> bool:
    """Offer easy Finnish to candidates: their pages are written in it too."""
    return who is not None and who.actor.role is Role.CANDIDATE


def _entries(request: Request, who: Principal | None) -> tuple[Entry, ...]:
    return () if who is None or who.enrolling else navigation(who, request.url.path)


def _rights(who: Principal | None) -> frozenset[str]:
    """Name the actions that whoever reads the page may do: pages offer nothing that would be refused."""
    if who is None:
        return frozenset()
    table = load_permissions()
    return frozenset(action for action in table.actions if table.needed(who.actor.role, action))
