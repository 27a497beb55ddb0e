"""The door: start page, logging in and out, invitations, one-time codes, one's account, what the service is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import segno
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from pydantic import BaseModel, Field

from data.accounts import SECOND_FACTOR, Account
from data.errors import InvalidInput
from data.permissions import load_permissions
from data.store.accounts import get_account

from ..access.errors import InvitationRefused, LoginRefused, NotAllowed
from ..access.login import accept_invitation, begin_second_factor, pending_second_factor
from ..access.passwords import SHORTEST, right_length
from ..access.policy import asker, needs
from ..access.provider_entry import REFUSED, begun_with_provider, keep_begun
from ..access.session_cookies import confirm_or_show_code, end_session, keep_session, log_in_from, waits_for_code
from ..http.problems import Problem
from .forms import FieldFault, Form, read_fields
from .frame import show
from .navigation import home_of
from .notices import Notice

router = APIRouter(include_in_schema=False)

CODE_REFUSED = "code_refused"
"""In the address of the login page: a wrong code ended the session that had come by the provider."""

Next = Annotated[str, Query(alias="next", max_length=300)]


class LoginFields(BaseModel):
    """What the page of the login asks."""

    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=300)]
    code: Annotated[str, Field(max_length=10)] = ""


@router.get("/")
def start(request: Request) -> Response:
    """Lead everybody to the page where their work begins."""
    who = getattr(request.state, "asker", None)
    return RedirectResponse("/login" if who is None else home_of(who.actor.role), 303)


@router.get("/login")
def login_page(request: Request, back_to: Next = "") -> Response:
    """Ask who somebody is."""
    if getattr(request.state, "asker", None) is not None:
        return RedirectResponse(_own_address(back_to) or "/", 303)
    refused = next((one for one in (REFUSED, CODE_REFUSED) if request.query_params.get(one)), "")
    return _login(request, 401 if refused else 200, back_to=_own_address(back_to), refused=refused)


@router.post("/login")
def login(request: Request, form: Form) -> Response:
    """Log in and lead back to where somebody wanted to go; what was typed but the password stays."""
    back_to = _own_address(form.one("next"))
    asked = read_fields(LoginFields, {name: form.one(name) for name in LoginFields.model_fields})
    if not isinstance(asked, LoginFields):
        return _login_again(request, form, back_to, asked, "")
    try:
        opened = log_in_from(request, asked.login, asked.password, asked.code)
    except LoginRefused:
        return _login_again(request, form, back_to, (), "login_refused")
    except Problem as problem:
        if problem.code != "too_many_requests":
            raise
        return _login_again(request, form, back_to, (), problem.code)
    where = "/account/codes" if opened.must_set_up_codes else back_to or "/"
    response = RedirectResponse(where, 303)
    keep_session(request, response, opened)
    return response


@router.post("/login/provider")
def log_in_with_provider(request: Request, form: Form) -> Response:
    """Lead on to the identity provider; with an invitation the identity is linked to its account.

    A page between, as a browser lets no form lead to another address than ours (form-action).
    """
    address, browser = begun_with_provider(request, form.one("invitation")[:300])
    response = show(request, "to_provider.html.jinja", address=address, provider=urlsplit(address).hostname or "")
    keep_begun(response, browser)
    return response


@router.post("/logout", dependencies=[needs("session.own")])
def logout(request: Request) -> Response:
    """End the session and show the login."""
    response = RedirectResponse("/login?done=logged_out", 303)
    end_session(request, response)
    return response


@router.get("/welcome")
def welcome(request: Request) -> Response:
    """Ask for the password of a new account; the invitation is typed or pasted, so that it stands in no address."""
    return _welcome(request)


@router.post("/welcome")
def accept(request: Request, form: Form) -> Response:
    """Set the password of an account by its invitation."""
    state = request.app.state
    invitation, password = form.one("invitation"), form.fields.get("password", ("",))[0]
    if password != form.fields.get("again", ("",))[0]:
        return _welcome(request, 422, "fault.passwords_differ", typed=invitation)
    try:
        opened = accept_invitation(state.store, invitation, password, datetime.now(UTC), state.session_limits)
    except InvitationRefused:
        return _welcome(request, 410, "fault.invitation", typed=invitation)
    except InvalidInput:
        weak = "fault.password_guessed" if right_length(password) else "fault.password_length"
        return _welcome(request, 422, weak, typed=invitation)
    if not opened.secret:
        return RedirectResponse("/login?done=password_set", 303)
    response = RedirectResponse("/account/codes" if opened.must_set_up_codes else "/", 303)
    keep_session(request, response, opened)
    return response


@router.get("/account", dependencies=[needs("me.read")])
def account(request: Request) -> Response:
    """Show one's account: name, role, and everything the role may do."""
    who, table = asker(request), load_permissions()
    rights = [
        (action.names, relation.value)
        for action in table.actions.values()
        if (relation := table.needed(who.actor.role, action.id))
    ]
    codes = who.actor.role in SECOND_FACTOR and not request.app.state.settings.local
    return show(request, "account.html.jinja", rights=rights, codes=codes)


@router.get("/account/codes", dependencies=[needs("session.own")])
def codes(request: Request) -> Response:
    """Show the square that an app reads once one was made, else the button that makes one."""
    return _codes(request)


@router.post("/account/codes/begin", dependencies=[needs("session.own")])
def begin_codes(request: Request) -> Response:
    """Make a secret for one-time codes; it counts once a code has confirmed it."""
    begin_second_factor(request.app.state.store, _with_account(request), request.app.state.key)
    return RedirectResponse("/account/codes", 303)


@router.post("/account/codes", dependencies=[needs("session.own")])
def confirm(request: Request, form: Form) -> Response:
    """Turn one-time codes on with a first one from the app; or show one after logging in with a provider."""
    _with_account(request)
    waits = waits_for_code(request)
    try:
        confirm_or_show_code(request, form.one("code"))
    except LoginRefused:
        if waits:
            return RedirectResponse(f"/login?{CODE_REFUSED}=1", 303)
        return _codes(request, Notice("fault", "fault.code"), 422)
    return RedirectResponse("/" if waits else "/account?done=codes_on", 303)


@router.get("/about")
def about(request: Request) -> Response:
    """Say what the service does and does not do, and how a human decides."""
    return show(request, "about.html.jinja")


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """Show the accessibility statement (Act 306/2019)."""
    return show(request, "accessibility.html.jinja")


def _codes(request: Request, notice: Notice | None = None, status: int = 200) -> Response:
    state = request.app.state
    if waits_for_code(request):
        return show(request, "show_code.html.jinja", status=status, notice=notice)
    address = pending_second_factor(state.store, _with_account(request), state.key)
    square = "" if not address else Markup(segno.make(address, error="m").svg_inline(scale=5, border=4))  # noqa: S704 - drawn by segno from our own text
    secret = parse_qs(urlsplit(address).query).get("secret", [""])[0]
    return show(
        request, "codes.html.jinja", status=status, address=address, square=square, secret=secret, notice=notice
    )


def _with_account(request: Request) -> Account:
    """Give the account of whoever asks, by a session of theirs: a token may not change how one logs in."""
    who = asker(request)
    if not request.state.session or who.scopes is not None:
        raise NotAllowed("session.own")
    with request.app.state.store.read() as connection:
        return get_account(connection, who.actor.account)


def _login_again(
    request: Request, form: Form, back_to: str, faults: tuple[FieldFault, ...], refused: str
) -> Response:  # fmt: skip
    status = {"": 422, "login_refused": 401}.get(refused, 429)
    return _login(request, status, back_to=back_to, login=form.one("login"), faults=faults, refused=refused)


def _login(
    request: Request, status: int, *, back_to: str, login: str = "", faults: tuple[FieldFault, ...] = (),
    refused: str = "",
) -> Response:  # fmt: skip
    return show(
        request, "login.html.jinja", status=status, back_to=back_to, login=login, faults=faults, refused=refused,
        provider=request.app.state.provider is not None,
    )  # fmt: skip


def _welcome(request: Request, status: int = 200, refused: str = "", typed: str = "") -> Response:
    """Show the page of an invitation; ``typed``: the invitation as it was pasted, never a password."""
    provider = request.app.state.provider is not None
    return show(
        request, "welcome.html.jinja", status=status, refused=refused, least=SHORTEST, typed=typed, provider=provider
    )  # fmt: skip


def _own_address(said: str) -> str:
    r"""Give an address of this service to go back to, else nothing: no other site, no scheme, no backslash.

    >>> [_own_address(said) for said in ("/people/KS-001", "//elsewhere", "https://elsewhere", "/\\x")]
    ['/people/KS-001', '', '', '']
    """
    plain = said.isascii() and said.isprintable() and "\\" not in said
    return said if plain and said.startswith("/") and not said.startswith("//") else ""
