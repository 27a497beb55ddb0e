"""What ``worktrial rotation`` does: reads an employer's history of trials, reports, and judges a planned one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from data.pathways import load_guard_rules
from features.trial_days import Period
from matching.rotation_guard import (
    GuardFinding,
    Override,
    PersonRotation,
    TaskRotation,
    blocks,
    guard,
    person_report,
    report_window,
    rotation_report,
)

from ..local_time import day_text
from ..messages import Messages
from ..pathway_wording import guard_text, rule_text
from ..trial_check import findings_as_json, overridden, override_lines, overrides_as_json
from ..trial_plan_file import read_rotation

STYLES = {"block": "bold red", "warn": "yellow"}


@dataclass(frozen=True, slots=True)
class Report:
    """What a history shows on a day. ``planned``: findings on the planned trial of the file; None: it has none."""

    on: date
    window: Period
    tasks: tuple[TaskRotation, ...]
    people: tuple[PersonRotation, ...] | None
    planned: tuple[GuardFinding, ...] | None
    overrides: tuple[Override, ...]


def report_of(path: Path, on: date, people: bool) -> Report:
    """Read a history and report on it; FileUnreadable or InvalidInput name place and remedy."""
    read, rules = read_rotation(path), load_guard_rules()
    planned = None if read.plan is None else guard(read.plan, read.history, rules, read.plan.starts)
    return Report(
        on,
        report_window(rules, on),
        rotation_report(read.history, rules, on),
        person_report(read.history, rules, on) if people else None,
        planned,
        overridden(planned or (), read.overrides),
    )


def as_json(report: Report, messages: Messages) -> dict[str, Any]:
    """Write a report as ``rotation/1``."""
    written: dict[str, Any] = {
        "format": "rotation/1",
        "on": report.on.isoformat(),
        "window": {"starts": report.window.starts.isoformat(), "ends": report.window.ends.isoformat()},
        "thresholds": [
            {
                "rule": rule.id,
                "value": version.value,
                "unit": version.unit,
                "text": rule_text(version, messages),
                "source": version.source.section,
            }
            for rule in load_guard_rules().values()
            if (version := rule.held(report.on) or rule.versions[0])
        ],
        "tasks": [_line(line, messages) for line in report.tasks],
    }
    if report.people is not None:
        written["people"] = [_line(line, messages) for line in report.people]
    if report.planned is not None:
        written["planned"] = {
            "blocked": blocks(report.planned, report.overrides),
            "guard": findings_as_json(report.planned, messages),
            "overrides": overrides_as_json(report.overrides),
        }
    return written


def _line(line: TaskRotation | PersonRotation, messages: Messages) -> dict[str, Any]:
    return {
        **asdict(line),
        "alarm": None if line.alarm is None else line.alarm.value,
        "findings": findings_as_json(line.findings, messages),
    }


def show(report: Report, messages: Messages, out: Console) -> None:
    """Print a report, the gravest first."""
    days = {"starts": day_text(report.window.starts, messages), "ends": day_text(report.window.ends, messages)}
    out.print(messages.text("rotation.heading", **days), style="bold", markup=False)
    for task in report.tasks:
        out.print(messages.text("rotation.task", **asdict(task)), markup=False)
        _findings(task.findings, messages, out)
    if not report.tasks:
        out.print(messages.text("rotation.none"), markup=False)
    for person in report.people or ():
        out.print(messages.text("rotation.person", **asdict(person)), markup=False)
        _findings(person.findings, messages, out)
    if report.planned is None:
        return
    out.print()
    stands = blocks(report.planned, report.overrides)
    out.print(messages.text("rotation.blocked" if stands else "rotation.free"), style="bold", markup=False)
    _findings(report.planned, messages, out)
    for line in override_lines(report.overrides, messages):
        out.print(f"  {line}", markup=False)


def _findings(findings: tuple[GuardFinding, ...], messages: Messages, out: Console) -> None:
    for finding in findings:
        out.print(f"  {guard_text(finding, messages)}", style=STYLES[finding.alarm.value], markup=False)
