"""Models over HTTP: which there are, which is in force, and the card of one. Deciding about them is for two people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from ..access.policy import needs
from ..model_json import model_for_research, models_for_research

router = APIRouter(prefix="/api/v1/models", tags=["models"])


@router.get("", summary="Trial scorers, and which is in force", dependencies=[needs("models.read")])
def list_models(request: Request) -> dict[str, Any]:
    """Give the same as ``worktrial model list --json``; counts of trials rounded to five unless they are made up."""
    return models_for_research(request.app.state.store)


@router.get("/{model}", summary="The card of a trial scorer", dependencies=[needs("models.read")])
def show_model(
    model: Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$", examples=["expert"])],
) -> dict[str, Any]:
    """Give the same as ``worktrial model show --json``: from what it was learned, how good it is, its tables."""
    return model_for_research(model)
