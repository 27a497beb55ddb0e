"""What to do before, during and after the time at the workplace: the menu of working methods, by states of a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import ReferenceFault
from .pathway_records import TrialState
from .reference_files import REFERENCE, read_yaml
from .situation import first_fault


@dataclass(frozen=True, slots=True)
class WorkingMethod:
    """One item of the menu. ``phase``: before, during or after; ``level``: workplace or organisation."""

    id: str
    phase: str
    level: str
    theme: str
    states: tuple[TrialState, ...]
    text: Mapping[str, str]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    fi: str
    sv: str
    en: str


class _MethodFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    phase: Literal["before", "during", "after"]
    level: Literal["workplace", "organisation"]
    theme: str
    states: Annotated[tuple[TrialState, ...], Field(min_length=1)]
    text: _Words


@cache
def load_working_methods(folder: Path = REFERENCE / "pathways") -> tuple[WorkingMethod, ...]:
    """Read the menu in its order; ReferenceFault names the item that is not whole."""
    path = folder / "working_methods.yaml"
    found: dict[str, WorkingMethod] = {}
    for entry in read_yaml(path)["methods"]:
        where = str(entry.get("id", "?")) if isinstance(entry, dict) else "?"
        try:
            read = _MethodFile.model_validate(entry)
        except ValidationError as error:
            raise ReferenceFault(path.name, where, first_fault(error)) from None
        if read.id in found:
            raise ReferenceFault(path.name, where, "the id stands twice")
        found[read.id] = WorkingMethod(read.id, read.phase, read.level, read.theme, read.states, read.text.model_dump())
    return tuple(found.values())


def checklist(state: TrialState, level: str = "workplace") -> tuple[WorkingMethod, ...]:
    """Give what to see to in a state of a trial.

    >>> [method.id for method in checklist(TrialState.ENDED)][-1]
    'keep.contact_after'
    """
    return tuple(method for method in load_working_methods() if state in method.states and method.level == level)
