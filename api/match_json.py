"""The documented machine form of a match list: ``worktrial match --json`` and the HTTP API give the same bytes."""

from __future__ import annotations

from typing import Any

from matching import MatchList, Suggestion

from .messages import Messages
from .wording import contribution_text, flag_text, prospect_text


def match_as_json(found: MatchList, messages: Messages) -> dict[str, Any]:
    """Write a match list as plain values (JSON Schema: ``docs/reference/match.schema.json``)."""
    certificate = found.certificate
    return {
        "candidate": found.person.id,
        "run_id": found.run_id,
        "model": found.model,
        "caution": found.config.caution.value,
        "language": messages.language,
        "suggestions": [suggestion_as_json(suggestion, messages) for suggestion in found.suggestions],
        "left_out": dict(found.left_out),
        "certificate": {
            "sites": certificate.sites,
            "solved": certificate.solved,
            "best_bound_left": certificate.best_bound_left,
            "proven": certificate.proven,
        },
    }


def suggestion_as_json(suggestion: Suggestion, messages: Messages) -> dict[str, Any]:
    """Write one suggestion; ``reasons`` add up to ``score`` exactly (four decimals)."""
    place, site = suggestion.reach.place, suggestion.reach.place.site
    minutes = suggestion.reach.minutes
    jobs = {part.job.id: part.job for part in suggestion.tasks}
    return {
        "id": suggestion.id,
        "rank": suggestion.rank,
        "site": {
            "id": site.id,
            "name": site.name,
            "municipality": site.municipality or None,
            "travel_minutes": None if minutes is None else round(minutes),
        },
        "employer": {
            "id": place.employer.id,
            "name": place.employer.name,
            "sector": place.employer.sector or None,
            "fictional": place.employer.fictional,
        },
        "jobs": [
            {"id": id_, "title": job.title} | ({"esco": job.esco} if job.esco else {})
            for id_, job in sorted(jobs.items())
        ],
        "tasks": [
            {"id": part.task.id, "text": part.task.text, "hours": round(part.hours, 4), "blocks": dict(part.blocks)}
            for part in suggestion.tasks
        ],
        "hours": suggestion.hours,
        "accommodations": [
            {
                "id": measure.id,
                "name": measure.names[messages.language],
                "kind": measure.kind.value,
                "cost_class": measure.cost_class.value,
                "lead_time_days": measure.lead_time_days,
                "isolating": measure.isolating,
                **_reviewed(suggestion, measure.id),
            }
            for measure in suggestion.measures
        ],
        "can_do": {
            "points": suggestion.reading("can_do"),
            "known_share": suggestion.known_share,
            "dimensions": [
                {
                    "id": c.dimension,
                    "demand_before": c.demand_before,
                    "demand": c.demand,
                    "capacity": c.capacity,
                    "margin": c.margin,
                }
                for c in suggestion.comparisons
            ],
        },
        "wants": {"points": suggestion.reading("wants"), "agreement": suggestion.wish_agreement},
        "likely": _likely(suggestion, messages),
        "score": suggestion.score,
        "flags": [
            {"kind": flag.kind, "about": list(flag.about), "ask": flag.ask, "text": flag_text(flag, messages)}
            for flag in suggestion.flags
        ],
        "blockers_removed": [
            {
                "accommodation": gap.accommodation,
                "dimension": gap.dimension,
                "before": gap.before,
                "after": gap.after,
                "limit": gap.limit,
            }
            for gap in suggestion.gaps_closed
        ],
        "reasons": [
            {"term": term.term, "value": term.value, "text": contribution_text(term, messages)}
            for term in suggestion.contributions
        ],
    }


def _reviewed(suggestion: Suggestion, measure: str) -> dict[str, Any]:
    """Write which effects of a measure reviews of trials have moved, and from what; nothing where they moved none."""
    moved = [one for one in suggestion.reviewed if one.measure == measure]
    if not moved:
        return {}
    names = ("dimension", "catalogue", "steps", "reviews")
    return {"reviewed": [{name: getattr(one, name) for name in names} for one in moved]}


def _likely(suggestion: Suggestion, messages: Messages) -> dict[str, Any]:
    """Write how likely it is to go well; ``terms`` add up to ``log_odds`` exactly (four decimals)."""
    prospect = suggestion.prospect
    low, middle, high = prospect.chance or (None, None, None)
    return {
        "points": suggestion.reading("likely"),
        "model": prospect.scorer,
        "basis": "expert_weights" if prospect.withheld == "expert_weights" else "outcomes",
        "simulated": prospect.simulated,
        "log_odds": prospect.log_odds,
        "terms": [
            {"term": term.name, "log_odds": term.log_odds, "text": prospect_text(term.name, messages)}
            for term in prospect.terms
        ],
        "probability": middle,
        "interval": None if low is None else [low, high],
        "withheld": prospect.withheld or None,
    }
