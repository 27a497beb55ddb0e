"""Stage 3b: the best K sites, exactly: an upper bound for each site, then exact carving in the order of the bounds.

Stops when the K-th best found beats every bound that is left; that proof is the certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .carving.problem import CarveProblem, CarveSolution

SCORE_DECIMALS = 4
"""Scores are rounded to this before they are compared, so that order never hangs on the last bit."""


Solve = Callable[[str], tuple[CarveProblem, CarveSolution, float]]
"""Solves one site by its id: the problem, its solution, and the site's own terms of the score."""


@dataclass(frozen=True, slots=True)
class SiteBound:
    """No part-job of this site can score more than ``bound`` (value-hours a week, site terms included)."""

    site: str
    bound: float


@dataclass(frozen=True, slots=True)
class Found:
    """An exactly solved site: its score, problem and solution."""

    site: str
    score: float
    problem: CarveProblem
    solution: CarveSolution


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why nothing better is left: sites bounded, sites solved, and the highest bound that was not solved."""

    sites: int
    solved: int
    best_bound_left: float | None
    proven: bool


@dataclass(frozen=True, slots=True)
class BestSites:
    """The best sites in order, with the certificate; ``without`` are the solved sites that hold no part-job."""

    found: tuple[Found, ...]
    certificate: Certificate
    without: tuple[str, ...]


def knapsack_bound(tasks: Sequence[tuple[float, float]], hours_max: float) -> float:
    """Bound the worth of a bundle: the best hours first, as if any part of a task could be taken.

    ``tasks`` are (value of an hour, hours).

    >>> knapsack_bound([(0.5, 10.0), (0.9, 4.0)], 8.0)
    5.6
    """
    worth, room = 0.0, hours_max
    for value, hours in sorted(tasks, reverse=True):
        part = min(hours, room)
        worth += value * part
        room -= part
        if room <= 0:
            break
    return worth


def best_sites(
    bounds: Sequence[SiteBound],
    solve: Solve,
    top: int,
) -> BestSites:
    """Find the ``top`` best sites; ``solve`` gives a site's problem, solution and score without its bundle's worth.

    The score of a site is the carving objective plus its site terms; order: score, then site id.
    """
    queue = sorted(bounds, key=lambda site: (-site.bound, site.site))
    found: list[Found] = []
    without: list[str] = []
    solved, proven = 0, True
    for at, site in enumerate(queue):
        if len(found) >= top and sorted((f.score for f in found), reverse=True)[top - 1] > site.bound:
            return BestSites(
                _ordered(found, top), Certificate(len(queue), solved, queue[at].bound, proven), tuple(without)
            )
        problem, solution, site_terms = solve(site.site)
        solved += 1
        proven = proven and solution.status in {"optimal", "infeasible"}
        if solution.objective is None:
            without.append(site.site)
        else:
            found.append(Found(site.site, round(solution.objective + site_terms, SCORE_DECIMALS), problem, solution))
    return BestSites(_ordered(found, top), Certificate(len(queue), solved, None, proven), tuple(without))


def _ordered(found: list[Found], top: int) -> tuple[Found, ...]:
    return tuple(sorted(found, key=lambda f: (-f.score, f.site))[:top])
