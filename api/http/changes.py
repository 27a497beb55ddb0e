"""Makes a change once, however often it is asked for: every route that writes goes through ``WriteOnce``.

A client whose answer got lost cannot know whether its change was made. It asks again with the same ``Idempotency-Key``
and gets the same answer; the change and the receipt of it are one transaction. A store has one writer at a time, so a
twin that is sent meanwhile waits for the first one and then gets its answer: a second click shows the page that the
first one led to (decision 0022).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Header, Request, Response

from data.store import Store
from data.store.change_receipts import AskedChange, Receipt, find_receipt, keep_receipt

from .request_log import route_of

KEY_HEADER = "Idempotency-Key"
LOCAL = "local"
READS_ONLY: dict[str, Any] = {"x-changes-nothing": True}
"""``openapi_extra`` of a route that is asked by POST because its question is personal, and that changes nothing."""

NOT_REPEATED: dict[str, Any] = {"x-not-repeated": True}
"""``openapi_extra`` of a route that makes something anew each time and takes no key: logging in and out, and whatever
answers with a secret, which must not be kept for a second answer."""

Key = Annotated[
    str,
    Header(
        alias=KEY_HEADER,
        min_length=16,
        max_length=130,
        pattern=r'^"[A-Za-z0-9._:+/=\-]{16,128}"$|^[A-Za-z0-9._:+/=\-]{16,128}$',
        description="random, new for every change; the same one to ask for the same change again within 24 hours",
        examples=["5b0f3c1e-7a52-4d3e-9a41-d9a3a1f0c6b7"],
    ),
]
Change = Callable[[sa.Connection], Receipt]


class WriteOnce:
    """What a writing route depends on: ``once: Annotated[WriteOnce, Depends()]``, then ``return once(change)``."""

    def __init__(self, request: Request, key: Key) -> None:
        self.request = request
        sent = "\n".join((request.method, request.url.path, request.url.query, "")).encode() + request.state.body
        route = f"{request.method} {route_of(request.scope)}"
        self.asked = AskedChange.of(principal_of(request), key.strip('"'), route, sent)

    def __call__(self, change: Change) -> Response:
        """Run a change in one transaction with its receipt, or give the receipt there is.

        ``change`` gets the writing connection; all it does to the store goes through it. When it raises, nothing is
        stored and the key may be used again. KeyUsedAgain when the key stood for another request.
        """
        return make_once(self.request, self.asked, change)


def make_once(request: Request, asked: AskedChange, change: Change) -> Response:
    """Make a change in one transaction with its receipt, or answer with the receipt there is."""
    store: Store = request.app.state.store
    now = datetime.now(UTC)
    with store.write() as connection:
        receipt = find_receipt(connection, asked, now)
        replayed = receipt is not None
        if receipt is None:
            receipt = change(connection)
            keep_receipt(connection, asked, receipt, now)
    headers = {**receipt.headers, "Idempotency-Replayed": "true" if replayed else "false"}
    return Response(receipt.body or None, receipt.status, headers, "application/json" if receipt.body else None)


Once = Annotated[WriteOnce, Depends()]
DONE = Receipt(204, "")
"""The receipt of a change that has nothing to tell."""


def receipt(
    body: Mapping[str, str | int | bool | None], status: int = 200, headers: Mapping[str, str] | None = None
) -> Receipt:
    """Write a receipt: ids, states and times of what was changed. What it says of a person is read with GET."""
    return Receipt(status, json.dumps(dict(body), ensure_ascii=False, allow_nan=False), dict(headers or {}))


def principal_of(request: Request) -> str:
    """Name whoever asks: the id of their account, ``local`` without accounts."""
    return str(getattr(request.state, "principal", "") or LOCAL)
