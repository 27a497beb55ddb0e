"""What requests name again and again: ids in the path, keys, levels, the language; each bounded, with an example."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

_RANDOM = "4f0c2a7be1d94a3388d1c6e25a90b7f3"

CandidateId = Annotated[str, Path(max_length=100, examples=["KS-001"])]
EmployerId = Annotated[str, Path(max_length=200, examples=["saarikirjasto"])]
SiteId = Annotated[str, Path(max_length=200, examples=["saarikirjasto.paakirjasto"])]
RandomId = Annotated[str, Path(max_length=100, examples=[_RANDOM])]
"""Ids that nobody can guess: of accounts, tokens, trials and postings."""
FrameName = Annotated[str, Path(max_length=60, examples=["frame-6e40934e93301b2c"])]

Lang = Literal["fi", "sv", "en"]
Key = Annotated[str, Field(min_length=1, max_length=200)]
Step = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
"""A level on the scale of 0 to 5."""
