"""Which rules are in force: of pathways on a day with their source, models, weights, and who may do what and why."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from data.accounts import ACCOUNT_ROLES, Role
from data.pathways import PathwayBook, load_pathways
from data.permissions import load_permissions
from matching.config import model_name, reference_fingerprint
from matching.learning.expert import expert_name

from ..access.policy import asker, needs
from ..access.rights_in_words import explained
from ..local_time import day_text, today_of, zone_of
from ..messages import Messages
from ..model_registry import model_in_force
from ..model_words import in_force_lines
from ..pathway_json import rule_as_json
from .forms import FieldFault
from .frame import show
from .language import messages_of

router = APIRouter(include_in_schema=False)


@router.get("/rules", dependencies=[needs("rules.read")])
def rules(
    request: Request,
    country: Annotated[str, Query(max_length=20)] = "fi",
    pathway: Annotated[str, Query(max_length=80)] = "",
    on: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show what each rule of a pathway said on a day and where it is written; models and tables that are in force."""
    book, messages = load_pathways(), messages_of(request)
    today = today_of(request)
    day, fault = _day(on, today)
    country = country if country in book.countries else next(iter(book.countries))
    ways = book.countries[country].pathways
    chosen = next((one for one in ways if one.id == pathway), ways[0])
    held = held_rules(book, country, chosen.rules, day, messages)
    model, who = [], asker(request).actor.role
    if load_permissions().needed(who, "models.read"):
        model = in_force_lines(model_in_force(request.app.state.store), messages, zone_of(request))
    return show(
        request, "rules.html.jinja", part="rules", status=422 if fault else 200, country=country, pathway=chosen.id,
        on=on or today.isoformat(), name=chosen.names[messages.language], day=day_text(day, messages),
        countries=[(id_, one.names[messages.language]) for id_, one in book.countries.items()],
        pathways=[(one.id, one.names[messages.language]) for one in ways],
        rules=held, not_held=len(chosen.rules) - len(held), faults=(fault,) if fault else (),
        fault=fault.text(messages) if fault else "", model=model, weights=model_name(expert_name()),
        reference=reference_fingerprint()[:16], permissions=load_permissions().version,
    )  # fmt: skip


@router.get("/permissions", dependencies=[needs("permissions.read")])
def permissions(
    request: Request,
    role: Annotated[str, Query(max_length=30)] = "",
    action: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Say in words whether a role may do something, about whom, and why not."""
    table, messages = load_permissions(), messages_of(request)
    language = messages.language
    asked = Role(role) if role in {one.value for one in ACCOUNT_ROLES} else asker(request).actor.role
    asked = asked if asked in ACCOUNT_ROLES else Role.COACH
    if action and action not in table.actions:
        action = ""
    answer = explained(table, asked, action, messages) if action else None
    every = [
        (one.names[language], one.health, explained(table, asked, one.id, messages)) for one in table.actions.values()
    ]
    return show(
        request, "permissions.html.jinja", part="answer", role=asked.value, action=action, answer=answer, every=every,
        version=table.version, roles=[(one.value, messages.text(f"account_role.{one.value}")) for one in ACCOUNT_ROLES],
        actions=[("", messages.text("rights.any")), *((one.id, one.names[language]) for one in table.actions.values())],
    )  # fmt: skip


def _day(said: str, today: date) -> tuple[date, FieldFault | None]:
    """Read a day; today and a fault when it is none."""
    if not said:
        return today, None
    try:
        return date.fromisoformat(said), None
    except ValueError:
        return today, FieldFault("on", "date")


def held_rules(
    book: PathwayBook, country: str, ids: tuple[str, ...], day: date, messages: Messages
) -> list[dict[str, Any]]:  # fmt: skip
    """Give the rules of a pathway that held on a day, each with source, dates and how sure they are."""
    found = []
    for id_ in ids:
        rule = book.countries[country].rules[id_]
        if (version := rule.held(day)) is None:
            continue
        told = rule_as_json(rule, day, book, messages)
        told["from_to"] = (
            day_text(version.valid_from, messages),
            day_text(version.valid_to, messages) if version.valid_to else "",
        )
        told["checked"] = day_text(version.checked_on, messages)
        told["outdated"] = version.outdated(day)
        found.append(told)
    return found
