"""How many requests a minute are answered: by kind of route, for each address and for each account.

Workers share the counts through the store. Logins and exports are counted one by one; of the rest each worker takes a
twentieth of the limit at a time and hands it out by itself, so that most requests cost no write; together they never
hand out more than the limit. Local mode counts nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Literal

from anyio import to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from data.errors import StoreUnreadable
from data.store import Store
from data.store.request_counts import forget_requests, take_requests

from ..logs import log
from ..settings import Settings
from .problems import Problem, problem_response

WINDOW = timedelta(minutes=1)
LOGIN_TRIES = 5
ACCOUNT_TRIES_AN_HOUR = 50
_SHARE = 20


class RouteClass(StrEnum):
    """Kinds of routes that are counted apart."""

    LOGIN = "login"
    LISTS = "lists"
    EXPORT = "export"
    OTHER = "other"


CLASSES = (
    (
        RouteClass.LOGIN,
        re.compile(
            r"(POST|PUT) (/api/v1/(session|invitations)(/.*)?|/login|/welcome|/account/codes)"
            r"|GET /api/v1/session/provider/.*"
        ),
    ),
    (
        RouteClass.LISTS,
        re.compile(
            r"\w+ (/api/v1/(candidates/[^/]+/(suggestions|why-not/.*)|transfer|job-patterns|sites/.*)|/people/[^/]+/.*)"
        ),
    ),
    (
        RouteClass.EXPORT,
        re.compile(r"\w+ /api/v1/((documents|workshops|exports|imports|research)(/.*)?|candidates/[^/]+/download)"),
    ),
    (RouteClass.EXPORT, re.compile(r"POST /api/v1/accounts")),  # says whether a login is taken: not asked in bulk
)
"""The first that fits counts; everything else is ``other``."""
NOT_COUNTED = re.compile(r"/health/.*|/static/.*")


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many requests in a window; workers take ``portion`` of them at once."""

    limit: int
    portion: int
    window: timedelta = WINDOW


class RequestLimits:
    """Counts for one worker, over the store that all workers share. Safe to call from several threads."""

    def __init__(
        self, store: Store, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.store, self.settings, self.now = store, settings, now
        self._key = settings.secret() or secrets.token_bytes(32)
        self._lock, self._left, self._tidied = threading.Lock(), dict[str, tuple[datetime, int]](), now()
        self._allowances = {
            RouteClass.LOGIN: Allowance(settings.limit_login, 1),
            RouteClass.EXPORT: Allowance(settings.limit_export, 1),
            RouteClass.LISTS: Allowance(settings.limit_lists, max(1, settings.limit_lists // _SHARE)),
            RouteClass.OTHER: Allowance(settings.limit_other, max(1, settings.limit_other // _SHARE)),
        }

    def spend(self, kind: RouteClass, by: str, who: str) -> None:
        """Count one request; Problem 429 when the limit is reached."""
        self._spend(kind, f"{kind.value}|{by}|{who}", self._allowances[kind])

    def spend_login(self, address: str, account: str, *, known: bool) -> None:
        """Count a try to log in to an account, before its password is looked at; Problem 429 when there were too many.

        ``known``: the account has logged in from this address before. Tries from elsewhere cannot lock its owner out:
        the account as a whole is closed only to addresses that are not known.
        """
        place = network_of(address)
        self._spend(RouteClass.LOGIN, f"login|{place}|{account}", Allowance(LOGIN_TRIES, 1))
        if not known:
            whole = Allowance(ACCOUNT_TRIES_AN_HOUR, 1, timedelta(hours=1))
            self._spend(RouteClass.LOGIN, f"login|everywhere|{account}", whole)

    def _spend(self, kind: RouteClass, what: str, allowed: Allowance) -> None:
        now = self.now()
        ends = _window_end(now, allowed.window)
        bucket = hmac.digest(self._key, f"{what}|{ends.isoformat()}".encode(), hashlib.sha256).hex()
        if not self._hand_out(bucket):
            self._take(kind, bucket, allowed, ends, now)
            if not self._hand_out(bucket):
                wait = max(1, int((ends - now).total_seconds()) + 1)
                raise Problem("too_many_requests", headers={"Retry-After": str(wait)}, more={"retry_after": wait})

    def _hand_out(self, bucket: str) -> bool:
        with self._lock:
            ends, left = self._left.get(bucket, (None, 0))
            if ends is None or left <= 0:
                return False
            self._left[bucket] = (ends, left - 1)
            return True

    def _take(self, kind: RouteClass, bucket: str, allowed: Allowance, ends: datetime, now: datetime) -> None:
        with self._lock:
            if bucket in self._left and self._left[bucket][1] < 0:
                return  # known to be used up: a flood costs no further write
        try:
            taken = take_requests(self.store, bucket, allowed.limit, allowed.portion, ends)
        except StoreUnreadable:
            if kind is RouteClass.LOGIN:
                raise
            taken = allowed.portion  # reading goes on while nothing can be written
            log("limits").warning("counts_not_shared", kind=kind.value)
        with self._lock:
            left = max(0, self._left.get(bucket, (ends, 0))[1]) + taken
            self._left[bucket] = (ends, left if left else -1)  # what another thread has just taken is still there
        with suppress(StoreUnreadable):  # old counts harm nobody, and what was taken stays taken
            self._tidy(now)

    def _tidy(self, now: datetime) -> None:
        with self._lock:
            if now - self._tidied < WINDOW:
                return
            self._tidied = now
            self._left = {bucket: kept for bucket, kept in self._left.items() if kept[0] > now}
        forget_requests(self.store, now)


class CountedRequests:
    """Refuses what is too much. ``by`` address: before anybody is asked who they are; ``principal``: after."""

    def __init__(self, app: ASGIApp, by: Literal["address", "principal"]) -> None:
        self.app, self.by = app, by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or NOT_COUNTED.fullmatch(str(scope["path"])):
            await self.app(scope, receive, send)
            return
        limits: RequestLimits = scope["app"].state.limits
        state = scope.get("state", {})
        who = network_of(state["client"].address) if self.by == "address" else state.get("principal", "")
        if who:
            kind = class_of(scope["method"], str(scope["path"]))
            try:
                await to_thread.run_sync(limits.spend, kind, self.by, who)
            except Problem as problem:
                await problem_response(problem, scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def limits_of(request: Request) -> RequestLimits:
    """Give the counts to a route that counts by itself (login)."""
    limits: RequestLimits = request.app.state.limits
    return limits


def class_of(method: str, path: str) -> RouteClass:
    """Tell how a request is counted.

    >>> class_of("GET", "/api/v1/candidates/x/suggestions"), class_of("GET", "/api/v1/candidates")
    (<RouteClass.LISTS: 'lists'>, <RouteClass.OTHER: 'other'>)
    >>> class_of("GET", "/api/v1/candidates/x/download"), class_of("GET", "/api/v1/candidates/x/why-not/y")
    (<RouteClass.EXPORT: 'export'>, <RouteClass.LISTS: 'lists'>)
    """
    asked = f"{method} {path}"
    return next((kind for kind, form in CLASSES if form.fullmatch(asked)), RouteClass.OTHER)


def network_of(address: str) -> str:
    """Give what an address is counted as: one household has a whole /64 of IPv6 addresses.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3:4:5:6")
    ('192.0.2.7', '2001:db8:1:2')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return ":".join(f"{int(group, 16):x}" for group in found.exploded.split(":")[:4])
    return str(found)


def _window_end(now: datetime, window: timedelta) -> datetime:
    whole = int(window.total_seconds())
    return datetime.fromtimestamp((int(now.timestamp()) // whole + 1) * whole, UTC)
