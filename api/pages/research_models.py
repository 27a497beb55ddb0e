"""Models and evaluations for researchers: which model is in force, the cards of all, and figures worked out before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from matching.evaluation.bootstrap import Estimate
from matching.evaluation.methods import Method

from ..access.policy import needs
from ..evaluation.structure import cell_text
from ..evaluation.words import METHODS, SPLITS
from ..kept_evaluations import KeptEvaluation, evaluation_names, kept_evaluation
from ..local_time import day_of, zone_of
from ..messages import Messages
from ..model_json import model_for_research, models_as_json, models_for_research
from ..model_registry import EXPERT, model_in_force
from ..model_words import feature_text, in_force_lines, model_name_text
from .evaluation_pictures import DotPlot, Figure, dot_plot, tenths
from .frame import show
from .language import messages_of

router = APIRouter(include_in_schema=False)

Name = Annotated[str, Path(max_length=81, pattern=r"^[a-z0-9][a-z0-9_.-]{0,80}$")]
SPLIT_METRICS = ("by_employer", "by_time")
_OF_METHOD = {said: f"method.{method.value}" for method, said in METHODS.items()}
_OF_SPLIT = {said: f"split.{split}" for split, said in SPLITS.items()}
_EXPERTS = METHODS[Method.EXPERT]
GROUPS = (("groups-missed", 0.0), ("groups-chances", None), ("groups-forward", None))


@router.get("/research/models", dependencies=[needs("models.read")])
def models(request: Request) -> Response:
    """Show which model is in force and why, all models, and who decided what about them."""
    messages, store = messages_of(request), request.app.state.store
    told = models_for_research(request.app.state.store)
    decisions = [
        one | {"day": day_of(str(one["at"]), messages, zone_of(request)),
               "from": model_name_text(str(one["before"]), messages),
               "to": model_name_text(str(one["after"]), messages)}
        for one in reversed(models_as_json(store)["decisions"])
    ]  # fmt: skip
    return show(
        request, "models.html.jinja", in_force=in_force_lines(model_in_force(store), messages, zone_of(request)),
        name=told["in_force"]["name"], models=told["models"], decisions=decisions,
    )  # fmt: skip


@router.get("/research/models/{model}", dependencies=[needs("models.read")])
def model(request: Request, model: Name) -> Response:
    """Show the card of a model: from what it was learned, how good it is on what it has not seen, its tables."""
    messages = messages_of(request)
    told = model_for_research(model)
    metrics: Mapping[str, Any] = told.get("metrics") or {}
    plots = [
        (split, int(metrics[split]["trials"]), _told_apart(metrics[split], messages), _others(metrics[split], messages))
        for split in SPLIT_METRICS
        if isinstance(metrics.get(split), Mapping)
    ]
    units = told["tables"]["units_per_log_odds"]
    weighing = sorted(
        ((feature_text(name, messages), min(of["terms"]) / units, max(of["terms"]) / units)
         for name, of in told["tables"]["features"].items()),
        key=lambda one: one[1] - one[2],
    )  # fmt: skip
    return show(
        request, "model.html.jinja", model=told, expert=model == EXPERT, plots=plots,
        weighing=dot_plot([Figure(name, low, low, high) for name, low, high in weighing], 0.0),
    )  # fmt: skip


@router.get("/research/evaluations", dependencies=[needs("models.read")])
def evaluations(request: Request) -> Response:
    """List the evaluations that are kept; the latest is one click away."""
    return show(request, "evaluations.html.jinja", kept=[kept_evaluation(name) for name in evaluation_names()[:100]])


@router.get("/research/evaluations/{name}", dependencies=[needs("models.read")])
def evaluation(request: Request, name: Name) -> Response:
    """Show an evaluation: calibration and groups of people as pictures with their numbers, then all of its tables."""
    messages, found = messages_of(request), kept_evaluation(name)
    return show(
        request, "evaluation.html.jinja", found=found,
        reliability_of=[
            (split, tenths([row for row in table["rows"] if row[0]]))
            for split in SPLITS if (table := found.table(f"reliability-{split}")) is not None
        ],
        noise=_noise(found, messages), order=_order(found, messages),
        groups=[(key, plot) for key, line in GROUPS if (plot := _groups(found, key, line, messages)) is not None],
        why_no_groups=[why for one in found.sections if one["key"] == "groups" for why in one["missing"]],
        text=_cell,
    )  # fmt: skip


def _told_apart(figures: Mapping[str, Any], messages: Messages) -> DotPlot | None:
    """Lay out how well a model and expert weights tell good from bad trials; 0.5 is guessing."""
    return _plot(figures, ("concordance", "concordance_of_experts"), messages, 0.5)


def _others(figures: Mapping[str, Any], messages: Messages) -> DotPlot | None:
    return _plot(figures, ("log_loss", "log_loss_of_share", "calibration_error"), messages, 0.0)


def _plot(figures: Mapping[str, Any], names: Sequence[str], messages: Messages, line: float) -> DotPlot | None:
    found = [
        Figure(
            messages.text(f"model.metric.{name}"), *_ends(figures[name]), expert=name.endswith("_of_experts")
        )
        for name in names if name in figures
    ]  # fmt: skip
    return dot_plot(found, line) if found else None


def _noise(found: KeptEvaluation, messages: Messages) -> DotPlot | None:
    """Lay out calibration errors, each beside what noise alone would give in 95 of 100 cases."""
    table = found.table("calibration")
    if table is None:
        return None
    figures = [
        Figure(
            f"{_named(row[1], _OF_METHOD, messages)}, {_named(row[0], _OF_SPLIT, messages)}", float(row[3]), 0.0,
            float(row[5]), messages.text("eval.within" if row[3] <= row[5] else "eval.beyond"), row[1] == _EXPERTS,
        )
        for row in table["rows"]
    ]  # fmt: skip
    return dot_plot(figures, 0.0)


def _order(found: KeptEvaluation, messages: Messages) -> DotPlot | None:
    """Lay out how near each method comes to the true order; only a simulated world knows it."""
    table = found.table("order")
    if table is None:
        return None
    figures = [
        Figure(
            _named(row[0], _OF_METHOD, messages), row[1]["value"], row[1]["low"], row[1]["high"],
            expert=row[0] == _EXPERTS,
        )
        for row in table["rows"]
    ]  # fmt: skip
    return dot_plot(figures, ends=(0.0, 1.0))


def _groups(found: KeptEvaluation, key: str, line: float | None, messages: Messages) -> DotPlot | None:
    """Lay out a figure by group of people; a group that is too small has none."""
    table = found.table(key)
    if table is None:
        return None
    figures = []
    for attribute, group, people, figure in table["rows"]:
        told = figure if isinstance(figure, Mapping) and figure.get("units") else None
        note = messages.text("eval.people", count=people) if told else messages.text("eval.too_few")
        name = f"{_named(str(attribute), _ATTRIBUTES, messages)}: {group}"
        figures.append(
            Figure(name, *_ends([told[e] for e in ("value", "low", "high")] if told else (None, None, None)), note=note)
        )
    return dot_plot(figures, line) if figures else None


_ATTRIBUTES = {
    said: f"eval.attribute.{said.replace(' ', '_')}"
    for said in ("age band", "sex", "origin", "language group", "diagnosis group")
}


def _ends(figure: Sequence[float | None]) -> tuple[float | None, float | None, float | None]:
    """Give a figure with the two ends of its interval."""
    value, low, high = figure
    return value, low, high


def _named(said: str, keys: Mapping[str, str], messages: Messages) -> str:
    key = keys.get(said, "")
    return messages.text(key) if key and messages.has(key) else said


def _cell(cell: Any) -> str:
    """Write a cell of a kept table as the page of the evaluation does."""
    if isinstance(cell, Mapping):
        value, low, high = (
            float("nan") if cell[name] is None else float(cell[name]) for name in ("value", "low", "high")
        )
        return cell_text(Estimate(value, low, high, int(cell["units"])))
    return cell_text(cell)
