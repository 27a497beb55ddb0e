"""From an evaluation to the sections of its page: every table names its data, its split and its seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.evaluation.evaluating import Evaluation
from matching.evaluation.foretelling import SplitTested
from matching.evaluation.methods import Method
from matching.evaluation.order import AgainstTruth

from .group_sections import groups_section, policies_section
from .structure import EvaluationPage, Mark, Plot, Section, Table, marks_of
from .words import CHANGES, LABEL, METHODS, MISSING, SPLIT_TEXTS, SPLITS, WITHHELD, made_of

Floats = npt.NDArray[np.float64]

REACH_ECE = 0.03
ONE_SEED = "One seed is one world: intervals are over its people, not over worlds. Over ten seeds: make bench-scorer."


def evaluation_page(found: Evaluation) -> EvaluationPage:
    """Lay an evaluation out; the same evaluation gives the same page."""
    sections = (
        _facts(found), _order(found), _foretold(found), _coverage(found), _spread(found), _robustness(found),
        groups_section(found), policies_section(found),
    )  # fmt: skip
    title = "Evaluation of the trial scorer"
    label = LABEL if found.simulated else ""
    return EvaluationPage(title, label, found.source, found.seed, found.fingerprint, sections)


def _why(found: Evaluation, part: str) -> tuple[str, ...]:
    code = found.missing.get(part)
    return (MISSING[part][code],) if code else ()


def _facts(found: Evaluation) -> Section:
    scorer = found.scorer
    rows: list[tuple[str, str]] = [
        ("data", found.source),
        ("simulated", "yes" if found.simulated else "no"),
        ("ended trials", f"{found.trials:,}"),
        ("of them gone well", f"{found.went_well:,}"),
        ("fingerprint of the data", found.fingerprint[:16]),
        ("seed of draws", str(found.seed)),
        ("scorer", scorer.name if scorer else "none: nothing was learned"),
        ("probability", WITHHELD[scorer.refusal] if scorer else "withheld: nothing was learned"),
        ("LightGBM", "compared" if found.lightgbm else "not compared: not installed (group bench)"),
    ]
    text = ["A human decides about every trial; a scorer only orders what is feasible."]
    if found.refusal:
        text.append(str(found.refusal))
    table = Table("facts", "What was evaluated", made_of(found, "all ended trials"), ("what", "value"), tuple(rows))
    return Section("facts", "What was evaluated", tuple(text), (table,))


def _order(found: Evaluation) -> Section:
    title = "Order of lists"
    if not found.order:
        return Section("order", title, missing=_why(found, "order"))
    split = f"{found.lists} lists of simulated new people, employers as in the past"
    made = made_of(found, split)
    order = Table(
        "order", "How near each method comes to the true order", made,
        ("method", "NDCG@10", "MRR", "precision@3", "behind the learned (NDCG@10)"),
        tuple(
            (METHODS[one.method], one.ndcg10, one.reciprocal_rank, one.precision3, one.behind_learned)
            for one in found.order
        ),
    )  # fmt: skip
    chances = Table(
        "order-chances", "What people would find on top, by true chances", made,
        ("method", "mean chance of the first three", "people with a chance above half among them"),
        tuple((METHODS[o.method], o.chance_of_first_three, o.covered) for o in found.order),
    )  # fmt: skip
    text = (
        "Grades 0 to 4 by fifths of the true order, gains 2^g \u2212 1. In brackets 95 % bootstrap intervals over "
        "people. The last column compares list by list; below nothing, the method is ahead of the learned scorer.",
        "The oracle knows all that recorded features can tell, and how good each employer truly is; no scorer can "
        "reach it. " + ONE_SEED,
        *_verdict(found.order),
    )
    plot = Plot(
        "plot-order", "NDCG@10 by method", "dots", "NDCG@10, 1 is the true order",
        marks_of([(METHODS[o.method], o.ndcg10) for o in found.order]),
    )  # fmt: skip
    return Section("order", title, text, (order, chances), (plot,))


def _verdict(order: tuple[AgainstTruth, ...]) -> tuple[str, ...]:
    by = {one.method: one for one in order}
    if Method.LEARNED not in by:
        return ()
    ours, experts, best = by[Method.LEARNED].ndcg10, by[Method.EXPERT].ndcg10, by.get(Method.ORACLE)
    apart = "do not overlap" if ours.apart_from(experts) else "overlap"
    of_oracle = f" It has {ours.value / best.ndcg10.value:.3f} of the oracle's NDCG@10." if best else ""
    return (f"The intervals of the learned scorer and of expert weights {apart}.{of_oracle}",)


def _foretold(found: Evaluation) -> Section:
    title = "Foretold and happened"
    if not found.splits:
        return Section("foretold", title, missing=_why(found, "splits"))
    missing = tuple(f"{SPLITS[one.split]}: {one.refusal}" for one in found.splits if one.refusal)
    measured = [one for one in found.splits if not one.refusal]
    text = (
        "Concordance: the chance that a trial that went well scored higher than one that did not; 0.5 is chance. "
        "Trials at hand were all chosen by coaches from the top of lists, so they are alike and concordance is low.",
        "Calibration error (ECE, ten bins of equal number) first as it is. Even true chances show an error, because "
        "each bin holds few trials: noise alone gives its mean, and the value below which it stays 95 times of 100, "
        "if every foretold chance were true. An error within noise shows no fault; it proves nothing. "
        f"Reach: {REACH_ECE}.",
    )
    tables = [_concordance(found, measured), _calibration(found, measured)] if measured else []
    tables += [_reliability(found, one) for one in measured]
    plots = [_noise_plot(measured)] if measured else []
    plots += [_reliability_plot(one) for one in measured]
    return Section("foretold", title, text, tuple(tables), tuple(plots), missing)


def _concordance(found: Evaluation, splits: list[SplitTested]) -> Table:
    rows = tuple(
        (SPLITS[one.split], METHODS[each.method], one.tested, each.concordance, each.log_loss)
        for one in splits for each in one.methods
    )  # fmt: skip
    split = "; ".join(f"{SPLITS[one.split]}: {SPLIT_TEXTS[one.split]}" for one in splits)
    heads = ("split", "method", "trials", "concordance", "log-loss")
    return Table("concordance", "Trials told apart", made_of(found, split), heads, rows)


def _calibration(found: Evaluation, splits: list[SplitTested]) -> Table:
    rows = tuple(
        (
            SPLITS[one.split], METHODS[each.method], one.tested, each.calibration_error, each.noise.mean,
            each.noise.high, "within noise" if each.calibration_error <= each.noise.high else "more than noise",
        )
        for one in splits for each in one.methods if each.noise is not None and each.calibration_error is not None
    )  # fmt: skip
    split = "; ".join(f"{SPLITS[one.split]}: {SPLIT_TEXTS[one.split]}" for one in splits)
    heads = ("split", "method", "trials", "ECE", "noise alone, mean", "noise alone, 95 of 100", "reading")
    return Table("calibration", "Calibration error, and what of it is noise", made_of(found, split), heads, rows)


def _noise_plot(splits: list[SplitTested]) -> Plot:
    marks = tuple(
        Mark(f"{METHODS[each.method]}, {SPLITS[one.split]}", each.calibration_error, each.noise.mean, each.noise.high)
        for one in splits for each in one.methods if each.noise is not None and each.calibration_error is not None
    )  # fmt: skip
    return Plot("plot-calibration", "Calibration error beside noise", "noise", "ECE", marks, line=REACH_ECE)


def _reliability(found: Evaluation, one: SplitTested) -> Table:
    bins = next((each.bins for each in one.methods if each.method is Method.LEARNED), ())
    caption = f"Learned scorer, {SPLITS[one.split]}: foretold and happened by tenths of trials"
    rows = tuple((b.trials, b.predicted, b.happened) for b in bins)
    heads = ("trials", "foretold chance, mean", "share gone well")
    split = SPLIT_TEXTS[one.split]
    return Table(f"reliability-{one.split}", caption, made_of(found, split), heads, rows)


def _reliability_plot(one: SplitTested) -> Plot:
    bins = next((each.bins for each in one.methods if each.method is Method.LEARNED), ())
    marks = []
    for b in bins:
        reach = 1.96 * (b.happened * (1 - b.happened) / b.trials) ** 0.5
        marks.append(Mark(f"{b.predicted:.3f}", b.happened, max(0.0, b.happened - reach), min(1.0, b.happened + reach)))
    title = f"Foretold and happened, {SPLITS[one.split]}"
    return Plot(f"plot-reliability-{one.split}", title, "reliability", "share gone well", tuple(marks))


def _coverage(found: Evaluation) -> Section:
    title = "Intervals"
    if found.coverage is None:
        return Section("coverage", title, missing=_why(found, "coverage"))
    rows = (
        ("trials that coaches chose", found.coverage.chosen),
        ("all feasible suggestions", found.coverage.all_feasible),
    )
    text = (
        "Of 100 intervals of 90 %, about 90 should hold the best that can be known: the chance given recorded "
        "features and the true employer. " + ONE_SEED,
    )
    split = f"{found.lists} lists of simulated new people"
    heads = ("of what", "share of intervals that hold it")
    table = Table("coverage", "Coverage of 90 % intervals", made_of(found, split), heads, rows)
    return Section("coverage", title, text, (table,))


def _spread(found: Evaluation) -> Section:
    title = "Who is shown: people, kinds of work, employers"
    if not found.spreads:
        return Section("spread", title, missing=_why(found, "spread"))
    heads = (
        "method",
        "sectors among first ten",
        "employers among first ten",
        "uneven attention (Gini)",
        "least shown half of employers",
        "employers never shown",
    )
    rows = tuple(
        (
            METHODS[one.method], one.groups_of_first, one.employers_of_first, one.exposure_gini,
            float(one.exposure[: len(one.exposure) // 2].sum()), one.never_shown,
        )
        for one in found.spreads
    )  # fmt: skip
    lists = "simulated new people" if found.order else "lists as coaches saw them, put in order again"
    table = Table("spread", "Kinds of work and employers", made_of(found, f"{found.lists} {lists}"), heads, rows)
    text = [
        "Sectors and employers: share of different ones among the first ten (1: all differ). Attention falls with "
        "the rank, 1 / log2(rank + 1); Gini 0 would be all employers alike, near 1 all attention to one.",
    ]
    if found.covered_by_own_chance is not None:
        one = found.covered_by_own_chance
        text.append(
            f"By the scorer's own chances, {one.value:.1%} of people ({one.low:.1%} to {one.high:.1%}, {one.units} "
            "lists) have something above half among their first three."
        )
    fifths = Table(
        "exposure", "Share of attention by fifths of employers, the least shown fifth first", table.made_of,
        ("method", "first fifth", "second", "third", "fourth", "last"),
        tuple((METHODS[one.method], *_fifths(one.exposure)) for one in found.spreads),
    )  # fmt: skip
    shown = [one for one in found.spreads if one.method in (Method.RANDOM, Method.EXPERT, Method.LEARNED)]
    curves = tuple((METHODS[one.method], tuple(float(s) for s in one.exposure)) for one in shown)
    plot = Plot("plot-exposure", "Attention by employer", "lorenz", "share of attention", curves=curves)
    return Section("spread", title, tuple(text), (table, fifths), (plot,))


def _fifths(exposure: Floats) -> tuple[float, ...]:
    return tuple(float(part.sum()) for part in np.array_split(exposure, 5))


def _robustness(found: Evaluation) -> Section:
    title = "If ratings were others"
    if not found.robustness:
        return Section("robustness", title, missing=_why(found, "robustness"))
    heads = ("change of ratings", "first three that stay", "mean change of the chance", "NDCG@10")
    rows = tuple((CHANGES[one.change], one.first_three_kept, one.chance, one.ndcg10) for one in found.robustness)
    text = (
        "The suggestion stays as it is, tasks and measures included; only recorded margins move, alike in one person's "
        "whole list. Carving again would change the suggestions too.",
    )
    table = Table("robustness", "Order after ratings have moved", made_of(found, f"{found.lists} lists"), heads, rows)
    plot = Plot(
        "plot-robustness", "First three that stay", "dots", "share of the first three",
        marks_of([(CHANGES[one.change], one.first_three_kept) for one in found.robustness]),
    )  # fmt: skip
    return Section("robustness", title, text, (table,), (plot,))
