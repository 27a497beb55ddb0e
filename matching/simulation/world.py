"""A simulated region: people, employers, lists of feasible part-jobs, coaches who choose, outcomes.

Ratings are noisy (reliability about 0.45 over raters: review of 2017 in BMJ; RELY) and some are missing; demands are
estimates too; measures take off more or less than the catalogue says. A coach is shown a list and puts forward what
looks good, knowing what is recorded; a knob takes chances away from a group. Everything says that it is simulated.

Because margins of the dimension groups are independent here, what can be known at best from the recorded features (the
chance of going well given them) can be computed by drawing what they leave open: see ``Lists.expected``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.protected_attributes import ProtectedAttributes
from features.trial_features import dimension_groups, feature_index, trial_features

from ..learning.expert import expert_tables
from ..learning.outcomes import TrialOutcomes
from ..learning.tables import UNITS_PER_LOG_ODDS
from .truth import Truth, draw_truth

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LABEL = "simulated: proves methods, says nothing about people"
SECTORS = 15
MONTH_DAYS = 30
WORST_GAP = 2.0
"""A part-job with a larger gap is not feasible in this world."""

PRIOR_TRIALS = 4.0
_CELLS = 200_000
_DRAWS = 96


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """Knobs of a world; shares are 0-1, spreads are standard deviations in log-odds.

    ``base_rate``: of all feasible suggestions; those that coaches choose go well in about 0.63, between the 60 %
    (2016) and 67 % (2023) back to work in Finnish pension-insurer rehabilitation. ``bias``: taken from the chance
    that a suggestion is put forward when the person belongs to the group. ``insight``: how much of the true log-odds,
    unrecorded, coaches see (0: choice depends on what is recorded only).
    """

    trials: int = 5_000
    employers: int = 400
    months: int = 48
    list_length: int = 24
    shown: int = 8
    reliability: float = 0.45
    missing: float = 0.2
    base_rate: float = 0.54
    employer_spread: float = 0.45
    sector_spread: float = 0.2
    person_spread: float = 0.3
    bias: float = 0.0
    group_share: float = 0.3
    insight: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Lists of feasible suggestions: ``rows`` (people, list, features); employers and sectors as numbers.

    ``probability``: of going well, all truth known. ``expected``: the same as far as recorded features and the
    employer tell, which is the most that a scorer can know; ``expected_anywhere``: at an average employer
    (both NaN when they were not asked for).
    """

    rows: Floats
    employer: Ints
    sector: Ints
    probability: Floats
    expected: Floats
    expected_anywhere: Floats
    in_group: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """What coaches were shown: rows in the order of the list, how likely each was to be put forward or tried, and was.

    ``person`` numbers the people; ``rank`` starts at 1; ``place`` is the flat place in the month's lists;
    ``propensity`` is the chance of becoming the trial. ``probability`` (truth) and ``reward`` (only where ``tried``)
    are of the trial.
    """

    person: Ints
    rank: Ints
    place: Ints
    rows: Floats
    employer: Ints
    put_forward: npt.NDArray[np.bool_]
    tried: npt.NDArray[np.bool_]
    propensity: Floats
    reward: Floats
    probability: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedTrials:
    """A whole simulated past, with its truth."""

    options: SimulationOptions
    seed: int
    outcomes: TrialOutcomes
    decisions: Decisions
    protected: tuple[ProtectedAttributes, ...]
    truth: Truth
    employer_effect: Floats
    sector_effect: Floats
    employer_facts: Floats
    history: Floats
    expected: Floats
    label: str = LABEL


def simulate_trials(options: SimulationOptions, seed: int, truth: Truth | None = None) -> SimulatedTrials:
    """Let coaches and employers of a made-up region try out part-jobs for some years."""
    rng = np.random.default_rng([seed, 2])
    truth = draw_truth(seed) if truth is None else truth
    employer = rng.normal(0.0, options.employer_spread, options.employers)
    sector = rng.normal(0.0, options.sector_spread, SECTORS)
    facts = np.column_stack(
        [np.arange(options.employers) % SECTORS, np.rint(rng.uniform(0, 10, options.employers)) / 2,
         rng.random(options.employers) < 0.25]
    )  # fmt: skip
    history = np.zeros((options.employers, 2))
    world = SimulatedTrials(
        options, seed, _no_outcomes(), _no_decisions(), (), truth, employer, sector, facts, history, np.zeros(0)
    )
    trial = _draw_lists(world, 3_000, np.random.default_rng([seed, 3]), 0)
    world = replace(world, truth=replace(truth, start=_start_for(trial.probability.ravel(), options.base_rate)))
    months: list[tuple[Decisions, npt.NDArray[np.bool_], int]] = []
    ended, people = 0, 0
    each = people_a_month(options)
    month = 0
    while ended < options.trials:
        lists = _draw_lists(world, each, rng, 0)
        decided = _decide(world, lists, rng, people)
        tried = decided.tried
        np.add.at(history[:, 0], decided.employer[tried], decided.reward[tried])
        np.add.at(history[:, 1], decided.employer[tried], 1.0)
        months.append((decided, lists.in_group, month))
        ended, people, month = ended + int(tried.sum()), people + each, month + 1
    return _gather(world, months, rng)


def simulate_lists(world: SimulatedTrials, people: int, seed: int, draws: int = _DRAWS) -> Lists:
    """Draw lists of new people at the same employers, with the most that a scorer can know about each suggestion."""
    return _draw_lists(world, people, np.random.default_rng([world.seed, 4, seed]), draws)


def tried_of(world: SimulatedTrials, lists: Lists, seed: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Let coaches choose from lists as they always did: places (flat) of what was tried, and whether it went well."""
    decided = _decide(world, lists, np.random.default_rng([world.seed, 6, seed]), 0)
    at = np.flatnonzero(decided.tried)
    return decided.place[at], decided.reward[at] == 1.0


def _start_for(probability: Floats, rate: float) -> float:
    """Find the log-odds that bring the mean chance to the base rate."""
    odds = np.log(probability) - np.log1p(-probability)
    low, high = -15.0, 15.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _chance(odds + middle).mean() < rate else (low, middle)
    return (low + high) / 2


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def _half(values: Floats) -> Floats:
    return np.clip(np.rint(values * 2) / 2, 0.0, 5.0)


def _margins(rng: np.random.Generator, shape: tuple[int, ...], capacity: Floats, rated: Floats) -> tuple[Floats, ...]:
    """Draw demands against capacities: gap and reserve as recorded, the true margin, and steps taken off."""
    demanded = rng.random(shape) < 0.6
    demand = np.clip(rng.normal(1.8, 1.0, shape), 0.5, 5.0)
    estimate = np.maximum(_half(demand + rng.normal(0.0, 0.4, shape)), 0.5)
    over = np.maximum(0.0, estimate - rated)
    steps = np.where(np.isnan(over), 0.0, np.ceil(over))
    off = steps * np.clip(rng.normal(1.0, 0.3, shape), 0.0, None)
    gap = np.where(demanded, over, 0.0)
    reserve = np.where(demanded, rated - estimate + steps, 5.0)
    margin = np.where(demanded, capacity - demand + off, np.nan)
    return gap, reserve, margin, np.where(demanded, steps, 0.0)


def _people(rng: np.random.Generator, shape: tuple[int, ...], options: SimulationOptions) -> tuple[Floats, Floats]:
    """Draw true capacities and their ratings (NaN: missing)."""
    capacity = np.clip(rng.normal(3.3, 1.0, shape), 0.0, 5.0)
    noise = np.sqrt((1 - options.reliability) / options.reliability)
    rated = _half(capacity + rng.normal(0.0, noise, shape))
    return capacity, np.where(rng.random(shape) < options.missing, np.nan, rated)


def _draw_lists(world: SimulatedTrials, people: int, rng: np.random.Generator, draws: int) -> Lists:
    """Draw feasible part-jobs for new people; infeasible ones are passed over, as the engine does."""
    options, index = world.options, feature_index()
    groups, length = len(dimension_groups()), options.list_length
    wide = length * 3
    capacity, rated = _people(rng, (people, 1, groups), options)
    gap, reserve, margin, steps = _margins(rng, (people, wide, groups), capacity, rated)
    measures = (steps > 0).sum(axis=2)
    fits = (np.nan_to_num(gap).max(axis=2) <= WORST_GAP) & (measures <= 4)
    order = np.argsort(~fits, axis=1, kind="stable")[:, :length]

    def kept(values: Floats) -> Floats:
        return np.asarray(np.take_along_axis(values, order[..., None] if values.ndim == 3 else order, axis=1))

    gap, reserve, margin, measures = kept(gap), kept(reserve), kept(margin), kept(measures.astype(float))
    shape = (people, length)
    rows = np.full((*shape, len(trial_features())), np.nan)
    for at, group in enumerate(dimension_groups()):
        rows[..., index[f"gap_{group}"]] = gap[..., at]
        rows[..., index[f"reserve_{group}"]] = reserve[..., at]
    employer = rng.integers(0, options.employers, shape)
    in_group = rng.random(people) < options.group_share
    hidden = _other_features(world, rows, employer, measures, in_group, rng)
    sector = world.employer_facts[employer, 0].astype(np.int64)
    known = world.truth.start + world.employer_effect[employer] + world.sector_effect[sector]
    person = rng.normal(0.0, options.person_spread, (people, 1))
    odds = known + person + world.truth.of_margins(margin) + world.truth.of_features(hidden)
    expected = anywhere = np.full(shape, np.nan)
    if draws:
        average = known - world.employer_effect[employer]
        expected, anywhere = (
            _expected(world, rows, some, np.random.default_rng([world.seed, 5]), draws) for some in (known, average)
        )
    return Lists(rows, employer, sector, _chance(odds), expected, anywhere, in_group)


def _other_features(
    world: SimulatedTrials, rows: Floats, employer: Ints, measures: Floats, in_group: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Fill in all other features as recorded, and give them as they truly are."""
    index, shape = feature_index(), employer.shape
    groups = [index[f"reserve_{group}"] for group in dimension_groups()]
    reserve, facts = rows[..., groups], world.employer_facts[employer]
    well, ended = world.history[employer, 0], world.history[employer, 1]
    drawn = (well + PRIOR_TRIALS * world.options.base_rate) / (ended + PRIOR_TRIALS)
    demanded = reserve < 5.0
    unknown = np.isnan(reserve).sum(axis=2)
    values: dict[str, Floats] = {
        "flags_tight": (reserve < 0.5).sum(axis=2).astype(float),
        "flags_unknown": unknown.astype(float),
        "flags_open": rng.poisson(0.8, shape).astype(float),
        "flags_social": rng.poisson(0.3, shape).astype(float),
        "known_share": 1.0 - unknown / np.maximum(1, demanded.sum(axis=2) + unknown),
        "wish_agreement": rng.beta(3.0, 2.5, shape),
        "strength_agreement": rng.beta(1.0, 1.5, shape) * (rng.random(shape) < 0.5),
        "skill_coded": rng.beta(1.2, 1.5, shape) * (rng.random(shape) < 0.4),
        "skill_words": rng.beta(2.0, 3.0, shape),
        "hours_fit": rng.beta(2.0, 1.2, shape),
        "travel_share": np.clip(rng.beta(2.0, 2.5, shape) + 0.1 * in_group[:, None], 0.0, 1.0),
        "supervision_margin": rng.normal(2.5, 2.0, shape),
        "accommodations_number": measures,
        "accommodations_kinds": np.minimum(measures, 1.0 + rng.integers(0, 3, shape)),
        "accommodations_lead_days": np.where(measures > 0, rng.choice([0.0, 3, 7, 14, 30, 60], shape), 0.0),
        "inclusion": rng.beta(4.0, 1.5, shape),
        "employer_history": np.where(ended > 0, drawn, np.nan),
        "natural_support": facts[..., 1],
        "variety": 1.0 + rng.gamma(2.0, 0.8, shape),
    }
    for name, value in values.items():
        rows[..., index[name]] = value
    true = rows.copy()
    rows[..., index["travel_share"]][rng.random(shape) < 0.08] = np.nan
    rows[..., index["supervision_margin"]][rng.random(shape) < 0.15] = np.nan
    rows[..., index["natural_support"]][facts[..., 2] > 0] = np.nan
    return true


def _expected(world: SimulatedTrials, rows: Floats, known: Floats, rng: np.random.Generator, draws: int) -> Floats:
    """Average the chance over everything that the recorded features leave open."""
    index, options = feature_index(), world.options
    capacity, rated = _people(rng, (_CELLS,), options)
    gap, reserve, margin, _ = _margins(rng, (_CELLS,), capacity, rated)
    asked = ~np.isnan(margin) & (np.isnan(gap) | (gap <= WORST_GAP))
    cell = _cell(gap, reserve)[asked]
    order = np.argsort(cell, kind="stable")
    true, sorted_cells = margin[asked][order], cell[order]
    total = np.zeros(known.shape)
    names = ("travel_share", "supervision_margin", "natural_support")
    pools = {"travel_share": rng.beta(2.0, 2.5, _CELLS), "supervision_margin": rng.normal(2.5, 2.0, _CELLS),
             "natural_support": np.rint(rng.uniform(0, 10, _CELLS)) / 2}  # fmt: skip
    cells = [_cell(rows[..., index[f"gap_{g}"]], rows[..., index[f"reserve_{g}"]]) for g in dimension_groups()]
    first = [np.searchsorted(sorted_cells, c, side="left") for c in cells]
    count = [np.searchsorted(sorted_cells, c, side="right") - f for c, f in zip(cells, first, strict=True)]
    nothing = [rows[..., index[f"reserve_{g}"]] == 5.0 for g in dimension_groups()]
    filled = rows.copy()
    for _ in range(draws):
        margins = np.stack(
            [np.where(none | (n == 0), np.nan, true[_any_of(f, n, rng)])
             for f, n, none in zip(first, count, nothing, strict=True)], axis=-1,
        )  # fmt: skip
        for name in names:
            gaps = np.isnan(rows[..., index[name]])
            filled[..., index[name]][gaps] = rng.choice(pools[name], int(gaps.sum()))
        person = rng.normal(0.0, options.person_spread, known.shape)
        total += _chance(known + person + world.truth.of_margins(margins) + world.truth.of_features(filled))
    return total / draws


def _any_of(first: Ints, count: Ints, rng: np.random.Generator) -> Ints:
    """Choose one place of each run at random."""
    return np.where(count > 0, first + (rng.random(count.shape) * count).astype(np.int64), 0)


def _cell(gap: Floats, reserve: Floats) -> Ints:
    """Number what is recorded of a group of dimensions; all unknown is one cell."""
    return np.where(np.isnan(reserve), -1, np.nan_to_num(gap) * 2 * 100 + np.nan_to_num(reserve) * 2 + 20).astype(
        np.int64
    )


def _decide(world: SimulatedTrials, lists: Lists, rng: np.random.Generator, first_person: int) -> Decisions:
    """Show the best of each list by expert scores; the first that the coach puts forward is tried."""
    options, (people, length) = world.options, lists.employer.shape
    flat = lists.rows.reshape(people * length, -1)
    score = expert_tables().score(flat).reshape(people, length) / UNITS_PER_LOG_ODDS
    looks = score + rng.normal(0.0, 0.5, score.shape)
    order = np.argsort(-looks, axis=1, kind="stable")[:, : options.shown]
    shown = np.take_along_axis(score, order, axis=1)
    truth = np.take_along_axis(lists.probability, order, axis=1)
    pull = shown - score.mean() + options.insight * (np.log(truth) - np.log1p(-truth))
    put = np.clip(_chance(-0.9 + 0.8 * pull) - options.bias * lists.in_group[:, None], 0.01, 0.99)
    forward = rng.random(put.shape) < put
    before = np.cumprod(np.hstack([np.ones((people, 1)), 1.0 - put[:, :-1]]), axis=1)
    tried = forward & (np.cumsum(forward, axis=1) == 1)
    reward = np.where(tried, rng.random(put.shape) < truth, np.nan)
    at = (np.arange(people)[:, None] * length + order).ravel()
    return Decisions(
        person=np.repeat(np.arange(first_person, first_person + people), order.shape[1]),
        rank=np.tile(np.arange(1, order.shape[1] + 1), people),
        place=at,
        rows=flat[at],
        employer=lists.employer.ravel()[at],
        put_forward=forward.ravel(),
        tried=tried.ravel(),
        propensity=np.asarray(put * before, np.float64).ravel(),
        reward=reward.ravel(),
        probability=truth.ravel(),
    )


def _gather(
    world: SimulatedTrials, months: list[tuple[Decisions, npt.NDArray[np.bool_], int]], rng: np.random.Generator
) -> SimulatedTrials:
    """Put the months together into outcomes, decisions and people."""
    names = Decisions.__dataclass_fields__
    decisions = Decisions(**{name: np.concatenate([getattr(d, name) for d, _, _ in months]) for name in names})
    month = np.concatenate([np.full(len(d.person), number) for d, _, number in months])
    in_group = np.concatenate([group for _, group, _ in months])
    at = np.flatnonzero(decisions.tried)[: world.options.trials]
    employer = decisions.employer[at]
    outcomes = TrialOutcomes(
        rows=decisions.rows[at],
        went_well=decisions.reward[at] == 1.0,
        employers=tuple(employer_id(number) for number in employer),
        groups=tuple(sector_id(int(number)) for number in world.employer_facts[employer, 0]),
        people=tuple(person_id(number) for number in decisions.person[at]),
        day=month[at] * MONTH_DAYS,
        simulated=True,
    )
    ages, sexes = ("under 30", "30-44", "45-54", "55 or over"), ("woman", "man")
    protected = tuple(
        ProtectedAttributes(ages[a], sexes[s], "", "minority" if g else "majority", "")
        for a, s, g in zip(rng.integers(0, 4, len(in_group)), rng.integers(0, 2, len(in_group)), in_group, strict=True)
    )
    return replace(world, outcomes=outcomes, decisions=decisions, protected=protected)


def people_a_month(options: SimulationOptions) -> int:
    """Tell how many people get a list each month; about nine of ten lists lead to a trial."""
    return int(np.ceil(options.trials / options.months / 0.9))


def person_id(number: int) -> str:
    """Name a simulated person."""
    return f"sim-p{number}"


def employer_id(number: int) -> str:
    """Name a simulated employer."""
    return f"sim-e{number}"


def sector_id(number: int) -> str:
    """Name a simulated sector."""
    return f"sim-sector{number}"


def _no_outcomes() -> TrialOutcomes:
    return TrialOutcomes(
        np.zeros((0, len(trial_features()))), np.zeros(0, np.bool_), (), (), (), np.zeros(0, np.int64), True
    )


def _no_decisions() -> Decisions:
    none, whole = np.zeros(0), np.zeros(0, np.int64)
    flags = np.zeros(0, np.bool_)
    return Decisions(whole, whole, whole, np.zeros((0, len(trial_features()))), whole, flags, flags, none, none, none)
