"""Shows every part that pages are made of, in all its states, with made-up content: for whoever builds pages."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..messages import Messages
from .carving_table import SIGNS, WIDTH, sum_names
from .forms import FieldFault
from .frame import show
from .language import language_of
from .notices import Notice
from .pattern_roles import sample_roles
from .pattern_samples import (
    ANCHORS_OF,
    sample_blocks,
    sample_bullets,
    sample_card,
    sample_group,
    sample_loads,
    sample_pieces,
    sample_sides,
)
from .pictures import at_level

router = APIRouter(include_in_schema=False)


@router.get("/patterns")
def patterns(request: Request) -> Response:
    """Show all parts: notices, empty and loading, fields with and without faults, levels, pictures, cards."""
    messages = Messages(language_of(request))
    return show(
        request,
        "patterns.html.jinja",
        notices=[
            Notice("done", "done.codes_on", undo_to="/patterns", undo={"nothing": "1"}),
            Notice("fault", "fault.login_refused"),
            Notice("hint", "page.human_decides"),
        ],
        faults=(FieldFault("hours", "number"), FieldFault("municipality", "missing")),
        bullets=sample_bullets(),
        cards=[sample_card(messages, long=False), sample_card(messages, long=True)],
        anchors=ANCHORS_OF,
        loads=sample_loads(messages),
        pieces=sample_pieces(),
        at=at_level,
        groups=sample_group(messages),
        blocks=sample_blocks(messages),
        block_width=WIDTH,
        fits=tuple(SIGNS.items()),
        locks=[(way, messages.text(f"page.table.lock.{way or 'free'}")) for way in ("", "in", "out")],
        sides=sample_sides(messages, sum_names(messages)),
        sums=sum_names(messages),
        **sample_roles(messages),
    )
