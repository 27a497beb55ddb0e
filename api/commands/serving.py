"""``worktrial serve``: checks the settings, then answers until it is told to stop.

A stop (SIGTERM, Ctrl-C) closes the door first; requests that are running get their answer, for as long as
``grace_seconds`` says. Each worker is a process of its own and reads the same settings.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI
from threadpoolctl import threadpool_limits
from uvicorn.supervisors import Multiprocess

from data.store import open_store, store_url
from matching.ready import is_made, load_search

from ..app import create_app
from ..http.metrics import SHARED_FOLDER
from ..logs import set_up_logs
from ..settings import Settings, load_settings
from ..start_checks import refuse_unsafe, refuse_unsafe_store

_FACTORY = "api.commands.serving:application"
_KEEP_ALIVE_SECONDS = 5
_PATIENCE_WITH_WORKERS_SECONDS = 60
"""A worker that does not answer so long is killed with its requests and started anew. Uvicorn waits five seconds,
which a starting worker on a starved machine may need
(a worker was seen to end so; the cause was not looked into)."""
_LARGEST_HEADERS_BYTES = 32_768


@dataclass(frozen=True, slots=True)
class Said:
    """What the command line says instead of the settings; None: as they say."""

    port: int | None = None
    workers: int | None = None


def application() -> FastAPI:
    """Make the application of the settings in force: what each worker starts with.

    A worker calculates on one core. The matrices of a list are small, and a second thread of the linear algebra library
    only waits in circles for its next part: it took as much processor time again as the list itself. What is loaded at
    the start stays, so it is not looked through again and again for what could go: that stopped a request for 0.2 s.
    """
    threadpool_limits(limits=1, user_api="blas")
    settings = load_settings()
    set_up_logs("debug" if settings.debug else settings.log_level)
    made = create_app(store_url(os.environ), settings)
    load_search()
    gc.collect()
    gc.freeze()
    return made


def serve(said: Said) -> None:
    """Serve until told to stop. SettingsRefused, before anything is opened, when that would be unsafe."""
    settings = load_settings()
    url = store_url(os.environ)
    refuse_unsafe(settings, url, os.environ)
    if not settings.local:
        os.umask(0o077)  # a new database file is nobody else's to read
    create_app(url, settings)  # what it refuses, it refuses here and not in every worker
    _bring_up_to_date(settings, url)
    if not is_made():
        sys.stderr.write("The search is made ready for this machine, once. It takes up to three minutes.\n")
        load_search()
    workers = said.workers or settings.workers
    port = said.port or settings.port
    if settings.metrics and workers > 1 and not os.environ.get(SHARED_FOLDER):
        with tempfile.TemporaryDirectory(prefix="worktrial-metrics-") as folder:
            os.environ[SHARED_FOLDER] = folder
            _run(settings, port, workers)
        return
    _run(settings, port, workers)


def _bring_up_to_date(settings: Settings, url: str) -> None:
    """Migrate once before several workers start, and look at the server of the store."""
    store = open_store(url)
    try:
        refuse_unsafe_store(settings, store)
    finally:
        store.close()
    refuse_unsafe(settings, url, os.environ)  # the file may only be there now


def _run(settings: Settings, port: int, workers: int) -> None:
    if settings.local:
        sys.stderr.write("Local, single user, no login. API page: /docs\n")
    set_up_logs("debug" if settings.debug else settings.log_level)
    options: dict[str, Any] = {
        "app": _FACTORY,
        "host": settings.listen_address,
        "port": port,
        "factory": True,
        "workers": workers,
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,  # forwarded headers are read by ourselves, from trusted proxies only
        "server_header": False,
        "ws": "none",
        "timeout_keep_alive": _KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": settings.grace_seconds,
        "timeout_worker_healthcheck": _PATIENCE_WITH_WORKERS_SECONDS,
        "h11_max_incomplete_event_size": _LARGEST_HEADERS_BYTES,
    }
    if workers == 1:
        uvicorn.run(**options)
        return
    config = uvicorn.Config(**options)
    with suppress(KeyboardInterrupt):
        Multiprocess(config, sockets=[_door(config)]).run()


def _door(config: uvicorn.Config) -> socket.socket:
    """Open the socket that workers share. What it accepts does not wait for more to send.

    asyncio sets that only where a socket says that it speaks TCP, and the one that Uvicorn binds for several workers
    does not: one answer in fifteen then lay about for 40 ms until its receiver had confirmed the part before it.
    """
    door = config.bind_socket()
    if door.family != socket.AF_UNIX:
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door
