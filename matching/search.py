"""Stage 3: the best K sites, exactly: an upper bound for each site, then exact carving in the order of the bounds.

Stops when the K-th best found beats every bound that is left; that proof is the certificate. The search itself is
``carving.market_search``; what has another form (very many measures, many kinds of week) is solved one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .carving.columns import Asked, MarketColumns, Measures
from .carving.market_search import FOUND, GENERAL, NO_PART_JOB, best_of_market
from .carving.part_job import WORK_LIMIT

SCORE_DECIMALS = 4
"""Scores are rounded to this before they are compared, so that order never hangs on the last bit."""

Solve = Callable[[int], tuple[float | None, bool]]
"""Solves one site by its number in any form: the score (None: no part-job), and whether that is proven."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why nothing better is left: sites bounded, sites searched, and the highest bound that was not needed."""

    sites: int
    solved: int
    best_bound_left: float | None
    proven: bool


@dataclass(frozen=True, slots=True)
class BestSites:
    """The best sites in order (number, score), with the certificate; ``without``: sites known to hold no part-job."""

    found: tuple[tuple[int, float], ...]
    certificate: Certificate
    without: tuple[int, ...]


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
    bounded, solved, left = best_of_market(market, asked, measures, held, most, work_limit, scores, states)
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
    return BestSites(tuple(order), Certificate(int(bounded), int(solved), bound, proven), tuple(without))
