"""The trial scorer in force: experts' tables or learned ones, with a probability only where it is earned.

A learned scorer gives the chance of going well as the logistic of its score, with an interval from the posterior of the
additive model (Laplace), employers included: one that nobody knows brings the whole spread between employers. The
interval is about the share of trials like this one that go well, as far as features and employer tell; it is not a
promise about one trial. Such Bayesian intervals cover well on average over the trials (Wahba 1983; Marra and Wood
2012); how well is measured, not assumed (``make bench-scorer``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from features.trial_features import feature_index

from .expert import expert_name, expert_tables
from .fitting import HISTORY, FitOptions, Variances, fit_tables
from .outcomes import NoModel, TrialOutcomes, enough_to_learn
from .refusals import with_wants
from .tables import UNITS_PER_LOG_ODDS, AdditiveTables, Points, bin_codes, most_bins, whole_units

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

FEWEST_FOR_PROBABILITY = 100
"""Trials of each kind, gone well and not, before any probability is shown: below, calibration cannot even be checked
(Vergouwe and others 2005; Collins, Ogundimu and Altman 2016)."""

WIDEST_INTERVAL = 0.6
"""An interval as wide as this (of 1) says nothing; the probability is then withheld."""

SHARE_OF_INTERVAL = 0.9
ALLOWANCE = 1.1
"""Intervals are this much longer than the approximation says: it takes the variances as known and tables as additive.
Chosen on simulated worlds (seeds 100 to 105) other than those that figures are reported for."""

_REACH = 1.6448536269514722  # normal quantile of 0.95: a 90 % interval
_DECIMALS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """How unsure a learned scorer is; see ``fitting.Fit``. ``employers`` and ``groups`` give the order of the rows."""

    spread: npt.NDArray[np.float32]
    employers: tuple[str, ...]
    groups: tuple[str, ...]
    employer_shift: npt.NDArray[np.float32]
    employer_alone: Floats
    variances: Variances

    def variance(self, rows: Floats, employers: Sequence[str], groups: Sequence[str]) -> Floats:
        """Give the variance of the log-odds of each row."""
        width = most_bins()
        codes = bin_codes(rows).astype(np.int64)
        codes[feature_index()[HISTORY]] = 0
        cells = len(codes) * width
        away = np.repeat(self.spread[cells][None, :].astype(np.float64), len(rows), axis=0)
        for f, code in enumerate(codes):
            away += self.spread[f * width + code]
        group = _places(groups, self.groups)
        away += np.where((group >= 0)[:, None], self.spread[cells + 1 + np.maximum(group, 0)], 0.0)
        own = np.where(group >= 0, 0.0, self.variances.group)
        if self.employers:
            employer = _places(employers, self.employers)
            away -= np.where((employer >= 0)[:, None], self.employer_shift[np.maximum(employer, 0)], 0.0)
            own = own + np.where(employer >= 0, self.employer_alone[np.maximum(employer, 0)], self.variances.employer)
        return np.asarray((away**2).sum(axis=1) + own)


@dataclass(frozen=True, slots=True)
class Chances:
    """Probabilities of going well with 90 % intervals (0-1), NaN where withheld, and why (empty: shown).

    ``withheld``: expert_weights, too_few_outcomes or too_little_known.
    """

    low: Floats
    middle: Floats
    high: Floats
    withheld: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TrialScorer:
    """A scorer with its name, what it was learned from, and how unsure it is (None: experts').

    ``wants``: how much refusals stretch the tables of what people want, by feature; in the order of lists only.
    """

    name: str
    tables: AdditiveTables
    posterior: Posterior | None = None
    trials: int = 0
    went_well: int = 0
    data_fingerprint: str = ""
    simulated: bool = False
    scale_of_experts: float = 1.0
    log_loss_seen: float = float("nan")
    options: FitOptions = field(default_factory=FitOptions)
    wants: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def order_tables(self) -> AdditiveTables:
        """Give the tables by which lists are ordered: those of chances, as far as refusals did not stretch them."""
        return with_wants(self.tables, self.wants) if self.wants else self.tables

    @cached_property
    def refusal(self) -> str:
        """Tell why no probability is shown at all; empty when it is."""
        if self.posterior is None:
            return "expert_weights"
        fewest = min(self.went_well, self.trials - self.went_well)
        return "too_few_outcomes" if fewest < FEWEST_FOR_PROBABILITY else ""

    @cached_property
    def fingerprint(self) -> str:
        """Hash all that decides what this scorer says: its name, tables, and how unsure it is."""
        digest = hashlib.sha256(json.dumps([self.name, self.tables.as_json()], sort_keys=True).encode())
        digest.update(repr((self.trials, self.went_well, self.simulated)).encode())
        if self.wants:
            digest.update(json.dumps(self.wants, sort_keys=True).encode())
        if self.posterior is not None:
            certain = self.posterior
            digest.update(repr((certain.employers, certain.groups, certain.variances)).encode())
            for column in (certain.spread, certain.employer_shift, certain.employer_alone):
                digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()

    def score(
        self, rows: Floats, employers: Sequence[str] = (), groups: Sequence[str] = (), threads: int = 1
    ) -> Points:
        """Score suggestions in units of log-odds; without ids, employers and groups that nobody knows."""
        extras = self.tables.extras(employers, groups) if len(employers) else None
        return self.tables.score(rows, extras, threads)

    def chances(self, rows: Floats, employers: Sequence[str], groups: Sequence[str]) -> Chances:
        """Give the chance of going well with its interval, or why not."""
        if self.posterior is None or self.refusal:
            nothing = np.full(len(rows), np.nan)
            return Chances(nothing, nothing.copy(), nothing.copy(), (self.refusal,) * len(rows))
        low, odds, high = self.interval(rows, employers, groups)
        ends = [np.round(1.0 / (1.0 + np.exp(-value)), _DECIMALS) for value in (low, odds, high)]
        wide = ends[2] - ends[0] > WIDEST_INTERVAL
        for values in ends:
            values[wide] = np.nan
        return Chances(ends[0], ends[1], ends[2], tuple("too_little_known" if w else "" for w in wide))

    def interval(self, rows: Floats, employers: Sequence[str], groups: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """Give lower end, score and upper end in log-odds, whether they may be shown or not (for evaluation)."""
        if self.posterior is None:
            raise ValueError("expert weights have no interval: nothing was learned from outcomes")
        odds = self.score(rows, employers, groups) / UNITS_PER_LOG_ODDS
        reach = ALLOWANCE * _REACH * np.sqrt(self.posterior.variance(rows, employers, groups))
        return odds - reach, odds, odds + reach


@cache
def expert_scorer() -> TrialScorer:
    """Give the scorer that nobody has learned: expert weights, labelled so. The same one each time."""
    return TrialScorer(expert_name(), expert_tables())


def learn(outcomes: TrialOutcomes, options: FitOptions | None = None) -> TrialScorer:
    """Learn a scorer from ended trials; NoModel says why when that cannot be.

    The same outcomes in the same order give the same bytes, whatever the number of threads.
    """
    if findings := enough_to_learn(outcomes):
        raise NoModel(findings)
    options = options or FitOptions()
    employers, groups = tuple(sorted(set(outcomes.employers))), tuple(sorted(set(outcomes.groups)))
    fit = fit_tables(outcomes, expert_tables(), employers, groups, options)
    tables = AdditiveTables(
        units=whole_units(fit.table).reshape(-1, most_bins()),
        start=int(whole_units(np.array(fit.start))),
        employers=_terms(employers, fit.employer),
        groups=_terms(groups, fit.group),
    )
    posterior = Posterior(
        fit.spread.astype(np.float32), employers, groups, fit.employer_shift.astype(np.float32), fit.employer_alone,
        fit.variances,
    )  # fmt: skip
    fingerprint = outcomes.fingerprint()
    return TrialScorer(
        name=f"trial-scorer-{fingerprint[:12]}",
        tables=tables,
        posterior=posterior,
        trials=len(outcomes),
        went_well=int(outcomes.went_well.sum()),
        data_fingerprint=fingerprint,
        simulated=outcomes.simulated,
        scale_of_experts=round(fit.scale, 6),
        log_loss_seen=round(fit.log_loss, 6),
        options=options,
    )


def _terms(ids: tuple[str, ...], effects: Floats) -> dict[str, int]:
    return {id_: int(units) for id_, units in zip(ids, whole_units(effects), strict=True)}


def _places(asked: Sequence[str], known: tuple[str, ...]) -> Numbers:
    place = {id_: number for number, id_ in enumerate(known)}
    return np.array([place.get(id_, -1) for id_ in asked], np.int64)
