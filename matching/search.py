"""Stage 3: the best K sites, exactly: an upper bound for each site, then exact carving in the order of the bounds.

Stops when the K-th best found beats every bound that is left; that proof is the certificate. The search itself is
``carving.market_search``; what has another form (very many measures, many kinds of week) is solved one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .carving.branching import Flags, Floats
from .carving.columns import Asked, MarketColumns, Measures
from .carving.market_search import FOUND, GENERAL, NO_PART_JOB, best_of_market
from .carving.part_job import WORK_LIMIT

SCORE_DECIMALS = 4
"""Scores are rounded to this before they are compared, so that order never hangs on the last bit."""

Solved = tuple[float | None, bool]
"""The score of a site (None: no part-job), and whether that is proven."""

Solve = Callable[[int], Solved]
"""Solves one site by its number in any form."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why nothing better is left: sites bounded, sites searched, and the highest bound that was not needed."""

    sites: int
    solved: int
    best_bound_left: float | None
    proven: bool


@dataclass(frozen=True, slots=True)
class FoundPartJob:
    """The best part-job of a site as the search knows it: weekly hours by row of its tasks, measures by number."""

    hours: Mapping[int, float]
    measures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BestSites:
    """The best sites in order (number, score), with the certificate; ``without``: sites known to hold no part-job.

    ``part_jobs``: those of the sites found, where the search knows them.
    """

    found: tuple[tuple[int, float], ...]
    certificate: Certificate
    without: tuple[int, ...]
    part_jobs: Mapping[int, FoundPartJob] = field(default_factory=dict)


Rank = Callable[[MarketColumns, Asked, Measures, int, Solve], BestSites]
"""Finds the best sites of a market, so many as are wanted."""


def best_sites(
    market: MarketColumns,
    asked: Asked,
    measures: Measures,
    top: int,
    solve: Solve,
    work_limit: int = WORK_LIMIT,
    known: Sequence[float] = (),
) -> BestSites:
    """Find the ``top`` best sites; order: score, then site. Whatever the order of the market, the same list.

    ``known``: scores of sites that are not searched here but hold places of the same list; what they leave no place
    for may be missing from the answer.
    """
    sites = len(market.first)
    scores, states = np.empty(sites), np.empty(sites, np.int32)
    held, most = np.array(known, np.float64), max(1, min(top, sites + len(known)))
    hours, used = np.empty(len(market.hours)), np.empty((sites, len(measures.effect)), np.bool_)
    out = scores, states, hours, used
    bounded, solved, left = best_of_market(market, asked, measures, held, most, work_limit, *out)
    found = {int(site): round(float(scores[site]), SCORE_DECIMALS) for site in np.flatnonzero(states == FOUND)}
    without = [int(site) for site in np.flatnonzero(states == NO_PART_JOB)]
    proven = True
    for site in np.flatnonzero(states == GENERAL):
        score, sure = solve(int(site))
        proven = proven and sure
        if score is None:
            without.append(int(site))
        else:
            found[int(site)] = round(score, SCORE_DECIMALS)
    order = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:top]
    bound = round(float(left), SCORE_DECIMALS) if np.isfinite(left) else None
    known_ones = {site: _part_job(market, site, hours, used) for site, _ in order if states[site] == FOUND}
    return BestSites(tuple(order), Certificate(int(bounded), int(solved), bound, proven), tuple(without), known_ones)


def _part_job(market: MarketColumns, site: int, hours: Floats, used: Flags) -> FoundPartJob:
    """Read the part-job of a site off the columns of the search."""
    rows = range(market.first[site], market.last[site])
    taken = {at: float(hours[row]) for at, row in enumerate(rows) if hours[row] > 0}
    return FoundPartJob(taken, tuple(int(a) for a in np.flatnonzero(used[site])))


def best_under_a_rule(
    rank: Rank, market: MarketColumns, asked: Asked, measures: Measures, top: int, solve: Solve
) -> BestSites:
    """Find the ``top`` best sites under a rule that the search of the market does not know; ``solve`` keeps it.

    A score without the rule bounds the one with it. So sites are solved in the order of those bounds until the last
    place beats every bound that is left; where the bounds at hand run out, twice as many are asked for.
    """
    exact: dict[int, Solved] = {}

    def solve_once(site: int) -> Solved:
        if site not in exact:
            score, sure = solve(site)
            exact[site] = None if score is None else round(score, SCORE_DECIMALS), sure
        return exact[site]

    wanted, left = top, None
    while True:
        relaxed = rank(market, asked, measures, wanted, solve_once)
        left = _solve_in_order(relaxed, exact, solve_once, top)
        if left is not None or len(relaxed.found) < wanted:
            break
        last = relaxed.found[-1][1]
        if _place(exact, top) > last + 10**-SCORE_DECIMALS:
            left = max(last, relaxed.certificate.best_bound_left or last)
            break
        wanted *= 2
    order = sorted(((n, s) for n, (s, _) in exact.items() if s is not None), key=lambda one: (-one[1], one[0]))
    without = {number for number, (score, _) in exact.items() if score is None} | set(relaxed.without)
    sure = relaxed.certificate.proven and all(sure for _, sure in exact.values())
    certificate = Certificate(relaxed.certificate.sites, len(exact), left, sure)
    return BestSites(tuple(order[:top]), certificate, tuple(sorted(without)))


def _solve_in_order(relaxed: BestSites, exact: Mapping[int, Solved], solve: Solve, top: int) -> float | None:
    """Solve sites by falling bound; gives the first bound that the last place beats, None where all were solved."""
    for number, bound in relaxed.found:
        if _place(exact, top) > bound + 10**-SCORE_DECIMALS:
            return bound
        solve(number)
    return None


def _place(exact: Mapping[int, Solved], top: int) -> float:
    """Give the score of the last place, minus infinity where there are fewer."""
    scores = sorted((one[0] for one in exact.values() if one[0] is not None), reverse=True)
    return scores[top - 1] if len(scores) >= top else -np.inf
