"""Reads earlier solutions from YAML: the seed cases that ship with the engine, and drafts that a coach confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from ..accommodations import CostClass, load_accommodations
from ..dimensions import dimension_index
from ..errors import FileUnreadable, InvalidInput, ReferenceFault
from ..reference_files import REFERENCE, read_yaml
from ..solutions import (
    Act,
    Change,
    ChangeKind,
    Consent,
    Cost,
    EmployerSize,
    Gap,
    Judged,
    JudgedHow,
    Role,
    Solution,
    SolutionSource,
    SolutionText,
    Went,
)
from ..vocabulary import vocabulary

SEED_SOLUTIONS = REFERENCE / "solutions"
LONGEST_TEXT = 4_000
LANGUAGES = ("fi", "sv", "en")

Step = Annotated[float, Field(ge=0, le=5, multiple_of=0.5, allow_inf_nan=False)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]
Hours = Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)]
Weeks = Annotated[float, Field(ge=0, le=520, allow_inf_nan=False)]
Euros = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextEntry(_Entry):
    """Words of a case in one language."""

    title: Words
    work: Words
    change: Words
    result: Words


class OwnEntry(_Entry):
    """A change in words of one's own: its kind, the gaps it was meant for, how it went, and the words."""

    kind: Literal["carved", "combined", "hours", "other"]
    gaps: Annotated[tuple[str, ...], Field(alias="for", min_length=1)]
    went: Went
    fi: Words | None = None
    sv: Words | None = None
    en: Words | None = None


class CostEntry(_Entry):
    """Cost class, and euros from-to."""

    cost_class: Annotated[CostClass, Field(alias="class")]
    eur: tuple[Euros, Euros] | None = None


class JudgedEntry(_Entry):
    """By whom, how, after how many weeks."""

    by: Annotated[tuple[Role, ...], Field(min_length=1)]
    how: JudgedHow
    weeks: Weeks


class SolutionEntry(_Entry):
    """One case as it stands in a YAML file (``docs/reference/formats.md``)."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    sector: str
    size: EmployerSize
    site: tuple[str, ...] = ()
    gaps: Annotated[dict[str, tuple[Step, Step | None]], Field(min_length=1)]
    fine: dict[str, tuple[Step | None, Step | None]] = {}
    measures: dict[str, Went] = {}
    own: tuple[OwnEntry, ...] = ()
    hours: tuple[Hours, Hours] | None = None
    acts: dict[Act, Role] = {}
    cost: CostEntry
    arranged_in_weeks: Weeks | None = None
    outcome: Went
    judged: JudgedEntry
    consent: Consent | None = None
    fictional: bool = False
    fi: TextEntry | None = None
    sv: TextEntry | None = None
    en: TextEntry | None = None

    @model_validator(mode="after")
    def _words_are_known(self) -> SolutionEntry:
        known = dimension_index()
        named = [*self.gaps, *self.fine, *(d for one in self.own for d in one.gaps)]
        for dimension in named:
            if dimension not in known:
                raise ValueError(f"unknown dimension {dimension[:40]}")
        for dimension, (needed, managed) in self.gaps.items():
            if managed is not None and managed >= needed:
                raise ValueError(f"{dimension} is no gap: {managed:g} is enough for {needed:g}; put it under fine")
        if twice := set(self.gaps) & set(self.fine):
            raise ValueError(f"{min(twice)} stands under gaps and under fine")
        catalogue = {measure.id for measure in load_accommodations()}
        if strange := set(self.measures) - catalogue:
            raise ValueError(f"unknown measure {min(strange)[:40]}; use the catalogue or own words")
        if self.sector not in vocabulary("sectors"):
            raise ValueError(f"unknown sector {self.sector[:40]}")
        if strange := set(self.site) - set(vocabulary("facilities")):
            raise ValueError(f"unknown site trait {min(strange)[:40]}")
        if not (self.measures or self.own or self.hours):
            raise ValueError("nothing was changed: measures, own or hours is needed")
        if not (self.fi or self.sv or self.en):
            raise ValueError("a text in fi, sv or en is needed")
        if not self.fictional and self.consent is not Consent.GIVEN:
            raise ValueError("consent: given is needed for a case that is not fictional")
        return self

    def record(self, source: SolutionSource) -> Solution:
        """Give the frozen record."""
        texts = {
            language: SolutionText(entry.title, entry.work, entry.change, entry.result)
            for language in LANGUAGES
            if (entry := getattr(self, language)) is not None
        }
        measures = [Change(ChangeKind.MEASURE, went, id_) for id_, went in self.measures.items()]
        own = [
            Change(
                ChangeKind(one.kind),
                one.went,
                words={name: words for name in LANGUAGES if (words := getattr(one, name)) is not None},
                dimensions=one.gaps,
            )
            for one in self.own
        ]
        least, most = self.cost.eur or (None, None)
        return Solution(
            id=self.id,
            texts=texts,
            gaps={dimension: Gap(*levels) for dimension, levels in self.gaps.items()},
            fine={dimension: Gap(*levels) for dimension, levels in self.fine.items()},
            changes=(*measures, *own),
            outcome=self.outcome,
            sector=self.sector,
            size=self.size,
            site_has=frozenset(self.site),
            acts=self.acts,
            hours=self.hours,
            cost=Cost(self.cost.cost_class, least, most),
            weeks_to_arrange=self.arranged_in_weeks,
            judged=Judged(self.judged.by, self.judged.how, self.judged.weeks),
            consent=Consent.FICTIONAL if self.fictional else Consent.GIVEN,
            source=source,
            fictional=self.fictional,
        )


def read_seed_solutions() -> tuple[Solution, ...]:
    """Read the seed cases that ship with the engine, by id: fiction, and marked so."""
    found = [one for path in sorted(SEED_SOLUTIONS.glob("*.yaml")) for one in read_solutions(path, SolutionSource.SEED)]
    return tuple(sorted(found, key=lambda one: one.id))


def read_solutions(path: Path, source: SolutionSource = SolutionSource.IMPORT) -> tuple[Solution, ...]:
    """Read the cases of one YAML file: ``solutions:`` is a list, ``fictional: true`` above it holds for all.

    ``source: trial`` above it says that they were drafted from ended trials.

    Raises FileUnreadable when it is not such a file, InvalidInput with file, case and field for a wrong value.
    """
    try:
        document = read_yaml(path)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    except (ReferenceFault, UnicodeDecodeError) as error:
        raise FileUnreadable(path, "this is not readable YAML in UTF-8", "Mend the file.") from error
    entries = document.get("solutions") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise FileUnreadable(path, "this is not a file of solutions", "See docs/reference/formats.md.")
    fictional = bool(document.get("fictional", False))
    if document.get("source") == SolutionSource.TRIAL.value:
        source = SolutionSource.TRIAL
    return tuple(
        solution_from_entry(entry, f"{path.name}, case {at}", source, fictional)
        for at, entry in enumerate(entries, start=1)
    )


def solution_from_entry(entry: Any, where: str, source: SolutionSource, fictional: bool = False) -> Solution:
    """Check one case and give its record; InvalidInput names the field, and never the personal value in it."""
    try:
        if isinstance(entry, dict) and fictional:
            entry = {**entry, "fictional": True}
        return SolutionEntry.model_validate(entry).record(source)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"{where}{f', {field}' if field else ''}", str(first["msg"]), "see docs/reference/formats.md"
        ) from error
