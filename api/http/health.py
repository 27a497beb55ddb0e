"""Tells machines whether the process lives and whether it can work; strangers learn no more than that."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Request
from pydantic import Field

from data.errors import WorkTrialError
from data.home import data_home
from data.store import Store
from data.store.schema import HEAD

from ..logs import log
from .examples import Responses
from .problems import Problem

router = APIRouter(prefix="/health", tags=["health"])
State = dict[str, Annotated[str, Field(max_length=10)]]
LEAST_FREE_BYTES = 50_000_000
_ASKED_AGAIN_SECONDS = 1.0


class Readiness:
    """Remembers for a second what it found, so that asking often costs nothing."""

    def __init__(self, store: Store, home: Path) -> None:
        self.store, self.home = store, home
        self._lock, self._at = threading.Lock(), -_ASKED_AGAIN_SECONDS
        self._faults: tuple[str, ...] = ()

    def faults(self) -> tuple[str, ...]:
        """Name what is wrong: ``store``, ``schema``, ``disk``; empty when the service can work."""
        with self._lock:
            if time.monotonic() - self._at >= _ASKED_AGAIN_SECONDS:
                self._faults, self._at = self._look(), time.monotonic()
            return self._faults

    def _look(self) -> tuple[str, ...]:
        faults = []
        try:
            with self.store.read() as connection:
                found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            if found != HEAD:
                faults.append("schema")
        except (WorkTrialError, sa.exc.SQLAlchemyError):
            faults.append("store")
        if not _has_room(self.home):
            faults.append("disk")
        return tuple(faults)


def _has_room(home: Path) -> bool:
    try:
        home.mkdir(parents=True, exist_ok=True)
        return os.access(home, os.W_OK) and shutil.disk_usage(home).free >= LEAST_FREE_BYTES
    except OSError:
        return False


def readiness(store: Store) -> Readiness:
    """Look after an open store and the data folder of this process."""
    return Readiness(store, data_home(os.environ))


LIVES: Responses = {200: {"content": {"application/json": {"example": {"status": "live"}}}}}
READY: Responses = {200: {"content": {"application/json": {"example": {"status": "ready"}}}}}


@router.get("/live", summary="Whether the process answers", responses=LIVES)
def live() -> State:
    """Say that the process answers."""
    return {"status": "live"}


@router.get("/ready", summary="Whether requests can be answered: store, schema, disk", responses=READY)
def ready(request: Request) -> State:
    """Say that requests can be answered; 503 when not. Why not stands in the log."""
    held: Readiness = request.app.state.readiness
    if faults := held.faults():
        log("health").error("not_ready", faults=list(faults))
        raise Problem("not_ready", headers={"Retry-After": "5"})
    return {"status": "ready"}
