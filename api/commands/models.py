"""``worktrial model``: which trial scorers there are, how they differ, and which one two people put in force."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC
from typing import Annotated

import typer

from data.store import open_store, store_url

from .choices import AnswerLanguage

MOST_CHANGES = 10

app = typer.Typer(help="Trial scorers: list, show, compare, promote, roll back.", no_args_is_help=True)
LangOption = Annotated[AnswerLanguage, typer.Option(help="Language of the answer.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")]
NameArgument = Annotated[
    str, typer.Argument(help="Name of a model, `worktrial model list`; 'expert' are expert weights.")
]
OneOption = Annotated[str, typer.Option("--by", help="Name of the first person who decides.")]
OtherOption = Annotated[str, typer.Option("--and", help="Name of the second person who decides.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it is kept.")]


def _json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _say(lines: list[str]) -> None:
    from .progress import console

    out = console()
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


@app.command("list", epilog="Example: worktrial model list --lang en")
def list_(lang: LangOption = AnswerLanguage.FI, as_json: JsonOption = False) -> None:
    """List the models, which one is in force, and who decided what, when and why."""
    from ..local_time import day_of
    from ..messages import Messages
    from ..model_json import decisions_about_models, model_facts, models_as_json
    from ..model_registry import model_in_force, model_names
    from ..model_words import in_force_lines, model_name_text

    store, messages = open_store(store_url(os.environ)), Messages(lang.value)
    if as_json:
        _json(models_as_json(store))
        return
    now, found = model_in_force(store), [model_facts(name) for name in model_names()]
    entries = decisions_about_models(store)
    lines = [messages.text("model.none")] if not found else []
    for one in found:
        if one["refused"]:
            lines.append(messages.text("model.line_refused", name=one["name"], why=one["refused"]))
            continue
        mark = "*" if one["name"] == now.name and not now.why_expert else "–"
        numbers = {name: messages.number(one[name], 0) for name in ("trials", "went_well")}
        lines.append(
            messages.text(
                "model.line", mark=mark, name=one["name"], trials=numbers["trials"], well=numbers["went_well"]
            )
        )
        if one["simulated"]:
            lines.append(f"    {messages.text('model.simulated')}")
    lines += in_force_lines(now, messages, UTC)
    for e in entries:
        names = {side: model_name_text(str(e.facts[side]), messages) for side in ("before", "after")}
        who = ", ".join(e.people)
        lines.append(
            messages.text(
                "model.decision",
                number=e.number,
                at=day_of(e.decided_at, messages, UTC),
                people=who,
                reason=e.reason,
                **names,
            )
        )
        if e.facts.get("trial_mode"):
            lines.append(f"    {messages.text('model.trial_mode')}")
    _say(lines)


@app.command(epilog="Example: worktrial model show trial-scorer-6e40934e9330")
def show(name: NameArgument, lang: LangOption = AnswerLanguage.FI, as_json: JsonOption = False) -> None:
    """Show the card of a model: from what it was learned, how good it is, and its tables."""
    from matching.learning.model_folder import model_card

    from ..messages import Messages
    from ..model_json import model_as_json
    from ..model_registry import EXPERT, open_model
    from ..model_words import metric_lines

    if as_json:
        _json(model_as_json(name))
        return
    scorer, metrics = open_model(name)
    messages = Messages(lang.value)
    if name == EXPERT:
        _say([messages.text("model.experts")])
        return
    _say([*model_card(scorer, metrics).splitlines(), "", *metric_lines(metrics, messages)])


@app.command(epilog="Example: worktrial model compare expert trial-scorer-6e40934e9330")
def compare(
    one: NameArgument, other: NameArgument, lang: LangOption = AnswerLanguage.FI, as_json: JsonOption = False
) -> None:
    """Set two models side by side: figures, and where their tables differ most."""
    from ..messages import Messages
    from ..model_registry import open_model
    from ..model_words import largest_changes, metric_lines, model_name_text

    first, metrics_of_first = open_model(one)
    second, metrics_of_second = open_model(other)
    same_data = bool(first.data_fingerprint) and first.data_fingerprint == second.data_fingerprint
    tables = first.tables.as_json(), second.tables.as_json()
    if as_json:
        sides = [
            {"name": name, "metrics": metrics, "tables": table}
            for name, metrics, table in zip((one, other), (metrics_of_first, metrics_of_second), tables, strict=True)
        ]
        _json({"format": "model-comparison/1", "same_data": same_data, "models": sides})
        return
    messages = Messages(lang.value)
    lines = [messages.text("model.compare", one=model_name_text(one, messages), other=model_name_text(other, messages))]
    for name, metrics in ((one, metrics_of_first), (other, metrics_of_second)):
        if metrics:
            lines += [f"{name}:", *(f"  {line}" for line in metric_lines(metrics, messages))]
    if metrics_of_first and metrics_of_second and not same_data:
        lines.append(messages.text("model.other_data"))
    lines.append(messages.text("model.changes"))
    _say([*lines, *largest_changes(*tables, messages, MOST_CHANGES)])


@app.command(
    epilog="Example: worktrial model promote NAME --by 'Anna Aalto' --and 'Bo Berg' --reason 'Better at new employers'"
)
def promote(
    name: NameArgument,
    one: OneOption,
    other: OtherOption,
    reason: ReasonOption,
    trial_mode: Annotated[
        bool,
        typer.Option("--trial-mode", help="Let a model of made-up outcomes be tried out on fictional people only."),
    ] = False,
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Put a model in force; two different people decide and say why."""
    from ..model_registry import promote as decide

    store = open_store(store_url(os.environ))
    decide(store, name, (one, other), reason, trial_mode=trial_mode)
    _say_in_force(lang)


@app.command(epilog="Example: worktrial model rollback --by 'Anna Aalto' --and 'Bo Berg' --reason 'Worse in practice'")
def rollback(one: OneOption, other: OtherOption, reason: ReasonOption, lang: LangOption = AnswerLanguage.FI) -> None:
    """Go back to what was in force before; two different people decide and say why."""
    from ..model_registry import roll_back

    roll_back(open_store(store_url(os.environ)), (one, other), reason)
    _say_in_force(lang)


def _say_in_force(lang: AnswerLanguage) -> None:
    from ..messages import Messages
    from ..model_registry import model_in_force
    from ..model_words import in_force_lines

    _say(in_force_lines(model_in_force(open_store(store_url(os.environ))), Messages(lang.value), UTC))
