"""The peer of ``service_load``: FastAPI with one route that gives a stored list, and nothing around it."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI, Response

LIST = Path(os.environ["LOAD_BARE_LIST"]).read_bytes()
app = FastAPI()


@app.get("/list")
def give() -> Response:
    """Give the bytes."""
    return Response(LIST, media_type="application/json")
