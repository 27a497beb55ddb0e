"""Applications for the tests of the frame: with routes that write, and as a service in which people say who."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.principal import Principal
from api.app import create_app
from api.http.changes import WriteOnce, receipt
from api.http.entity_tags import require_match, tag_of_state
from api.settings import Settings
from data.accounts import Actor, Role
from data.store import Store, request_count
from data.store.change_receipts import Receipt

SECRET = "b6f1c0de93a7452e8d1f6a5c4b3e2d109f8e7d6c5b4a3921"  # noqa: S105 - of the tests only
NAME = "trial.example.fi"
PUBLIC = f"https://{NAME}"
FAILS = "Kanarialintu4711, and then the disk is full"


class SaysWho:
    """Believes the header X-Test-Account: in place of the part that asks who somebody is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            account = Headers(scope=scope).get("x-test-account", "")
            scope["state"] |= {"principal": account, "session": ""}
            scope["state"]["asker"] = Principal(Actor(account, Role.OPERATOR, "", ""))
        await self.app(scope, receive, send)


def service_settings(**changed: Any) -> Settings:
    """Settings of a service that may start."""
    return Settings(**{"mode": "service", "public_url": PUBLIC, "secret_key": SECRET, **changed})


def service(url: str, **changed: Any) -> FastAPI:
    return create_app(url, service_settings(**changed), [Middleware(SaysWho)])


class Note(BaseModel):
    """Something to write; ``FAILS`` goes wrong after it was written."""

    model_config = ConfigDict(extra="forbid")

    word: Annotated[str, Field(max_length=50)]


writing = APIRouter(prefix="/api/v1/notes", tags=["notes"])


@writing.post("", status_code=201)
def write_note(request: Request, note: Note, once: Annotated[WriteOnce, Depends()]) -> Any:
    def change(connection: sa.Connection) -> Receipt:
        add_note(connection, note.word)
        if note.word == FAILS:
            raise RuntimeError(note.word)
        return receipt({"word": len(note.word), "state": "written"}, 201, {"Location": "/api/v1/notes/1"})

    return once(change)


@writing.put("")
def change_note(request: Request, note: Note, once: Annotated[WriteOnce, Depends()]) -> Any:
    def change(connection: sa.Connection) -> Receipt:
        require_match(request, tag_of_state(notes_in(connection)))
        add_note(connection, note.word)
        return receipt({}, 200, {"ETag": tag_of_state(notes_in(connection))})

    return once(change)


faulty = APIRouter(prefix="/api/v1/notes", tags=["notes"])


@faulty.get("/fault")
def go_wrong(word: str) -> None:
    raise RuntimeError(f"about {word}")


def with_writing(app: FastAPI) -> FastAPI:
    app.include_router(writing)
    return app


def with_faults(app: FastAPI) -> FastAPI:
    app.include_router(faulty)
    return with_writing(app)


def notes(store: Store) -> list[str]:
    with store.read() as connection:
        return notes_in(connection)


def add_note(connection: sa.Connection, word: str) -> None:
    bucket = request_count.c.bucket == f"note|{word}"
    if connection.execute(sa.update(request_count).where(bucket).values(used=request_count.c.used + 1)).rowcount == 0:
        connection.execute(sa.insert(request_count), {"bucket": f"note|{word}", "used": 1, "ends_at": "9999"})


def notes_in(connection: sa.Connection) -> list[str]:
    """Every note, as often as it was written."""
    found = sa.select(request_count.c.bucket, request_count.c.used).where(request_count.c.bucket.like("note|%"))
    return sorted(row.bucket for row in connection.execute(found) for _ in range(row.used))


def url_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'worktrial.db'}"
