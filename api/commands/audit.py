"""``worktrial audit``: whether the audit holds together, its last link to keep elsewhere, and who saw a person."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Who saw, changed, decided or took out what: check it, and ask it.")


@app.command(
    "verify", epilog="Example: worktrial audit verify --link 4f0a… (as kept from an earlier `worktrial audit head`)"
)
def verify(
    link: Annotated[str, typer.Option(help="A link that was kept elsewhere: it must still be there.")] = "",
) -> None:
    """Check every entry from the first on; an entry that was changed, taken out or put in is named (exit code 9)."""
    from .audit_keeping import checked

    _say(checked(link))


@app.command("head", epilog="Example: worktrial audit head >> /another/machine/audit-links.txt")
def head() -> None:
    """Print number and link of the last entry: kept outside the store, they show later that no end was cut off."""
    from .audit_keeping import last

    _say(last())


@app.command("about", epilog="Example: worktrial audit about KS-001")
def about(
    candidate: Annotated[str, typer.Argument(help="Id of the candidate.")],
    top: Annotated[int, typer.Option(min=1, max=10_000, help="So many, the latest first.")] = 50,
) -> None:
    """List who did what with a person's data, the latest first."""
    from .audit_keeping import lines_about

    for line in lines_about(candidate, top):
        _say(line)


def _say(line: str) -> None:
    from .progress import console

    console().print(line, markup=False, soft_wrap=True)
