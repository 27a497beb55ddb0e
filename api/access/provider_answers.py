"""Asks an identity provider, within bounds: so long, so many bytes, JSON only, never sent on to another address."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx2

from ..logs import log
from .errors import ProviderUnreachable
from .provider_settings import is_accepted_address

MOST_BYTES = 256 * 1024
WAIT_SECONDS = 5.0
WHOLE_SECONDS = 10.0
_AT_ONCE = 8


class ProviderAnswers:
    """Fetches from one provider. Safe to call from several threads; more than eight at once are turned away.

    Raises ProviderUnreachable for everything that is not an answer within the bounds; the log says which.
    """

    def __init__(self, issuer: str) -> None:
        self._issuer, self._at_once = issuer, threading.BoundedSemaphore(_AT_ONCE)
        self._client = httpx2.Client(
            follow_redirects=False,
            trust_env=False,
            timeout=httpx2.Timeout(WAIT_SECONDS),
            limits=httpx2.Limits(max_connections=_AT_ONCE, max_keepalive_connections=2),
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "worktrial"},
        )

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def ask(
        self, address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Get an address, or post a form to it; gives status (200 or 4xx) and what the JSON says."""
        if not is_accepted_address(address, self._issuer):
            raise _unreachable("address_not_accepted")
        if not self._at_once.acquire(blocking=False):
            raise _unreachable("too_many_at_once")
        try:
            return self._ask(address, form, headers or {})
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
            raise _unreachable(type(error).__name__) from None
        finally:
            self._at_once.release()

    def _ask(self, address: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> tuple[int, Any]:
        ends = time.monotonic() + WHOLE_SECONDS
        method, data = ("GET", None) if form is None else ("POST", dict(form))
        with self._client.stream(method, address, data=data, headers=dict(headers)) as answer:
            if not (answer.status_code == 200 or 400 <= answer.status_code < 500):
                raise _unreachable(f"status_{answer.status_code}")
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise _unreachable("compressed")
            parts, size = [], 0
            for part in answer.iter_raw():
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    raise _unreachable("too_large")
                if time.monotonic() > ends:
                    raise _unreachable("too_slow")
        return answer.status_code, _object(b"".join(parts), empty=answer.status_code != 200)


def _object(body: bytes, *, empty: bool) -> dict[str, Any]:
    """Read an object; what comes with an error may be anything."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    if empty:
        return {}
    raise _unreachable("not_json")


def _unreachable(why: str) -> ProviderUnreachable:
    log("access").warning("provider_unreachable", why=why)
    return ProviderUnreachable()
