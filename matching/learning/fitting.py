"""How tables are learned: drawn to the experts' tables, more loosely the more outcomes speak against them.

Each table is the experts' (times one common scale), plus a change of slope, plus bends from bin to bin; steps against a
feature's direction are not possible. How far slopes and bends may go, and how much employers and groups differ, are
variances that the outcomes decide (empirical Bayes: Laplace approximation, variances by expectation-maximisation;
MacKay 1992; Wood 2011). With few outcomes they stay near their starting guesses and the tables near the experts'.

The fit is Newton's method on the penalised log-likelihood; each step is a quadratic problem with bounds (see
``bounded_least_squares``). Employers are swept out of it (Schur complement): thousands of them cost little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular
from threadpoolctl import threadpool_limits

from features.trial_features import feature_index, trial_features

from .bounded_least_squares import solve_bounded
from .outcomes import TrialOutcomes
from .row_sums import meetings, read_off, sums_by_bin, sums_by_unit
from .spread_of_employers import variance_of_employers
from .tables import UNITS_PER_LOG_ODDS, AdditiveTables, bin_codes, most_bins

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

PASSES = 7
"""Rounds over the trials; steps get smaller than a thousandth of a log-odds well before."""

HISTORY = "employer_history"
"""Left out of learned tables: the employer's own term says the same from the same trials, and is drawn to the mean by
how much employers differ. Both together would count each trial twice."""

POOLING = 2.0
"""How many features' worth of evidence all features together count for in the variance of one feature's slope."""

_INNER = 12
_LEAST = 1e-5
_SETTLED = 1e-3


@dataclass(frozen=True, slots=True)
class Variances:
    """How far things may go from where they start: standard deviations squared, in log-odds.

    ``slope`` and ``unknown`` by feature (range of the change), ``bend`` (of the whole range, all features alike),
    ``employer`` and ``group``.
    """

    slope: Floats
    bend: float
    unknown: float
    employer: float
    group: float


@dataclass(frozen=True, slots=True)
class FitOptions:
    """First guesses of the variances, and how many features' or employers' worth of evidence a guess counts for."""

    slope: float = 0.10
    bend: float = 0.01
    unknown: float = 0.01
    employer: float = 0.15
    group: float = 0.02
    belief: float = 4.0
    scale_spread: float = 0.35
    threads: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How parameters make tables: ``table = scale * expert + to_table @ (x - expected)``; ``x`` are steps and unknowns.

    ``expert`` (cells) is centred on the trials; ``expected`` are the experts' steps; ``block`` gives the feature of
    each parameter, ``width`` the share of the range that a step covers, ``unknown`` marks the parameters of unknown
    values.
    """

    cells: int
    expert: Floats
    to_table: Floats
    expected: Floats
    bounded: Flags
    block: Numbers
    width: Floats
    unknown: Flags
    centre: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What was learned: flat tables, start, employers, groups, and how unsure each is.

    ``spread`` (cells + 1 + groups, parameters): rows of a trial's cells, added up, give a vector whose squared length
    is the variance of its log-odds; ``employer_shift`` is taken off it for a known employer.
    """

    table: Floats
    start: float
    employer: Floats
    group: Floats
    scale: float
    variances: Variances
    spread: Floats
    employer_shift: Floats
    employer_alone: Floats
    log_loss: float
    passes: int


def fit_tables(
    outcomes: TrialOutcomes, expert: AdditiveTables, employers: tuple[str, ...], groups: tuple[str, ...],
    options: FitOptions,
) -> Fit:  # fmt: skip
    """Learn tables from outcomes; ``employers`` and ``groups`` give the order of the effects."""
    codes = bin_codes(outcomes.rows)
    codes[feature_index()[HISTORY]] = 0
    expert = expert.without(HISTORY)
    data = _Trials(codes, outcomes.went_well.astype(np.float64), _numbers(outcomes.employers, employers),
                   _numbers(outcomes.groups, groups), len(employers), len(groups))  # fmt: skip
    layout = lay_out(codes, expert)
    start, scale = _rescale(data, layout, options.scale_spread)
    guess = _first_guess(options)
    state = _State(layout.expected * scale, start, np.zeros(len(employers)), np.zeros(len(groups)))
    with threadpool_limits(1):  # sums of several threads depend on their number
        return _newton(data, layout, state, scale, guess, options)


@dataclass(frozen=True, slots=True, eq=False)
class _Trials:
    codes: npt.NDArray[np.uint8]
    well: Floats
    employer: Numbers
    group: Numbers
    employers: int
    groups: int


@dataclass(slots=True)
class _State:
    x: Floats
    start: float
    employer: Floats
    group: Floats


def _numbers(ids: tuple[str, ...], order: tuple[str, ...]) -> Numbers:
    place = {id_: number for number, id_ in enumerate(order)}
    return np.array([place[id_] for id_ in ids], np.int64)


def lay_out(codes: npt.NDArray[np.uint8], expert: AdditiveTables) -> Layout:
    """Lay parameters out: for each feature its steps from bin to bin, then the change of its unknown."""
    specs, width = trial_features(), most_bins()
    cells = len(specs) * width
    count = np.vstack([np.bincount(row, minlength=width) for row in codes]).astype(np.float64)
    told = expert.units / UNITS_PER_LOG_ODDS
    columns, expected, bounded, block, widths, unknown = [], [], [], [], [], []
    centred = np.zeros((len(specs), width))
    centre = np.zeros(len(specs))
    for f, spec in enumerate(specs):
        bins = spec.bins
        known = count[f, 1:bins]
        share = known / known.sum() if known.sum() else np.full(bins - 1, 1.0 / (bins - 1))
        centre[f] = share @ told[f, 1:bins]
        centred[f, :bins] = told[f, :bins] - centre[f]
        sign = -1.0 if spec.direction < 0 else 1.0
        gaps = np.diff(spec.centres) / (spec.centres[-1] - spec.centres[0])
        for step in range(1, bins - 1):
            column = np.zeros(cells)
            above = (np.arange(bins - 1) >= step).astype(np.float64)
            column[f * width + 1 : f * width + bins] = sign * (above - share @ above)
            columns.append(column)
            expected.append(sign * (told[f, step + 1] - told[f, step]))
            bounded.append(spec.direction != 0)
            widths.append(gaps[step - 1])
            block.append(f)
            unknown.append(False)
        column = np.zeros(cells)
        column[f * width] = 1.0
        columns.append(column)
        expected.append(0.0)
        bounded.append(False)
        widths.append(1.0)
        block.append(f)
        unknown.append(True)
    return Layout(cells, centred.ravel(), np.column_stack(columns), np.array(expected), np.array(bounded),
                  np.array(block), np.array(widths), np.array(unknown), centre)  # fmt: skip


def _rescale(data: _Trials, layout: Layout, spread: float) -> tuple[float, float]:
    """Fit where trials start and one scale for all of the experts' terms; the scale is drawn to 1."""
    told = read_off(data.codes, layout.expert, most_bins())
    design = np.column_stack([np.ones(len(told)), told])
    beta = np.array([np.log((data.well.mean() + 1e-9) / (1 - data.well.mean() + 1e-9)), 1.0])
    prior, middle = np.diag([1e-3, 1.0 / spread**2]), np.array([0.0, 1.0])
    for _ in range(25):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        slope = design.T @ (data.well - p) - prior @ (beta - middle)
        step = np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design + prior, slope)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return float(beta[0]), float(max(beta[1], 0.05))


def _first_guess(options: FitOptions) -> Variances:
    count = len(trial_features())
    return Variances(np.full(count, options.slope), options.bend, options.unknown, options.employer, options.group)


def _precision(layout: Layout, variances: Variances) -> Floats:
    """Turn variances into the penalty: slopes and bends of a feature together, unknowns apart."""
    out = np.zeros((len(layout.block), len(layout.block)))
    for f in range(len(variances.slope)):
        at = np.flatnonzero((layout.block == f) & ~layout.unknown)
        w = layout.width[at]
        # inverse of slope*ww' + bend*diag(w), by Sherman and Morrison: inverse of diag(w) times w is all ones
        shrink = variances.slope[f] / (variances.bend * (variances.bend + variances.slope[f] * w.sum()))
        out[np.ix_(at, at)] = np.diag(1.0 / (variances.bend * w)) - shrink
    alone = np.flatnonzero(layout.unknown)
    out[alone, alone] = 1.0 / variances.unknown
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _Quadratic:
    """The log-likelihood around a state: Hessians and slopes of cells with start and groups, and of employers."""

    cells: Floats
    slope: Floats
    cross: Floats
    own: Floats
    own_slope: Floats


def _look(data: _Trials, layout: Layout, state: _State, scale: float, threads: int) -> tuple[_Quadratic, float]:
    """Go through all trials once: Hessian and slope in the parameters (x, start, groups), employers apart."""
    width = most_bins()
    table = scale * layout.expert + layout.to_table @ (state.x - scale * layout.expected)
    odds = state.start + read_off(data.codes, table, width) + state.employer[data.employer] + state.group[data.group]
    p = 1.0 / (1.0 + np.exp(-odds))
    weight, residual = p * (1 - p), data.well - p
    m, cells, groups = layout.to_table, layout.cells, data.groups
    full = np.zeros((cells + 1 + groups, cells + 1 + groups))
    full[:cells, :cells] = meetings(data.codes, weight, width, threads)
    full[:cells, cells] = full[cells, :cells] = sums_by_bin(data.codes, weight, width)
    full[cells, cells] = weight.sum()
    by_group = sums_by_unit(data.codes, weight, width, data.group, groups)
    of_group = _sums(data.group, weight, groups)
    full[cells + 1 :, :cells], full[:cells, cells + 1 :] = by_group, by_group.T
    full[cells + 1 :, cells] = full[cells, cells + 1 :] = of_group
    full[np.arange(cells + 1, len(full)), np.arange(cells + 1, len(full))] = of_group
    slope = np.concatenate([sums_by_bin(data.codes, residual, width), [residual.sum()],
                            _sums(data.group, residual, groups)])  # fmt: skip
    pair = np.zeros((data.employers, groups))
    np.add.at(pair, (data.employer, data.group), weight)
    own = _sums(data.employer, weight, data.employers)
    cross = np.hstack([sums_by_unit(data.codes, weight, width, data.employer, data.employers), own[:, None], pair])
    turn = _turn(m, groups)
    quadratic = _Quadratic(turn.T @ full @ turn, turn.T @ slope, cross @ turn, own,
                           _sums(data.employer, residual, data.employers))  # fmt: skip
    loss = float(np.mean(np.logaddexp(0.0, odds) - data.well * odds))
    return quadratic, loss


def _sums(numbers: Numbers, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(numbers, values, count), np.float64)


def _turn(to_table: Floats, groups: int) -> Floats:
    """Map parameters (x, start, groups) to cells, start and groups."""
    cells, count = to_table.shape
    turn = np.zeros((cells + 1 + groups, count + 1 + groups))
    turn[:cells, :count] = to_table
    turn[np.arange(cells, len(turn)), np.arange(count, turn.shape[1])] = 1.0
    return turn


def _newton(
    data: _Trials, layout: Layout, state: _State, scale: float, variances: Variances, options: FitOptions
) -> Fit:
    passes = 0
    while passes < PASSES:
        passes += 1
        look, _ = _look(data, layout, state, scale, options.threads)
        new = state
        for _ in range(_INNER):
            new, covariance = _solve(layout, look, state, scale, variances)
            before, variances = variances, _update(layout, new, scale, variances, covariance, options)
            if abs(np.log(variances.bend / before.bend)) + abs(np.log(variances.group / before.group)) < 0.02:
                break
        variances = replace(variances, employer=_employers(data, layout, new, scale, variances, look, options))
        moved = float(np.abs(layout.to_table @ (new.x - state.x)).max() + abs(new.start - state.start))
        state = new
        if moved < _SETTLED:
            break
    return _finish(data, layout, state, scale, variances, options, passes)


def _reduced(layout: Layout, look: _Quadratic, variances: Variances, groups: int) -> tuple[Floats, Floats, Floats]:
    """Add penalties and sweep the employers out: the matrix over (x, start, groups), and employers' own precisions."""
    count = len(layout.block)
    penalty = np.zeros(look.cells.shape)
    penalty[:count, :count] = _precision(layout, variances)
    penalty[count, count] = 1e-6
    at = np.arange(count + 1, count + 1 + groups)
    penalty[at, at] = 1.0 / variances.group
    own = look.own + 1.0 / variances.employer
    swept = look.cells + penalty - (look.cross / own[:, None]).T @ look.cross
    return swept, penalty, own


def _solve(
    layout: Layout, look: _Quadratic, state: _State, scale: float, variances: Variances
) -> tuple[_State, Floats]:
    """Take one bounded Newton step; give the new state and its covariance over (x, start, groups)."""
    groups, count = len(state.group), len(layout.block)
    swept, penalty, own = _reduced(layout, look, variances, groups)
    theta = np.concatenate([state.x, [state.start], state.group])
    middle = np.concatenate([scale * layout.expected, np.zeros(1 + groups)])
    slope = look.slope - penalty @ (theta - middle)
    own_slope = look.own_slope - state.employer / variances.employer
    right = swept @ theta + slope - look.cross.T @ (own_slope / own)
    bounded = np.concatenate([layout.bounded, np.zeros(1 + groups, np.bool_)])
    zero = np.concatenate([layout.bounded & (state.x <= 0), np.zeros(1 + groups, np.bool_)])
    new = solve_bounded((swept + swept.T) / 2, right, bounded, zero)
    employer = state.employer + (own_slope - look.cross @ (new - theta)) / own
    free = ~(bounded & (new <= 0))
    covariance = np.zeros(swept.shape)
    inverse = cho_solve(cho_factor(swept[np.ix_(free, free)], lower=True), np.eye(int(free.sum())))
    covariance[np.ix_(free, free)] = inverse
    return _State(new[:count], float(new[count]), employer, new[count + 1 :]), covariance


def _update(
    layout: Layout, state: _State, scale: float, old: Variances, covariance: Floats, options: FitOptions
) -> Variances:
    """Re-estimate the variances from what is believed now, each drawn to its first guess (employers apart)."""
    count, belief = len(layout.block), options.belief
    change, unsure = state.x - scale * layout.expected, np.diag(covariance)
    slope_sum, slope_told = np.zeros(len(old.slope)), np.zeros(len(old.slope))
    bend_sum, bend_told = 0.0, 0.0
    for f in range(len(old.slope)):
        at = np.flatnonzero((layout.block == f) & ~layout.unknown)
        w, own, total = layout.width[at], covariance[np.ix_(at, at)], layout.width[at].sum()
        # given steps d: the slope is a*sum(d) in the mean, with a variance of ``left``; bends are d - w*slope
        a = old.slope[f] / (old.bend + old.slope[f] * total)
        left = old.slope[f] * old.bend / (old.bend + old.slope[f] * total)
        slope_sum[f] = (a * change[at].sum()) ** 2
        slope_told[f] = 1.0 - (a**2 * own.sum() + left) / old.slope[f]
        bends = change[at] - w * a * change[at].sum()
        bend_var = np.diag(own) - 2 * a * w * own.sum(axis=1) + (a * w) ** 2 * own.sum() + w**2 * left
        bend_sum += float((bends**2 / w).sum())
        bend_told += float((1.0 - bend_var / (w * old.bend)).sum())
    told = np.clip(slope_told, 0.0, 1.0)
    pooled = (belief * options.slope + slope_sum.sum()) / (belief + told.sum())
    slope = (POOLING * pooled + slope_sum) / (POOLING + told)
    at = np.flatnonzero(layout.unknown)
    groups = np.arange(count + 1, len(covariance))

    def drawn(guess: float, now: float, values: Floats, variance: Floats) -> float:
        known = max(0.0, len(values) - float(variance.sum()) / now)
        return max(_LEAST, (belief * guess + float((values**2).sum())) / (belief + known))

    return Variances(
        np.maximum(_LEAST, slope),
        max(_LEAST, (belief * options.bend + bend_sum) / (belief + max(0.0, bend_told))),
        drawn(options.unknown, old.unknown, change[at], unsure[at]),
        old.employer,
        drawn(options.group, old.group, state.group, unsure[groups]),
    )


def _employers(
    data: _Trials, layout: Layout, state: _State, scale: float, variances: Variances, look: _Quadratic,
    options: FitOptions,
) -> float:  # fmt: skip
    """Re-estimate how much employers differ; tables that were fitted to the same trials have taken some of it away."""
    table = scale * layout.expert + layout.to_table @ (state.x - scale * layout.expected)
    odds = state.start + read_off(data.codes, table, most_bins()) + state.group[data.group]
    found = variance_of_employers(odds, data.well, data.employer, data.employers, options.employer, options.belief)
    swept, _, own = _reduced(layout, look, variances, data.groups)
    away = solve_triangular(cholesky((swept + swept.T) / 2, lower=True), look.cross.T / own, lower=True)
    told_alone = data.employers - float((1.0 / own).sum()) / variances.employer
    told = told_alone - float((away**2).sum()) / variances.employer
    # as restricted maximum likelihood does: the same sum of squares over fewer employers' worth of evidence
    return found * (options.belief + told_alone) / (options.belief + max(told, 0.5 * told_alone))


def _finish(
    data: _Trials, layout: Layout, state: _State, scale: float, variances: Variances, options: FitOptions, number: int
) -> Fit:
    """Centre the employers and groups on zero, and keep how unsure everything is."""
    look, loss = _look(data, layout, state, scale, options.threads)
    swept, _, own = _reduced(layout, look, variances, data.groups)
    factor = cholesky((swept + swept.T) / 2, lower=True)
    turn = _turn(layout.to_table, data.groups)
    spread = solve_triangular(factor, turn.T, lower=True).T
    shift = solve_triangular(factor, look.cross.T, lower=True).T / own[:, None]
    table = scale * layout.expert + layout.to_table @ (state.x - scale * layout.expected)
    return Fit(
        table, state.start, state.employer, state.group, scale, variances, spread, shift, 1.0 / own, loss, number
    )
