"""``worktrial due``: what waits with employers, whoever agreed on it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from data.store import open_store, store_url
from data.store.accounts import find_tenant

from ..messages import Messages
from .choices import AnswerLanguage


def due(
    organisation: Annotated[str, typer.Option(help="Name or id of the organisation whose contacts are meant.")] = "",
    within: Annotated[int, typer.Option(min=0, max=366, help="Days ahead.")] = 14,
    lang: Annotated[AnswerLanguage, typer.Option(help="Language of the answer.")] = AnswerLanguage.FI,
    as_json: Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")] = False,
) -> None:
    """List whom to be in touch with next, and postings that will not be offered any more unless confirmed."""
    from ..postings import employers_due, employers_due_as_json
    from .main import print_json

    store, messages = open_store(store_url(os.environ)), Messages(lang.value)
    with store.read() as connection:
        tenant = find_tenant(connection, organisation) if organisation else ""
    found = employers_due(store, tenant, datetime.now(UTC).date(), timedelta(days=within))
    written = employers_due_as_json(found, messages)
    if as_json:
        print_json(written)
        return
    for line in [one["text"] for kind in ("contacts", "postings") for one in written[kind]]:
        typer.echo(line)
    if not found.contacts and not found.postings:
        typer.echo(messages.text("due.nothing"))
