"""What held on that day, and where is it written: the book of all pathways, terms, money and duties by country.

One folder a country (``data/reference/pathways/fi`` and so on), any number of files in it; adding a country is adding a
folder. Loading refuses a gap or an overlap in dates, a rule without a source, an unknown key and a missing language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .errors import InvalidInput, ReferenceFault
from .pathway_files import read_bodies, read_documents, read_pathway, read_rules
from .pathway_records import (
    Condition,
    Document,
    Duty,
    Money,
    Needs,
    Pathway,
    Precedence,
    Responsible,
    RoleRule,
    Rule,
    Version,
    Words,
)
from .reference_files import REFERENCE, read_yaml
from .situation import load_events, load_facts

FOLDER = REFERENCE / "pathways"


@dataclass(frozen=True, slots=True)
class Country:
    """One country: who acts there, its pathways in order, its rules by id."""

    id: str
    names: Words
    bodies: Mapping[str, Words]
    pathways: tuple[Pathway, ...]
    rules: Mapping[str, Rule]
    known_from: date
    """The first day of which anything is said."""

    def pathway(self, id_: str) -> Pathway:
        """Give a pathway by its id; InvalidInput names those there are."""
        for pathway in self.pathways:
            if pathway.id == id_:
                return pathway
        raise InvalidInput("pathway", f"there is no pathway '{id_[:60]}'", ", ".join(p.id for p in self.pathways))


@dataclass(frozen=True, slots=True)
class Held:
    """The answer to "what held on that day, and where is it written"."""

    rule: Rule
    version: Version
    document: Document


@dataclass(frozen=True, slots=True)
class PathwayBook:
    """All countries with their rules, and the documents that they stand on."""

    countries: Mapping[str, Country]
    documents: Mapping[str, Document]

    def country(self, id_: str) -> Country:
        """Give a country; InvalidInput names those that there are."""
        if id_ not in self.countries:
            raise InvalidInput("country", f"there are no rules of '{id_[:20]}'", ", ".join(self.countries))
        return self.countries[id_]

    def held(self, rule: str, on: date) -> Held | None:
        """Tell what a rule said on a day and where it is written; None when it did not hold then.

        >>> held = load_pathways().held("fi.pension.trial_usual_length", date(2020, 6, 1))
        >>> held.version.value, held.version.unit, held.version.source.section
        (3.0, 'months', '2.4.3')
        """
        for country in self.countries.values():
            if found := country.rules.get(rule):
                version = found.held(on)
                return None if version is None else Held(found, version, self.documents[version.source.document])
        raise InvalidInput("rule", f"there is no rule '{rule[:80]}'", "ids of data/reference/pathways")


@cache
def load_pathways(folder: Path = FOLDER) -> PathwayBook:
    """Read every country of a folder; ReferenceFault names file, rule and fault."""
    documents = read_documents(folder / "sources.yaml")
    countries = {}
    for place in sorted(path for path in folder.iterdir() if (path / "country.yaml").is_file()):
        countries[place.name] = _country(place, documents, folder)
    if not countries:
        raise ReferenceFault(folder.name, "folder", "there is no country in it (a folder with country.yaml)")
    return PathwayBook(countries, documents)


_KEYS = frozenset(("names", "bodies", "pathways", "rules"))


def _country(place: Path, documents: Mapping[str, Document], folder: Path) -> Country:
    facts = load_facts(folder)
    names: Words = {}
    bodies: dict[str, Words] = {}
    rules: dict[str, Rule] = {}
    pathways: list[Pathway] = []
    for path in sorted(place.glob("*.yaml"), key=lambda p: (p.name != "country.yaml", p.name)):
        document: dict[str, Any] = read_yaml(path)
        if unknown := set(document) - _KEYS:
            raise ReferenceFault(f"{place.name}/{path.name}", "top", f"unknown key {sorted(unknown)[0]}")
        if path.name == "country.yaml":
            names = read_bodies(path, {"names": document["names"]})["names"]
        bodies |= read_bodies(path, document.get("bodies") or {})
        for rule in read_rules(path, document.get("rules") or (), facts):
            if rule.id in rules:
                raise ReferenceFault(rule.file, rule.id, "the id stands twice")
            rules[rule.id] = rule
        pathways += [read_pathway(path, place.name, entry) for entry in document.get("pathways") or ()]
    found = Country(place.name, names, bodies, tuple(pathways), rules, _first_day(rules))
    for fault in _faults(found, documents, load_events(folder)):
        raise fault
    return found


def _first_day(rules: Mapping[str, Rule]) -> date:
    """Give the day from which most of a country is known: the latest first day of a condition."""
    return max((r.versions[0].valid_from for r in rules.values() if isinstance(r, Condition)), default=date.min)


def _faults(country: Country, documents: Mapping[str, Document], events: Mapping[str, Any]) -> Iterator[ReferenceFault]:
    """Find what only shows when all files of a country are read together."""
    ids = [pathway.id for pathway in country.pathways]
    used = {id_ for pathway in country.pathways for id_ in pathway.rules}
    for pathway in country.pathways:
        if ids.count(pathway.id) > 1:
            yield ReferenceFault(country.id, pathway.id, "the pathway stands twice")
        if pathway.body not in country.bodies:
            yield ReferenceFault(country.id, pathway.id, f"unknown body {pathway.body}")
        for id_ in pathway.rules:
            if id_ not in country.rules:
                yield ReferenceFault(country.id, pathway.id, f"unknown rule {id_}")
    for rule in country.rules.values():
        for version in rule.versions:
            if version.source.document not in documents:
                yield ReferenceFault(rule.file, rule.id, f"unknown source document {version.source.document}")
        for what, name, known in _references(rule):
            if name not in {"rule": country.rules, "body": country.bodies, "event": events, "pathway": ids}[known]:
                yield ReferenceFault(rule.file, rule.id, f"unknown {what} {name}")
        reached = rule.id in used or isinstance(rule, Precedence | Responsible)
        if not reached and not any(rule.id in _numbers_of(other) for other in country.rules.values()):
            yield ReferenceFault(rule.file, rule.id, "no pathway and no other rule uses it")


def _tests(rule: Rule) -> tuple[Needs, ...]:
    own = (rule.needs,) if isinstance(rule, Condition) else ()
    return own if rule.when is None else (*own, rule.when)


def _numbers_of(rule: Rule) -> set[str]:
    """Name the other rules whose values a rule looks at."""
    named = {id_ for test in _tests(rule) for id_ in test.rules()}
    if isinstance(rule, Money):
        named |= {name[1:] for name in rule.formula.names if name.startswith("@")}
    return named - {rule.id}


def _references(rule: Rule) -> Iterator[tuple[str, str, str]]:
    for id_ in sorted(_numbers_of(rule)):
        yield "rule", id_, "rule"
    if isinstance(rule, Duty):
        yield "event", rule.clock, "event"
        yield from (("body", who, "body") for who in rule.who)
    if isinstance(rule, RoleRule):
        yield "body", rule.body, "body"
    if isinstance(rule, Money):
        yield "body", rule.paid_by, "body"
        yield "body", rule.paid_to, "body"
    if isinstance(rule, Responsible):
        yield from (("body", body, "body") for body in rule.bodies)
    if isinstance(rule, Precedence):
        yield from (("pathway", pathway, "pathway") for pathway in (*rule.first, *rule.later))


@cache
def load_guard_rules(folder: Path = FOLDER) -> Mapping[str, Rule]:
    """Read the thresholds of the rotation guard; ReferenceFault when one is not whole."""
    path = folder / "rotation_guard.yaml"
    rules = {rule.id: rule for rule in read_rules(path, read_yaml(path)["rules"], load_facts(folder))}
    documents = read_documents(folder / "sources.yaml")
    for rule in rules.values():
        if unknown := {version.source.document for version in rule.versions} - set(documents):
            raise ReferenceFault(path.name, rule.id, f"unknown source document {sorted(unknown)[0]}")
    return rules
