"""``worktrial account``: organisations, accounts and caseloads, for the operator who sets a service up."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Organisations and accounts of a service with several users.")

Login = Annotated[str, typer.Argument(help="The login of the account.")]


@app.command("organisation", epilog='Example: worktrial account organisation "Keski-Suomen työhönvalmennus"')
def organisation(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Add an organisation of coaches."""
    from . import account_keeping as door

    _say(f"Added: {door.add_organisation(name)}")


@app.command("invite", epilog='Example: worktrial account invite coach anna.aalto@example.fi "Anna Aalto"')
def invite(
    role: Annotated[str, typer.Argument(help="coach, employer, candidate, researcher or admin.")],
    login: Annotated[str, typer.Argument(help="What the person logs in with, like an e-mail address.")],
    name: Annotated[str, typer.Argument(help="The person's name, as others read it.")],
    organisation: Annotated[str, typer.Option(help="Name or id; not needed where there is one.")] = "",
    candidate: Annotated[str, typer.Option(help="For a candidate: their id.")] = "",
    site: Annotated[list[str] | None, typer.Option(help="For an employer: a site; may be given again.")] = None,
    until: Annotated[str, typer.Option(help="For an employer: last day of handling the sites, YYYY-MM-DD.")] = "",
) -> None:
    """Make an account and print its invitation: the value with which the person sets a password, within a week."""
    from . import account_keeping as door

    secret = door.make_account(role, login, name, organisation, candidate, tuple(site or ()), until)
    _say(f"Invitation (shown this once, holds 7 days): {secret}")


@app.command("list", epilog="Example: worktrial account list")
def show() -> None:
    """List organisations and accounts."""
    from . import account_keeping as door

    for line in door.lines_of_accounts():
        _say(line)


@app.command("shut", epilog="Example: worktrial account shut anna.aalto@example.fi")
def shut(login: Login) -> None:
    """Shut an account: its sessions and tokens end at once."""
    from . import account_keeping as door

    door.switch(login, disabled=True)
    _say("Shut.")


@app.command("open", epilog="Example: worktrial account open anna.aalto@example.fi")
def reopen(login: Login) -> None:
    """Open a shut account again."""
    from . import account_keeping as door

    door.switch(login, disabled=False)
    _say("Open.")


@app.command("coach", epilog="Example: worktrial account coach anna.aalto@example.fi KS-001 KS-002")
def coach(
    login: Annotated[str, typer.Argument(help="The login of a coach.")],
    people: Annotated[list[str], typer.Argument(help="Ids of the people to be coached.")],
) -> None:
    """Put people with the coach's organisation and into the coach's caseload."""
    from . import account_keeping as door

    _say(f"{door.give_coach(login, people)} people in the caseload.")


@app.command(
    "move",
    epilog='Example: worktrial account move KS-001 "Toinen valmennus" --by "Aino Ala" --reason "Muutti Ouluun" '
    "--coach bo@example.fi",
)
def move(
    candidate: Annotated[str, typer.Argument(help="Id of the person.")],
    organisation: Annotated[str, typer.Argument(help="Name or id of the organisation they go to.")],
    by: Annotated[str, typer.Option(help="Your name: who decides it. The person can read it.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence. The person can read it.")],
    coach: Annotated[str, typer.Option(help="Login of their coach there; empty: nobody yet.")] = "",
) -> None:
    """Move a person to another organisation: with account, profile and trials that are over, and not while one runs."""
    from . import account_keeping as door

    for line in door.move(candidate, organisation, by, reason, coach):
        _say(line)


def _say(line: str) -> None:
    from .progress import console

    console().print(line, markup=False, soft_wrap=True)
