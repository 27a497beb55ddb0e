"""Writes ``docs/reference/pathway-coverage.md``: which statement of the sources is held by which rule and scenario.

Run: ``python -m docs.pathway_coverage`` (``make pathway-coverage``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from data.pathways import load_guard_rules, load_pathways
from data.working_methods import load_working_methods

ROOT = Path(__file__).parent.parent
SCENARIOS = ROOT / "tests" / "scenarios" / "pathways"
REPORT = ROOT / "docs" / "reference" / "pathway-coverage.md"
SHOWN = 2
"""So many scenario names stand in a row; the rest is counted."""


def all_rules() -> set[str]:
    """Give every rule of every country and of the guard."""
    book = load_pathways()
    return {rule for country in book.countries.values() for rule in country.rules} | set(load_guard_rules())


def statements() -> list[dict[str, Any]]:
    """Read the statements of the sources."""
    read: list[dict[str, Any]] = yaml.safe_load((SCENARIOS / "statements.yaml").read_text(encoding="utf-8"))
    return read


def scenarios_of_rules() -> dict[str, list[str]]:
    """Tell which scenarios expect something of each rule, directly or by what they make a pathway answer."""
    known = all_rules()
    found: dict[str, list[str]] = {}
    for path in sorted(SCENARIOS.glob("*.yaml")):
        if path.stem in ("people", "statements"):
            continue
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            for rule in sorted(_named(case["expect"]) & known | _implied(case, known)):
                found.setdefault(rule, []).append(case["name"])
    return found


def _named(value: object) -> set[str]:
    if isinstance(value, dict):
        return {str(key) for key in value} | {name for part in value.values() for name in _named(part)}
    if isinstance(value, list | tuple):
        return {name for part in value for name in _named(part)}
    return {value} if isinstance(value, str) else set()


def _implied(case: dict[str, Any], known: set[str]) -> set[str]:
    """Add the conditions of a pathway that must be open, the rules of responsibility, precedence and the guard."""
    expect, book = case["expect"], load_pathways()
    implied: set[str] = set()
    for country in book.countries.values():
        for pathway in country.pathways:
            if pathway.id in expect.get("open", ()):
                implied |= {rule for rule in pathway.rules if type(country.rules[rule]).__name__ == "Condition"}
        for rule in country.rules.values():
            if type(rule).__name__ == "Responsible" and "responsible" in expect and case["name"].startswith(
                country.id.upper()
            ):  # fmt: skip
                implied |= {rule.id} if set(rule.bodies) <= set(expect["responsible"]) else set()
            if type(rule).__name__ == "Precedence":
                for later, first in expect.get("waits", {}).items():
                    implied |= {rule.id} if later in rule.later and set(first) & set(rule.first) else set()
    for kind, alarm in expect.get("guard", {}).items():
        implied |= {f"guard.{kind}_{alarm}", "guard.window"}
    return implied & known


def report() -> str:
    """Write the report."""
    by_rule, listed, rules = scenarios_of_rules(), statements(), all_rules()
    held = [s for s in listed if "rules" in s or "methods" in s]
    left = [s for s in listed if "left_out" in s]
    lines = [
        "# Coverage of the sources by rules and scenarios",
        "",
        "Made by `make pathway-coverage` from `tests/scenarios/pathways/statements.yaml` (own words, not quotations).",
        "",
        f"- statements listed: {len(listed)}; held: {len(held)}; left out with a reason: {len(left)}",
        f"- rules: {len(rules)}; named by a statement: {len(rules & {r for s in held for r in s.get('rules', ())})};"
        f" expected by a scenario: {len(rules & set(by_rule))}",
        f"- scenarios: {len({name for names in by_rule.values() for name in names})}",
        "",
    ]
    place = ("", "")
    for statement in listed:
        if (statement["document"], statement["section"]) != place:
            place = (statement["document"], statement["section"])
            lines += ["", f"## {place[0]}: {place[1]}", "", "| statement | rules | scenarios |", "|---|---|---|"]
        lines.append(_row(statement, by_rule))
    return "\n".join(lines) + "\n"


def _row(statement: dict[str, Any], by_rule: dict[str, list[str]]) -> str:
    says = str(statement["says"]).replace("|", "/")
    if "left_out" in statement:
        return f"| {says} | **left out** | {statement['left_out']} |"
    if "methods" in statement:
        return f"| {says} | `working_methods.yaml`, {len(load_working_methods())} items | tests of checklists |"
    names = list(dict.fromkeys(name for rule in statement["rules"] for name in by_rule.get(rule, ())))
    more = f" (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
    return f"| {says} | {', '.join(f'`{r}`' for r in statement['rules'])} | {'; '.join(names[:SHOWN])}{more} |"


if __name__ == "__main__":
    REPORT.write_text(report(), encoding="utf-8")
    sys.stdout.write(f"{REPORT.name} written\n")
