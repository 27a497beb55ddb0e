"""Writes ``docs/examples/pathways-four-countries.md``: the same person's match list under four countries' terms.

Run: ``python -m docs.pathway_match_example``. Person, employers and list are fictional; foreign terms are laid over the
same demo region only to show what terms do.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from data.candidates import Candidate
from data.imports.region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
from data.pathways import load_pathways
from features.market import Market, build_market
from matching import MatchConfig, MatchList, match
from matching.trial_limits import TrialLimits, day_rule, person_within, trial_limits
from matching.trial_terms import held_terms

OUT = Path(__file__).parent / "examples" / "pathways-four-countries.md"
ON = date(2020, 6, 1)
PERSON, TOP, FULL_TIME = "KS-021", 5, 37.5
PATHWAYS = (
    "fi.pension.trial_unpaid",
    "fi.employment.trial",
    "se.arbetstraning",
    "de.pension.trial_work",
    "nl.uwv.trial_placement",
)


def limits_of(pathway: str) -> TrialLimits:
    """Give the limits of a pathway on the day of the example."""
    country = load_pathways().country(pathway[:2])
    return trial_limits(held_terms(country, country.pathway(pathway), ON, {}), FULL_TIME)


def list_under(person: Candidate, market: Market, pathway: str) -> MatchList | None:
    """Match under a pathway's terms (none: the empty name); None when the person's hours do not go with them."""
    if not pathway:
        return match(person, market, MatchConfig(top=TOP))
    limits = limits_of(pathway)
    within = person_within(person, limits)
    return None if within is None else match(within, market, MatchConfig(top=TOP, day=day_rule(limits)))


def written(person: Candidate, market: Market) -> str:
    """Write the example."""
    hours = f"{person.hours_min:g}–{person.hours_max:g} h a week"
    lines = [
        "# The same person under four countries' terms",
        "",
        f"Made by `python -m docs.pathway_match_example`: {person.id} (fictional, {hours}) in the fictional demo",
        f"region, terms as of {ON.isoformat()}, full time {FULL_TIME:g} h. Foreign terms are laid over the same",
        "workplaces only to show what they do.",
    ]
    for pathway in ("", *PATHWAYS):
        found = list_under(person, market, pathway)
        lines += ["", f"## {pathway or 'without terms'}", ""]
        lines += [f"Limits: {_limits(limits_of(pathway)) or 'none that carving sees'}.", ""] if pathway else []
        lines += ["| rank | workplace | h a week | score | tasks | time pressure |", "|---|---|---|---|---|---|"]
        for one in found.suggestions if found else ():
            tasks = ", ".join(part.task.id.partition(".")[2].partition(".")[2] for part in one.tasks)
            pressure = next((c.demand for c in one.comparisons if c.dimension == "org_press"), None)
            said = "–" if pressure is None else f"{pressure:g}"
            site = one.reach.place.site.id
            lines.append(f"| {one.rank} | {site} | {one.solution.hours:.1f} | {one.score:g} | {tasks} | {said} |")
        if found is None:
            lines.append("| – | the person's hours and these terms do not go together | | | | |")
        elif not found.suggestions:
            lines.append("| – | no part-job within these terms | | | | |")
    return "\n".join(lines) + "\n"


def _limits(limits: TrialLimits) -> str:
    named = {
        "fewest hours": limits.hours_min,
        "most hours": limits.hours_max,
        "fewest hours a day": limits.hours_per_day_least,
        "most hours a day": limits.hours_per_day_most,
        "most days": limits.days_most,
        **{f"{dimension} at most": level for dimension, level in limits.demands_most.items()},
    }
    return ", ".join(f"{name} {value:g}" for name, value in named.items() if value is not None)


if __name__ == "__main__":
    people = {person.id: person for person in read_candidates(DEMO_CANDIDATES, fictional=True)}
    OUT.write_text(written(people[PERSON], build_market(read_region(DEMO_REGION, fictional=True))), encoding="utf-8")
    sys.stdout.write(f"{OUT.name} written\n")
