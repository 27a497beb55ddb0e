"""Answers of transfer as documented JSON: ``transfer/1``, ``solutions-here/1``, ``job-patterns/1``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from features.market import Place
from matching import MatchConfig
from matching.config import model_name
from matching.learning.expert import expert_name
from matching.scoring import Contribution
from matching.search import Certificate
from matching.suggestion import TakenPart
from matching.transfer import Elsewhere, Fit, JobPattern, NearFit, Patterns, SolutionHere, SolutionsHere

from .messages import Messages
from .solution_json import solution_as_json
from .transfer_words import change_text, pattern_name
from .wording import blocker_text, contribution_text, flag_text


def elsewhere_as_json(found: Elsewhere, config: MatchConfig, messages: Messages) -> dict[str, Any]:
    """Write where a job would work."""
    job = found.job
    return {
        "format": "transfer/1",
        "model": model_name(expert_name()),
        "caution": config.caution.value,
        "job": {
            "name": job.name,
            "origin": job.origin,
            "site": job.site or None,
            "known_person": job.known_person,
            "hours": job.hours,
            "accommodations": list(job.measures),
            "kinds": [
                {
                    "hours": kind.hours,
                    "activities": list(kind.activities),
                    "parts": [{"id": part.id, "text": part.texts[0], "hours": part.hours} for part in kind.parts],
                }
                for kind in found.kinds
            ],
        },
        "fits": [_fit(fit, found, messages) for fit in found.fits],
        "near": [_near(near, messages) for near in found.near],
        "sites_with_work": found.sites_with_work,
        "left_out": dict(found.left_out),
        "certificate": _certificate(found.certificate),
    }


def _certificate(proof: Certificate) -> dict[str, Any]:
    return {
        "sites": proof.sites,
        "solved": proof.solved,
        "best_bound_left": proof.best_bound_left,
        "proven": proof.proven,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "employer": place.employer.id,
        "employer_name": place.employer.name,
        "site": place.site.id,
        "site_name": place.site.name,
        "fictional": place.employer.fictional,
    }


def _fit(fit: Fit, found: Elsewhere, messages: Messages) -> dict[str, Any]:
    return {
        "rank": fit.rank,
        **_place(fit.place),
        "same_employer": fit.same_employer,
        "travel_minutes": fit.minutes,
        "score": fit.score,
        "hours": round(fit.solution.hours, 2),
        "tasks": [{**_task(part), "kind": kind} for part, kind in fit.tasks],
        "accommodations": list(fit.solution.accommodations),
        "terms": _terms(fit.terms, messages),
        "changes": [{**asdict(change), "text": change_text(change, found.kinds, messages)} for change in fit.changes],
        "flags": [
            {"kind": flag.kind, "about": list(flag.about), "ask": flag.ask, "text": flag_text(flag, messages)}
            for flag in fit.flags
        ],
    }


def _task(part: TakenPart) -> dict[str, Any]:
    return {
        "id": part.task.id,
        "text": part.task.text,
        "job": part.job.title,
        "hours": part.hours,
        "blocks": dict(part.blocks),
    }


def _terms(terms: Sequence[Contribution], messages: Messages) -> list[dict[str, Any]]:
    return [{"term": t.term, "value": t.value, "text": contribution_text(t, messages)} for t in terms]


def _near(near: NearFit, messages: Messages) -> dict[str, Any]:
    return {
        **_place(near.place),
        "changes": [
            {**asdict(change), "tasks": list(change.tasks), "text": blocker_text(change, messages)}
            for change in near.changes
        ],
    }


def here_as_json(found: SolutionsHere, messages: Messages) -> dict[str, Any]:
    """Write which earlier solutions fit a workplace."""
    return {
        "format": "solutions-here/1",
        "model": model_name(expert_name()),
        **_place(found.place),
        "found": [_here(one, messages) for one in found.found],
        "blocked": [{"solution": case.id, "lacks": list(lacks)} for case, lacks in found.blocked],
        "looked_at": found.looked_at,
        "without_levels": found.without_levels,
        "no_gap": found.no_gap,
        "opens_nothing": found.opens_nothing,
    }


def _here(one: SolutionHere, messages: Messages) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "score": one.score,
        "way": one.way,
        "terms": _terms(one.terms, messages),
        "tasks": [_task(part) for part in one.tasks],
        "gap_tasks": {
            task: {d: {"asked": asked, "managed": managed} for d, (asked, managed) in gaps.items()}
            for task, gaps in one.gap_tasks.items()
        },
        "absent": list(one.absent),
        "accommodations": [measure.id for measure in one.measures],
        "cannot": {id_: list(facilities) for id_, facilities in one.cannot.items()},
        "questions": list(one.questions),
        "likeness": one.likeness,
        "same_sector": one.same_sector,
        "solution": solution_as_json(one.solution, messages.language),
    }


def patterns_as_json(found: Patterns, messages: Messages) -> dict[str, Any]:
    """Write the kinds of job that recur. People are counted, never named."""
    return {
        "format": "job-patterns/1",
        "model": model_name(expert_name()),
        "patterns": [_pattern(pattern, messages) for pattern in found.found],
        "compared": found.compared,
        "without_activities": found.without_activities,
        "in_no_pattern": found.in_no_pattern,
    }


def _pattern(pattern: JobPattern, messages: Messages) -> dict[str, Any]:
    least, median, most = pattern.hours
    return {
        "id": pattern.id,
        "name": pattern_name(pattern, messages),
        "named": list(pattern.named),
        "activities": dict(pattern.shares),
        "new_area": pattern.new,
        "likest_occupation": asdict(pattern.likest),
        "hours": {"least": least, "median": median, "most": most},
        "tasks": [{**asdict(task), "activities": list(task.activities)} for task in pattern.tasks],
        "loads": [asdict(load) for load in pattern.loads],
        "sites": list(pattern.sites),
        "employers": list(pattern.employers),
        "carved_jobs": len(pattern.jobs),
        "people": pattern.people,
    }
