"""What stands in the way of a planned trial, as JSON and in sentences: terms, their changes, the rotation guard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from data.pathway_records import Version
from data.pathways import load_guard_rules
from matching.pathway_case import PathwayCase
from matching.rotation_guard import GuardFinding, Override, blocks, guard, override
from matching.term_changes import TermChange, term_changes
from matching.trial_terms import Breach, PlannedTrial, check_trial, held_terms

from .local_time import day_text
from .messages import Messages
from .pathway_wording import breach_text, guard_text, rule_text
from .trial_plan_file import Overriding, TrialFile


class TrialCheck:
    """What stands in the way of a planned trial: terms of its pathway on its first day, and the rotation guard."""

    def __init__(self, case: PathwayCase, plan: PlannedTrial, read: TrialFile) -> None:
        history = read.history
        country = case.country
        pathway, facts = country.pathway(plan.pathway), case.situation.facts
        self.country, self.plan = country, plan
        terms = held_terms(country, pathway, plan.starts, facts)
        self.terms_known = bool(terms) or plan.starts >= country.known_from
        self.changes: tuple[TermChange, ...] = term_changes(country, pathway, plan, facts, history)
        self.breaches: tuple[Breach, ...] = check_trial(plan, terms, history)
        self.findings: tuple[GuardFinding, ...] = guard(plan, history, load_guard_rules(), plan.starts)
        self.overrides: tuple[Override, ...] = overridden(self.findings, read.overrides)


def overridden(findings: Sequence[GuardFinding], said: Iterable[Overriding]) -> tuple[Override, ...]:
    """Put named people's decisions beside the findings; InvalidInput without name, reason or finding."""
    return tuple(
        override(tuple(one for one in findings if one.kind in each.kinds), each.by, each.reason, each.on)
        for each in said
    )


def check_as_json(check: TrialCheck, messages: Messages) -> dict[str, Any]:
    """Write what was found; ``may_start`` only when nothing is broken or open and the guard does not block."""
    return {
        "pathway": check.plan.pathway,
        "terms_known": check.terms_known,
        "may_start": check.terms_known
        and not check.breaches
        and not blocks(check.findings, check.overrides)
        and not any(change.breaks for change in check.changes),
        "breaches": [
            {
                "rule": one.rule,
                "term": one.term.value,
                "severity": one.severity.value,
                "planned": one.planned,
                "limit": one.limit,
                "unit": one.unit,
                "last_day": None if one.last_day is None else one.last_day.isoformat(),
                "text": _said(check, one, messages),
            }
            for one in check.breaches
        ],
        "changes": [_change_as_json(change, messages) for change in check.changes],
        "guard": findings_as_json(check.findings, messages),
        "overrides": overrides_as_json(check.overrides),
    }


def _change_as_json(change: TermChange, messages: Messages) -> dict[str, Any]:
    def version(one: Version | None) -> dict[str, Any] | None:
        if one is None:
            return None
        source = {"document": one.source.document, "section": one.source.section}
        return {"text": rule_text(one, messages), "value": one.value, "unit": one.unit, "source": source}

    return {
        "rule": change.rule.id,
        "on": change.on.isoformat(),
        "before": version(change.before),
        "after": version(change.after),
        "breaks": change.breaks,
        "to_confirm": change.to_confirm,
        "text": change_text(change, messages),
    }


def change_text(change: TermChange, messages: Messages) -> str:
    """Say that a term changes during the trial, to what, and where that is written."""
    day = day_text(change.on, messages)
    shown = change.after or change.before
    if shown is None:
        return ""
    key = "ends" if change.after is None else ("confirm" if _only_carried(change, messages) else "changes")
    said = messages.text(f"term_change.{key}", day=day, text=rule_text(shown, messages), source=_source(shown))
    return f"{said} {messages.text('term_change.breaks')}" if change.breaks else said


def _only_carried(change: TermChange, messages: Messages) -> bool:
    """Tell if the later version says the same as the earlier one."""
    if change.before is None or change.after is None:
        return False
    return rule_text(change.before, messages) == rule_text(change.after, messages)


def _source(version: Version | None) -> str:
    return "" if version is None else f"{version.source.document} {version.source.section}"


def findings_as_json(findings: Iterable[GuardFinding], messages: Messages) -> list[dict[str, Any]]:
    """Write what the rotation guard found."""
    return [
        {
            "kind": one.kind,
            "alarm": one.alarm.value,
            "found": one.found,
            "threshold": one.threshold,
            "rule": one.rule,
            "text": guard_text(one, messages),
        }
        for one in findings
    ]


def overrides_as_json(overrides: Iterable[Override]) -> list[dict[str, Any]]:
    """Write who let which findings pass, and why."""
    return [
        {"by": one.by, "reason": one.reason, "on": one.on.isoformat(), "findings": [f.kind for f in one.findings]}
        for one in overrides
    ]


def override_lines(overrides: Iterable[Override], messages: Messages) -> list[str]:
    """Say who let which findings pass, and why, a line each."""
    return [
        messages.text(
            "guard.override",
            by=one.by,
            day=day_text(one.on, messages),
            what=", ".join(messages.text(f"guard.kind.{finding.kind}") for finding in one.findings),
            reason=one.reason,
        )
        for one in overrides
    ]


def check_lines(check: TrialCheck, messages: Messages) -> list[str]:
    """Say what was found, a line each."""
    lines = [_said(check, one, messages) for one in check.breaches]
    lines += [change_text(one, messages) for one in check.changes if one.breaks]
    lines += [guard_text(one, messages) for one in check.findings]
    lines += override_lines(check.overrides, messages)
    if not check.terms_known:
        lines.insert(0, messages.text("pathway.not_held"))
    lines = lines or [messages.text("trial.may_start")]
    return lines + _other_changes(check, messages)


def _other_changes(check: TrialCheck, messages: Messages) -> list[str]:
    """Say what changes without breaking the plan; terms that are only taken on past a reform share a line."""
    lines = []
    for day, some in groupby((one for one in check.changes if not one.breaks), key=lambda one: one.on):
        changes = list(some)
        carried = [one for one in changes if _only_carried(one, messages)]
        lines += [change_text(one, messages) for one in changes if one not in carried]
        if carried:
            said = {"day": day_text(day, messages), "count": len(carried), "source": _source(carried[0].after)}
            lines.append(messages.text("term_change.carried", **said))
    return lines


def _said(check: TrialCheck, breach: Breach, messages: Messages) -> str:
    version = check.country.rules[breach.rule].held(check.plan.starts)
    term = "" if version is None else rule_text(version, messages)
    return f"{breach_text(breach, messages)} {term}".strip()
