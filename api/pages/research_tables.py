"""Research on pages: tables of people together, frozen frames, and what earlier solutions say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from data.errors import EmptyStore, WorkTrialError
from data.research import WITHOUT_TASKS, Grouping, Measure, ResearchBudgetSpent, TooFewForResearch
from data.store import Store
from data.store.change_receipts import Receipt
from matching.learning.outcomes import NoModel
from matching.research_tables import MOST_GROUPINGS
from matching.solutions import SolutionAnalysis, Tally

from ..access.policy import allowed_relation, asker, needs
from ..access.principal import people_in_view
from ..earlier_solutions import analysed
from ..http.named import FrameName
from ..http.problems import PROBLEMS
from ..local_time import now_of
from ..messages import Messages
from ..research import frame_as_json, freeze_for_research, research_table, train_for_research
from ..research_frames import frames_of
from ..solution_words import change_name, share_text
from .evaluation_pictures import DotPlot, Figure, dot_plot
from .forms import FieldFault, Form, OnceByForm, read_fields
from .frame import show
from .language import messages_of
from .notices import Notice, go_to
from .research_words import group_text, value_text

router = APIRouter(include_in_schema=False)

Chosen = Annotated[list[Annotated[str, Query(max_length=30)]], Query(max_length=10)]


class SeedField(BaseModel):
    """With which seed the intervals of a model's figures are drawn."""

    seed: Annotated[int, Field(ge=0, le=1_000_000)]


@router.get("/research/tables", dependencies=[needs("research.count")])
def tables(request: Request, measure: Annotated[str, Query(max_length=30)] = "", by: Chosen = []) -> Response:  # noqa: B006 - FastAPI copies it
    """Ask for a table of people by at most three groupings, and say what is hidden and why."""
    messages = messages_of(request)
    chosen = [one for one in Grouping if one.value in by]
    counted = next((one for one in Measure if one.value == measure), None)
    fault, told = _misfit(counted, chosen), None
    if counted is not None and fault is None:
        try:
            told = _table(request, counted, chosen)
        except ResearchBudgetSpent as spent:
            return _tables(request, counted, chosen, messages, None, FieldFault("measure", "spent"), _status(spent))
    status = 422 if fault else 200
    return _tables(request, counted, chosen, messages, told, fault, status)


@router.get("/research/frames", dependencies=[needs("research.frames")])
def frames(request: Request) -> Response:
    """List the frozen frames of the organisation with what they hold; no row of any."""
    return _frames(request)


@router.post("/research/frames", dependencies=[needs("research.frames")])
def freeze(request: Request, once: OnceByForm) -> Response:
    """Freeze what had ended before this quarter, where it lies."""
    who, now = asker(request), now_of(request)
    store: Store = request.app.state.store

    def change(connection: sa.Connection) -> Receipt:
        among = people_in_view(connection, who, allowed_relation(who, "research.frames"))
        told = freeze_for_research(store, connection, among, who.actor, request.app.state.key, now)
        return go_to(f"/research/frames/{told['name']}", "frozen")

    try:
        return once(change)
    except (TooFewForResearch, ResearchBudgetSpent, NoModel) as refused:
        return _frames(request, _refused(refused), _status(refused))


@router.get("/research/frames/{frame}", dependencies=[needs("research.frames")])
def frame(request: Request, frame: FrameName) -> Response:
    """Show what a frozen frame holds: columns, sum and rounded counts; no row of it."""
    return _frame(request, frame)


@router.post("/research/frames/{frame}", dependencies=[needs("research.frames")])
def train(request: Request, frame: FrameName, form: Form, once: OnceByForm) -> Response:
    """Train a scorer on a frozen frame, where its rows lie, and lead to its card."""
    who, now = asker(request), now_of(request)
    read = read_fields(SeedField, {"seed": form.one("seed")})
    if not isinstance(read, SeedField):
        return _frame(request, frame, read, None, form.one("seed"))

    def change(connection: sa.Connection) -> Receipt:
        told = train_for_research(connection, who.actor, frame, read.seed, now)
        return go_to(f"/research/models/{told['name']}", "trained")

    try:
        return once(change)
    except (ResearchBudgetSpent, NoModel) as refused:
        return _frame(request, frame, (), _refused(refused), form.one("seed"))


@router.get("/research/solutions", dependencies=[needs("solutions.analyse")])
def solutions(request: Request) -> Response:
    """Show what was tried on which gap and how it went, with intervals, and where there is too little to say."""
    messages = messages_of(request)
    try:
        found = analysed(request.app.state.store)
    except EmptyStore:
        return show(request, "solution_tables.html.jinja", found=None, sections=(), summary={})
    outcomes = {name: getattr(found.outcomes, name) for name in ("worked", "partly", "not_worked")}
    return show(
        request, "solution_tables.html.jinja", found=found, sections=_sections(found, messages),
        summary=outcomes, unsolved=messages.dimensions(found.unsolved), unseen=messages.dimensions(found.unseen),
    )  # fmt: skip


def _table(request: Request, measure: Measure, by: Sequence[Grouping]) -> dict[str, Any]:
    who, now = asker(request), now_of(request)
    with request.app.state.store.write() as connection:
        among = people_in_view(connection, who, allowed_relation(who, "research.count"))
        return research_table(connection, among, who.actor, measure, by, request.app.state.key, now)


def _misfit(measure: Measure | None, by: Sequence[Grouping]) -> FieldFault | None:
    if len(by) > MOST_GROUPINGS:
        return FieldFault("by", "groupings", {"most": str(MOST_GROUPINGS)})
    if measure is not None and WITHOUT_TASKS.get(measure, frozenset()) & set(by):
        return FieldFault("by", "no_occupation")
    return None


def _tables(
    request: Request, measure: Measure | None, by: Sequence[Grouping], messages: Messages,
    told: Mapping[str, Any] | None, fault: FieldFault | None, status: int,
) -> Response:  # fmt: skip
    rows = [
        ([group_text(one, str(cell[one.value]), messages) for one in by], value_text(str(cell["value"]), messages),
         cell["people"])
        for cell in (told["cells"] if told else ())
    ]  # fmt: skip
    return show(
        request, "research_tables.html.jinja", part="table", status=status, told=told, rows=rows,
        measure=measure.value if measure else "", by=[one.value for one in by], faults=(fault,) if fault else (),
        valued=any(row[1] for row in rows),
        measures=[(one.value, messages.text(f"research.measure.{one.value}")) for one in Measure],
        groupings=[one.value for one in Grouping],
    )  # fmt: skip


def _frames(request: Request, notice: Notice | None = None, status: int = 200) -> Response:
    tenant, key = asker(request).actor.tenant, request.app.state.key
    found = [frame_as_json(tenant, name, key) for name in frames_of(tenant)]
    return show(request, "frames.html.jinja", status=status, notice=notice, frames=found)


def _frame(
    request: Request, name: str, faults: tuple[FieldFault, ...] = (), notice: Notice | None = None, seed: str = "0"
) -> Response:
    told, messages = frame_as_json(asker(request).actor.tenant, name, request.app.state.key), messages_of(request)
    from ..model_words import feature_text

    return show(
        request, "frame.html.jinja", status=422 if faults or notice else 200, notice=notice, frame=told, seed=seed,
        columns=[(feature_text(one["name"], messages), one) for one in told["columns"]], faults=faults,
        fault=faults[0].text(messages) if faults else "",
    )  # fmt: skip


def _refused(refused: WorkTrialError) -> Notice:
    return Notice("fault", f"research.refused.{refused.code}")


def _status(refused: WorkTrialError) -> int:
    return PROBLEMS[refused.code].status


def _sections(
    found: SolutionAnalysis, messages: Messages
) -> list[tuple[str, DotPlot | None, list[tuple[str, Tally, str]]]]:
    """Lay out counts by gap, change, line of business and size; shares only where there are enough tries."""
    groups: list[tuple[str, list[tuple[str, Tally]]]] = [
        ("gaps", [(messages.dimension(key), one) for key, one in found.gaps.items()]),
        ("changes", [(change_name(key, messages), one) for key, one in found.changes.items()]),
        ("measures", [(f"{messages.dimension(one.dimension)}: {change_name(one.change, messages)}", one.tally)
                      for one in found.measures if one.tally.enough]),
        ("in_vain", [(f"{messages.dimension(one.dimension)}: {change_name(one.change, messages)}", one.tally)
                     for one in found.in_vain]),
        ("sectors", [(messages.word("sectors", key), one) for key, one in found.sectors.items()]),
        ("sizes", [(messages.text(f"size.{key}"), one) for key, one in found.sizes.items()]),
    ]  # fmt: skip
    laid = []
    for key, rows in groups:
        figures = [
            Figure(name, tally.share, *tally.interval, note=messages.text("research.tried", count=tally.tried))
            for name, tally in rows if tally.share is not None and tally.interval is not None
        ]  # fmt: skip
        plot = dot_plot(figures, ends=(0.0, 1.0)) if figures else None
        laid.append((key, plot, [(name, tally, share_text(tally, messages)) for name, tally in rows]))
    return laid
