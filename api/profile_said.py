"""What somebody says of a profile to have it corrected; the pages and the HTTP service read it alike."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from data.profile_changes import ProfileChange, StatedLevel

from .http.named import Step

Name = Annotated[str, Field(min_length=1, max_length=60)]
Hours = Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)]


class LevelSaid(BaseModel):
    """What the person manages on a dimension, in steps 0-5: the level, and between which two it surely lies."""

    model_config = ConfigDict(extra="forbid")

    value: Step
    low: Step
    high: Step


class SkillSaid(BaseModel):
    """Something the person can do, in their own words, the activity it belongs to, and its address in ESCO."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=200)]
    activity: Annotated[str, Field(max_length=60)] = ""
    esco: Annotated[str, Field(max_length=200, description="http://data.europa.eu/esco/skill/ and its id")] = ""


class Correction(BaseModel):
    """What is to be changed of a profile; what is not named stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"hours_max": 16, "levels": {"pos_stand": {"value": 2, "low": 1, "high": 3}}}]
    })  # fmt: skip

    hours_min: Hours | None = None
    hours_max: Hours | None = None
    travel_minutes_max: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] | None = None
    step_free_needed: bool | None = None
    own_car: bool | None = None
    wishes: Annotated[dict[Name, Annotated[float, Field(ge=-2, le=2)]], Field(max_length=60)] | None = None
    preferences: Annotated[dict[Name, Literal["more", "less"]], Field(max_length=60)] | None = None
    strengths: Annotated[list[Name], Field(max_length=60)] | None = None
    blocks: Annotated[dict[Name, Annotated[float, Field(ge=0, le=12)]], Field(max_length=14)] | None = None
    skills: Annotated[list[SkillSaid], Field(max_length=60)] | None = None
    declined_accommodations: Annotated[list[Name], Field(max_length=200)] | None = None
    permits: Annotated[dict[Name, bool], Field(max_length=60)] | None = None
    licences: Annotated[dict[Name, bool], Field(max_length=20)] | None = None
    levels: Annotated[dict[Name, LevelSaid | None], Field(max_length=60)] = {}
    bans: Annotated[dict[Name, Step | None], Field(max_length=60)] = {}

    def change(self) -> ProfileChange:
        """Give the change as the engine takes it."""
        plain = self.model_dump(exclude_unset=True, exclude={"levels", "bans", "skills"})
        if self.skills is not None:
            plain["skills"] = [(skill.text, skill.activity, skill.esco) for skill in self.skills]
        levels = {name: None if one is None else StatedLevel(**one.model_dump()) for name, one in self.levels.items()}
        return ProfileChange({k: v for k, v in plain.items() if v is not None}, levels, dict(self.bans))
