"""Where the pages of one workplace for one person lie: ids and choices that say nothing about the person."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from matching import Caution

from ..messages import Messages


def page_address(candidate: str, site: str, caution: Caution = Caution.BALANCED) -> str:
    """Give the address of the suggestion of a workplace.

    >>> page_address("KS-001", "saarikirjasto.paakirjasto", Caution.CAREFUL)
    '/people/KS-001/sites/saarikirjasto.paakirjasto?caution=careful'
    """
    return _with_caution(f"/people/{quote(candidate, safe='')}/sites/{quote(site, safe='')}", caution)


def table_address(candidate: str, site: str, caution: Caution = Caution.BALANCED) -> str:
    """Give the address of the carving table of a workplace."""
    return _with_caution(f"/people/{quote(candidate, safe='')}/sites/{quote(site, safe='')}/table", caution)


def card_links(candidate: str, site: str, caution: Caution, messages: Messages) -> list[tuple[str, str, bool]]:
    """Give what leads on from the card of a suggestion: (address, name, whether it is the second choice)."""
    return [
        (page_address(candidate, site, caution), messages.text("page.site.open"), False),
        (table_address(candidate, site, caution), messages.text("page.table.open"), True),
    ]


def _with_caution(path: str, caution: Caution) -> str:
    return path if caution is Caution.BALANCED else f"{path}?{urlencode({'caution': caution.value})}"
