"""What a coach chooses for a match list: how it is made, and which of its lines are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from matching import Caution, MatchConfig, Suggestion

from ..commands.match_lists import Question


def _number(said: Any) -> Any:
    """Read a number as people type it; an empty field says nothing."""
    plain = "".join(said.split()).replace(",", ".") if isinstance(said, str) else said
    return None if plain == "" else plain


class ListChoices(BaseModel):
    """How a list is made (``top``, ``caution``, ``region``, ``pathway``), and what is hidden of it.

    ``hours_least`` and ``hours_most`` a week; ``minutes`` one way at most (an unknown way is not hidden); ``plain``:
    only what needs no measure; ``sector`` of the employer. ``search``: the saved search that the choices come from.
    """

    model_config = ConfigDict(extra="ignore")

    top: Annotated[int, Field(ge=1, le=100)] = 10
    caution: Caution = Caution.BALANCED
    region: Annotated[str, Field(max_length=100)] = ""
    pathway: Annotated[str, Field(max_length=100)] = ""
    hours_least: Annotated[Annotated[float, Field(ge=0, le=60)] | None, BeforeValidator(_number)] = None
    hours_most: Annotated[Annotated[float, Field(ge=0, le=60)] | None, BeforeValidator(_number)] = None
    minutes: Annotated[Annotated[float, Field(ge=0, le=600)] | None, BeforeValidator(_number)] = None
    plain: bool = False
    sector: Annotated[str, Field(max_length=60)] = ""
    search: Annotated[str, Field(max_length=100)] = ""

    def question(self, candidate: str, on: date) -> Question:
        """Give the question that makes the list."""
        config = MatchConfig(self.top, self.caution, self.region)
        return Question(candidate, config, pathway=self.pathway, on=on) if self.pathway else Question(candidate, config)

    def shows(self, one: Suggestion) -> bool:
        """Tell whether a line of the list is shown."""
        minutes = one.reach.minutes
        return (
            (self.hours_least is None or one.hours >= self.hours_least)
            and (self.hours_most is None or one.hours <= self.hours_most)
            and (self.minutes is None or minutes is None or minutes <= self.minutes)
            and not (self.plain and one.measures)
            and self.sector in ("", one.reach.place.employer.sector)
        )

    def chosen(self) -> dict[str, Any]:
        """Give what differs from the usual, in plain values: what a saved search keeps."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"search"})

    def address(self, candidate: str, **more: str) -> str:
        """Give the address of the list with these choices."""
        said = {name: "true" if value is True else str(value) for name, value in self.chosen().items()}
        query = urlencode(said | more)
        return f"/people/{candidate}/suggestions{'?' if query else ''}{query}"


def sectors_of(suggestions: Iterable[Suggestion]) -> list[str]:
    """Give the sectors that stand on a list."""
    return sorted({one.reach.place.employer.sector for one in suggestions} - {""})


def choices_of(kept: Mapping[str, Any]) -> ListChoices:
    """Read the choices that a saved search keeps."""
    return ListChoices.model_validate(dict(kept))
