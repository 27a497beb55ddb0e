"""What a coach tries on the page of a suggestion, and what comes of it: before and after, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import methodcaller
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index, load_dimensions
from data.levels import most_direct
from data.reference_files import read_reference
from matching import Caution, MatchList, Suggestion

from ..card_words import READINGS, signed
from ..messages import Messages
from ..wording import accommodation_name
from .forms import FieldFault, SentForm, SpokenNumber, read_fields

UNKNOWN = "unknown"
STEPS = (UNKNOWN, "0", "1", "2", "3", "4", "5")
SMALLEST = 0.005


def _nothing(value: object) -> object:
    return None if value == "" else value


class WhatIfFields(BaseModel):
    """The form. Weekly hours, one level, one accommodation off (``off:id``) or on (``on:id``), the caution."""

    model_config = ConfigDict(extra="forbid")

    hours_min: Annotated[SpokenNumber, Field(ge=0, le=60, allow_inf_nan=False)]
    hours_max: Annotated[SpokenNumber, Field(ge=0.5, le=60, allow_inf_nan=False)]
    dimension: Annotated[str, Field(max_length=40)] = ""
    step: Annotated[Literal["unknown", "0", "1", "2", "3", "4", "5"] | None, BeforeValidator(_nothing)] = None
    measure: Annotated[str, Field(max_length=100)] = ""
    caution: Caution = Caution.BALANCED


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is tried, as a list takes it: changes of hours and levels, measures off and on, the caution."""

    changes: tuple[str, ...]
    without: tuple[str, ...]
    accepted: tuple[str, ...]
    caution: Caution


def read_what_if(form: SentForm, person: Candidate) -> WhatIf | tuple[FieldFault, ...]:
    """Read the form, or say field by field what is wrong with it."""
    said = read_fields(WhatIfFields, {name: form.one(name) for name in WhatIfFields.model_fields})
    if not isinstance(said, WhatIfFields):
        return said
    faults = []
    if said.hours_min > said.hours_max:
        faults.append(FieldFault("hours_min", "too_large", {"limit": f"{said.hours_max:g}"}))
    if said.dimension and (said.dimension not in dimension_index() or said.dimension == HOURS_DIMENSION):
        faults.append(FieldFault("dimension", "choice"))
    if bool(said.dimension) != (said.step is not None):
        faults.append(FieldFault("step" if said.dimension else "dimension", "missing"))
    kind, _, measure = said.measure.partition(":")
    if said.measure and (kind not in ("off", "on") or measure not in {one.id for one in load_accommodations()}):
        faults.append(FieldFault("measure", "choice"))
    if faults:
        return tuple(faults)
    changes = [
        f"hours.{end}={hours:g}"
        for end, hours, own in (("min", said.hours_min, person.hours_min), ("max", said.hours_max, person.hours_max))
        if hours != own
    ]
    if said.dimension:
        changes.append(f"capacity.{said.dimension}={said.step}")
    off, on = (measure,) if kind == "off" else (), (measure,) if kind == "on" else ()
    return WhatIf(tuple(changes), off, on, said.caution)


def first_fields(person: Candidate, caution: Caution) -> Mapping[str, str]:
    """Give what the form holds before anything is tried."""
    hours = {"hours_min": f"{person.hours_min:g}", "hours_max": f"{person.hours_max:g}"}
    return {**hours, "dimension": "", "step": "", "measure": "", "caution": caution.value}


def tried_lines(tried: WhatIf, person: Candidate, messages: Messages) -> tuple[str, ...]:
    """Say what was tried, in words."""
    lines = []
    for change in tried.changes:
        key, _, value = change.partition("=")
        kind, _, what = key.partition(".")
        if kind == "hours":
            own = person.hours_min if what == "min" else person.hours_max
            numbers = {"before": messages.number(own), "after": messages.number(float(value))}
            lines.append(messages.text(f"page.site.tried.hours_{what}", **numbers))
        else:
            level = most_direct(person.capacity.get(what, ()))
            before = messages.text("comparison.not_known") if level is None else messages.number(level.value)
            lines.append(_tried_level(what, value, before, messages))
    lines += [
        messages.text(f"page.site.tried.{way}", what=accommodation_name(id_, messages.language))
        for way, ids in (("off", tried.without), ("on", tried.accepted))
        for id_ in ids
    ]
    return tuple(lines)


def _tried_level(dimension: str, step: str, before: str, messages: Messages) -> str:
    what = messages.dimension(dimension)
    if step == UNKNOWN:
        return messages.text("page.site.tried.unknown", what=what, before=before)
    anchors = load_dimensions()[dimension_index()[dimension]].anchors[messages.language]
    line = messages.text("page.site.tried.level", what=what, before=before, after=step)
    return f"{line} ({anchors[int(step)]})"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison: its name, before, after, and the difference with its sign."""

    name: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a what-if changes. ``none``: nothing at all; ``opens`` and ``closes``: a part-job comes or goes altogether.

    ``tasks`` and ``measures``: lines (what happens, in words). ``ways``: what would open the workplace after all.
    """

    none: bool
    opens: bool
    closes: bool
    rows: tuple[Row, ...]
    tasks: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]
    ways: tuple[str, ...] = ()


def difference(before: MatchList, after: MatchList, messages: Messages, ways: Sequence[str] = ()) -> Difference:
    """Set two lists of one workplace side by side."""
    one = next(iter(before.suggestions), None)
    other = next(iter(after.suggestions), None)
    tasks, measures = _tasks(one, other, messages), _measures(one, other, messages)
    rows = _rows(one, other, messages)
    none = not tasks and not measures and all(row.before == row.after for row in rows)
    return Difference(
        none, one is None and other is not None, one is not None and other is None, rows, tasks, measures, tuple(ways)
    )  # fmt: skip


def _rows(one: Suggestion | None, other: Suggestion | None, messages: Messages) -> tuple[Row, ...]:
    def row(key: str, decimals: int, read: Callable[[Suggestion], float]) -> Row:
        before, after = (None if suggestion is None else read(suggestion) for suggestion in (one, other))
        shown = ["–" if value is None else messages.number(value, decimals) for value in (before, after)]
        change = None if before is None or after is None else after - before
        moved = "" if change is None or abs(change) < SMALLEST else signed(change, messages, decimals)
        return Row(messages.text(key), shown[0], shown[1], moved)

    return (
        row("page.site.hours", 1, lambda suggestion: suggestion.hours),
        row("page.site.score", 2, lambda suggestion: suggestion.score),
        *(row(f"card.{name}", 2, methodcaller("reading", name)) for name in READINGS),
        row("page.site.flags", 0, lambda suggestion: float(len(suggestion.flags))),
    )


def _tasks(one: Suggestion | None, other: Suggestion | None, messages: Messages) -> tuple[tuple[str, str], ...]:
    was = {} if one is None else {part.task.id: part for part in one.tasks}
    now = {} if other is None else {part.task.id: part for part in other.tasks}
    lines = []
    for id_ in (*was, *(id_ for id_ in now if id_ not in was)):
        before, after = was.get(id_), now.get(id_)
        text = (before or now[id_]).task.text
        if after is None and before is not None:
            lines.append(("goes", messages.text("page.site.task_goes", task=text, hours=messages.number(before.hours))))
        elif before is None and after is not None:
            lines.append(
                ("comes", messages.text("page.site.task_comes", task=text, hours=messages.number(after.hours)))
            )
        elif before is not None and after is not None and abs(before.hours - after.hours) >= SMALLEST:
            numbers = {"before": messages.number(before.hours, 2), "after": messages.number(after.hours, 2)}
            lines.append(("changes", messages.text("page.site.task_changes", task=text, **numbers)))
    return tuple(lines)


def _measures(one: Suggestion | None, other: Suggestion | None, messages: Messages) -> tuple[tuple[str, str], ...]:
    was = [] if one is None else [measure.id for measure in one.measures]
    now = [] if other is None else [measure.id for measure in other.measures]
    goes = [("goes", id_) for id_ in was if id_ not in now]
    comes = [("comes", id_) for id_ in now if id_ not in was]
    return tuple(
        (way, messages.text(f"page.site.measure_{way}", what=accommodation_name(id_, messages.language)))
        for way, id_ in (*goes, *comes)
    )


def dimension_choices(messages: Messages) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Give the dimensions that can be tried, by the names of their groups; weekly hours have fields of their own."""
    groups = read_reference("dimensions.yaml")["groups"]
    return tuple(
        (
            names[messages.language],
            tuple(
                (one.id, one.short[messages.language])
                for one in load_dimensions()
                if one.group == id_ and one.id != HOURS_DIMENSION
            ),
        )
        for id_, names in groups.items()
    )


def measure_choices(suggestion: Suggestion | None, person: Candidate, messages: Messages) -> list[tuple[str, str]]:
    """Offer to leave out what the part-job needs, and to try what the person has declined."""
    used = [] if suggestion is None else [measure.id for measure in suggestion.measures]
    language = messages.language
    off = [(f"off:{id_}", messages.text("page.site.off", what=accommodation_name(id_, language))) for id_ in used]
    declined = sorted(person.declined_accommodations)
    on = [(f"on:{id_}", messages.text("page.site.on", what=accommodation_name(id_, language))) for id_ in declined]
    return [("", messages.text("page.site.no_change")), *off, *on]
