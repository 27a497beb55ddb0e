"""The sections about groups of people, past choices and other ways of choosing."""

from __future__ import annotations

from matching.evaluation.evaluating import Evaluation
from matching.evaluation.fairness import FEWEST_PEOPLE, GroupFigure, SelectionBias
from matching.evaluation.off_policy import FEWEST_EFFECTIVE, PolicyValue
from matching.evaluation.policies import PolicyJudged

from .structure import Cell, Mark, Plot, Section, Table, points, with_ends
from .words import MISSING, POLICIES, REFUSALS, attribute_name, made_of

TOO_FEW = "too few"


def groups_section(found: Evaluation) -> Section:
    """Compare groups of people; groups under 20 are said to be too few and never get a figure."""
    title = "Groups of people"
    fair = found.fairness
    if fair is None:
        code = found.missing["fairness"]
        return Section("groups", title, missing=(MISSING["fairness"][code],))
    text = (
        f"No score reads a protected attribute, but that alone does not make it fair: other features may stand in for "
        f"one. So groups are compared with what happened. Groups under {FEWEST_PEOPLE} people are shown as too few. "
        "In brackets 95 % bootstrap intervals over people.",
        "The bias test asks whether a group was put forward less or more than recorded features explain; it calls a "
        "bias found below p = 0.01. Not found does not mean that there is none.",
        "The last table really scores everything that was shown again, with everybody given each value of each "
        "attribute in turn; the attribute lies in the record that the scorer is handed.",
    )
    tables = (
        _by_group(
            found, "chances", "Mean foretold chance of the first three", fair.chances, "lists as coaches saw them"
        ),
        _by_group(
            found, "forward", "Share of shown suggestions put forward", fair.put_forward, "lists as coaches saw them"
        ),
        _by_group(
            found,
            "missed",
            "Share gone well less foretold chance",
            fair.happened_less_foretold,
            "latest fifth of the time",
        ),
        _bias(found, fair.bias),
        _counterfactuals(found),
    )
    plots = [
        _group_plot("plot-chances", "Foretold chance of the first three, by group", "mean chance", fair.chances, None),
        _bias_plot(fair.bias),
    ]
    return Section("groups", title, text, tables, tuple(plot for plot in plots if plot.marks))


def _by_group(found: Evaluation, key: str, caption: str, figures: tuple[GroupFigure, ...], split: str) -> Table:
    rows = tuple(
        (
            attribute_name(one.attribute),
            one.group,
            one.people if one.figure else f"< {FEWEST_PEOPLE}",
            one.figure or TOO_FEW,
        )
        for one in figures
    )
    return Table(f"groups-{key}", caption, made_of(found, split), ("attribute", "group", "people", "mean"), rows)


def _bias(found: Evaluation, tests: tuple[tuple[str, str, SelectionBias | None], ...]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for attribute, group, test in tests:
        named = (attribute_name(attribute), group)
        if test is None:
            rows.append((*named, f"< {FEWEST_PEOPLE}", TOO_FEW, None, TOO_FEW))
            continue
        gap = points(test.gap, test.low, test.high)
        rows.append((*named, test.people, gap, test.p_value, "found" if test.found else "not found"))
    heads = ("attribute", "group", "people", "put forward against others alike", "p", "bias")
    split = "all decisions on what was shown, of one person together"
    return Table("bias", "Bias in past choices", made_of(found, split), heads, tuple(rows))


def _counterfactuals(found: Evaluation) -> Table:
    fair = found.fairness
    rows = tuple(
        (
            attribute_name(one.attribute),
            one.value or "not stated",
            one.people_changed,
            one.suggestions,
            one.scores_changed,
            one.largest_change,
        )
        for one in (fair.counterfactuals if fair else ())
    )
    heads = ("attribute", "everybody is", "people changed", "scored again", "scores that changed", "largest change")
    caption = "Scores after a change of a protected attribute"
    return Table("counterfactual", caption, made_of(found, "everything that was shown"), heads, rows)


def _group_plot(key: str, title: str, axis: str, figures: tuple[GroupFigure, ...], line: float | None) -> Plot:
    marks = tuple(
        Mark(f"{one.group}, n = {one.people}", one.figure.value, one.figure.low, one.figure.high)
        for one in figures if one.figure is not None
    )  # fmt: skip
    return Plot(key, title, "dots", axis, marks, line=line)


def _bias_plot(tests: tuple[tuple[str, str, SelectionBias | None], ...]) -> Plot:
    marks = tuple(
        Mark(group, test.gap * 100, test.low * 100, test.high * 100) for _, group, test in tests if test is not None
    )
    axis = "points of chance, 0: as others alike"
    return Plot("plot-bias", "Put forward against others alike, by group", "dots", axis, marks, line=0.0)


def policies_section(found: Evaluation) -> Section:
    """Show what other ways of choosing would have brought, or why that cannot be said."""
    title = "Other ways of choosing"
    if not found.policies:
        code = found.missing["policies"]
        return Section("policies", title, missing=(MISSING["policies"][code],))
    with_truth = any(one.truth is not None for one in found.policies)
    heads = ["way of choosing", "effective trials", "doubly robust", "SNIPS", "IPS"]
    rows = tuple(_policy_row(one, with_truth) for one in found.policies)
    text = (
        "The share of trials that would have gone well, judged from logged choices by how much likelier each way makes "
        "them (IPS; SNIPS; doubly robust, with a scorer learned from the first half of the time). 95 % intervals. "
        f"Below {FEWEST_EFFECTIVE:g} effective trials (Kish) there is no estimate.",
    )
    split = f"second half of the time, {found.policies[0].lists} lists with one judged trial each"
    table = Table(
        "policies", "Share gone well under other ways of choosing", made_of(found, split),
        tuple([*heads, "truth"] if with_truth else heads), rows,
    )  # fmt: skip
    plot = Plot(
        "plot-policies", "Share gone well, by way of choosing", "dots", "share gone well", _policy_marks(found.policies)
    )
    return Section("policies", title, text, (table,), (plot,) if plot.marks else ())


def _policy_row(one: PolicyJudged, with_truth: bool) -> tuple[Cell, ...]:
    result, name = one.result, POLICIES[one.policy]
    truth: tuple[Cell, ...] = (one.truth,) if with_truth else ()
    if result.refusal:
        return (name, round(result.effective_trials), REFUSALS[result.refusal], None, None, *truth)
    each = (result.doubly_robust, result.snips, result.ips)
    return (name, round(result.effective_trials), *(_value(one) for one in each), *truth)


def _value(one: PolicyValue | None) -> str | None:
    return None if one is None else with_ends(one.value, one.low, one.high)


def _policy_marks(judged: tuple[PolicyJudged, ...]) -> tuple[Mark, ...]:
    marks = []
    for one in judged:
        label = POLICIES[one.policy]
        for series, value in (("doubly robust", one.result.doubly_robust), ("SNIPS", one.result.snips)):
            if value is not None:
                marks.append(Mark(label, value.value, value.low, value.high, series))
        if one.truth is not None and not one.result.refusal:
            marks.append(Mark(label, one.truth, series="truth (simulated)"))
    return tuple(marks)
