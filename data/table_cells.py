"""What one cell says, read and written: numbers, yes and no, days, lists, levels, conditions.

Reading and writing stand side by side, so that what is written is read back the same. Lists are parted by ``|`` (when
read also by ``;``), pairs by ``=``; a decimal comma is read as a point. A cell that cannot be read raises ``CellFault``
with a way out; nothing is guessed and the raw cell is not kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from urllib.parse import unquote

from .conditions import Condition, ConditionType, Need
from .dimensions import load_dimensions
from .esco import isco_of, occupation_address, skill_address
from .levels import TOP, Level, Source
from .workplaces import BLOCKS

YES = frozenset({"kyllä", "k", "x", "1", "on", "ja", "yes", "y", "true", "tosi"})
NO = frozenset({"ei", "e", "0", "nej", "no", "n", "false", "epätosi"})
NOT_KNOWN = frozenset({"", "-", "–", "?", "ei tiedossa", "vet inte", "okänt", "unknown", "not known"})
LONGEST_TEXT = 2_000
LONGEST_LIST = 30_000
USUAL_WIDTH = 0.5
"""Steps to both sides of a level that is written as a bare number."""

_NUMBER = r"-?\d+(?:[.,]\d+)?(?:e-?\d+)?"
_LEVEL = re.compile(
    rf"(?P<name>[^=]+)=\s*(?P<value>{_NUMBER})(?:\s*\[\s*(?P<low>{_NUMBER})[\s;]+(?P<high>{_NUMBER})\s*\])?"
    r"(?:\s+(?P<source>[a-z_]+))?(?:\s+(?P<day>\d{4}-\d\d-\d\d))?(?:\s+\((?P<evidence>.*)\))?",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(?P<type>[a-z_]+)(?::(?P<value>[^:!?]*))?(?::(?P<language>[a-z]+))?\s*(?P<need>[!?]?)")


class CellFault(Exception):
    """One cell cannot be read: a stable code, why, and what to write instead."""

    def __init__(self, code: str, reason: str, way_out: str) -> None:
        self.code, self.reason, self.way_out = code, reason, way_out
        super().__init__(reason)


def number(cell: str, least: float = -math.inf, most: float = math.inf, code: str = "not_a_number") -> float | None:
    """Read a number within bounds; None for an empty cell.

    >>> number("2,5"), number("\u22123"), number("")
    (2.5, -3.0, None)
    """
    if cell in NOT_KNOWN:
        return None
    written = cell.replace("\u00a0", "").replace("\u2212", "-").replace(",", ".").strip()
    value = float(written) if re.fullmatch(_NUMBER, written, re.IGNORECASE) else math.nan
    if not least <= value <= most:  # NaN is neither
        between = f"a number from {least:g} to {most:g}" if math.isfinite(least + most) else "a number"
        raise CellFault(code, f"this is not {between}", "Write for example 2,5.")
    return value


def hours(cell: str) -> float | None:
    """Read weekly hours above 0 and at most 60, with or without their unit; None for an empty cell."""
    match = re.fullmatch(rf"({_NUMBER})\s*(?:h|t|tuntia|timmar|hours)?", cell.replace("\u00a0", ""), re.IGNORECASE)
    value = float(match[1].replace(",", ".")) if match else math.nan
    if not cell:
        return None
    if not 0 < value <= 60:
        raise CellFault(
            "not_hours", "weekly hours must be a number above 0 and at most 60", "Write weekly hours such as 2,5."
        )
    return value


def whole(cell: str, most: int) -> int | None:
    """Read a whole number from 0 on; None for an empty cell."""
    value = number(cell, 0, most)
    if value is not None and not value.is_integer():
        raise CellFault("not_a_number", "this is not a whole number", "Write for example 2.")
    return None if value is None else int(value)


def yes_or_no(cell: str) -> bool | None:
    """Read yes or no in three languages; None when the cell says that it is not known."""
    word = cell.lower()
    if word in NOT_KNOWN:
        return None
    if word not in YES | NO:
        raise CellFault("not_yes_or_no", "this is neither yes nor no", "Write kyllä or ei.")
    return word in YES


def text(cell: str, most: int = LONGEST_TEXT) -> str:
    """Read a text of one line that is not too long."""
    if len(cell) > most:
        raise CellFault("too_long", f"the text is longer than {most} characters", "Shorten it, or split the row.")
    return cell


def named(cell: str, accepted: Iterable[str]) -> str:
    """Read one id out of some; "" for an empty cell."""
    ids = list(accepted)
    if cell and cell not in ids:
        raise CellFault("unknown", "this is none of the answers", f"One of: {', '.join(ids[:12])}.")
    return cell


def words(cell: str, accepted: Iterable[str] | None = None) -> tuple[str, ...]:
    """Read a list, each word once; unknown ones are refused where ``accepted`` says which there are."""
    found = tuple(dict.fromkeys(_decoded(part) for part in _parts(cell)))
    if accepted is not None and (strange := set(found) - set(accepted)):
        raise CellFault("unknown", f"{len(strange)} words are not of the list", f"One of: {_some(accepted)}.")
    return found


def _some(accepted: Iterable[str]) -> str:
    ids = sorted(accepted)
    return ", ".join(ids[:8]) + (" ..." if len(ids) > 8 else "")


def pairs(cell: str, example: str) -> dict[str, str]:
    """Read ``name=value | name=value``; each name once."""
    found: dict[str, str] = {}
    for part in _parts(cell):
        name, sign, value = part.partition("=")
        name = _decoded(name.strip())
        if not sign or not name or not value.strip() or name in found:
            raise CellFault("not_pairs", "this is not a list of names and values, each name once", f"Write {example}.")
        found[name] = _decoded(value.strip())
    return found


def levels(cell: str, usual: Source) -> dict[str, tuple[Level, ...]]:
    """Read levels: ``pos_stand=3 | str_lift=2 [1.5 2.5] employer 2026-01-31 (words)``; a bare number is ± 0.5.

    >>> levels("pos_stand=3", Source.EMPLOYER)["pos_stand"][0].low
    2.5
    """
    found: dict[str, tuple[Level, ...]] = {}
    for part in _parts(cell):
        match = _LEVEL.fullmatch(part)
        if match is None:
            raise CellFault("not_levels", "this is not a list of loads and levels", "Write pos_stand=3 | str_lift=2,5.")
        dimension = dimension_of(match["name"].strip())
        found[dimension] = (*found.get(dimension, ()), _level(match, usual))
    return found


def _level(match: re.Match[str], usual: Source) -> Level:
    value = float(match["value"].replace(",", "."))
    width = USUAL_WIDTH if value else 0.0
    low, high = (
        float(told.replace(",", ".")) if told else bound
        for told, bound in ((match["low"], max(0.0, value - width)), (match["high"], min(TOP, value + width)))
    )
    try:
        source = Source(match["source"].lower()) if match["source"] else usual
        day = date.fromisoformat(match["day"]) if match["day"] else None
        return Level(value, low, high, source, _decoded(match["evidence"] or ""), day)
    except ValueError as error:
        raise CellFault(
            "not_a_level", "a level is 0 to 5 within its bounds, from a known source", "Write pos_stand=3 [2,5 3,5]."
        ) from error


@cache
def _dimensions() -> Mapping[str, str]:
    return {name.lower(): one.id for one in load_dimensions() for name in (one.id, *one.short.values())}


def dimension_of(name: str) -> str:
    """Give the dimension of an id or short name in any of the three languages."""
    known = _dimensions().get(name.lower())
    if known is None:
        raise CellFault("unknown", "this is no dimension", "Use an id such as str_lift, or its name.")
    return known


def conditions(cell: str) -> tuple[Condition, ...]:
    """Read conditions: ``permit:hygiene_passport! | language:B1:fi?`` (! must, ? wish; must when not said).

    >>> [one.need.value for one in conditions("driving_licence:B | language:A2:fi?")]
    ['must', 'wish']
    """
    found = []
    for part in _parts(cell):
        match = _CONDITION.fullmatch(part)
        if match is None or match["type"] not in set(ConditionType):
            raise CellFault(
                "not_conditions", "this is not a list of conditions", "Write permit:hygiene_passport! | language:B1:fi?"
            )
        need = Need.WISH if match["need"] == "?" else Need.MUST
        value = _decoded(match["value"] or "")
        found.append(Condition(ConditionType(match["type"]), value, need, match["language"] or ""))
    return tuple(dict.fromkeys(found))


def isco(cell: str) -> str:
    """Read an ISCO-08 code, bare or as ESCO writes it; "" for an empty cell.

    >>> isco("9112"), isco("http://data.europa.eu/esco/isco/C9112"), isco("C91")
    ('9112', '9112', '91')
    """
    if not cell:
        return ""
    code = isco_of(cell)
    if code is None:
        raise CellFault("not_isco", "this is no ISCO-08 code", "Write one to four figures, for example 9112.")
    return code


def esco_occupation(cell: str) -> str:
    """Read the address of an ESCO occupation; "" for an empty cell."""
    if not cell:
        return ""
    address = occupation_address(cell)
    if address is None:
        raise CellFault(
            "not_esco",
            "this is no address of an ESCO occupation",
            "Copy it from ESCO: .../esco/occupation/ and its id.",
        )
    return address


def esco_skill(cell: str) -> str:
    """Read the address of an ESCO skill; "" for an empty cell."""
    if not cell.strip():
        return ""
    address = skill_address(cell)
    if address is None:
        raise CellFault(
            "not_esco_skill", "this is no address of an ESCO skill", "Copy it from ESCO: .../esco/skill/ and its id."
        )
    return address


def blocks(cell: str) -> frozenset[str] | None:
    """Read half-days (``mon_am | tue_pm``); None for an empty cell: any."""
    return frozenset(words(cell, BLOCKS)) if cell else None


def number_text(value: float) -> str:
    """Write a number so that it is read back the same.

    >>> number_text(2.0), number_text(0.1)
    ('2', '0.1')
    """
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def list_text(parts: Iterable[str]) -> str:
    """Write a list of words."""
    return " | ".join(_encoded(part) for part in parts)


def pairs_text(values: Mapping[str, str]) -> str:
    """Write names and values."""
    return " | ".join(f"{_encoded(name)}={_encoded(value)}" for name, value in values.items())


def levels_text(by_dimension: Mapping[str, Iterable[Level]]) -> str:
    """Write levels with bounds, source, day and evidence."""
    return " | ".join(_level_text(dimension, one) for dimension, several in by_dimension.items() for one in several)


def _level_text(dimension: str, level: Level) -> str:
    value, low, high = (number_text(float(part)) for part in (level.value, level.low, level.high))
    day = f" {level.stated_on.isoformat()}" if level.stated_on else ""
    evidence = f" ({_encoded(level.evidence)})" if level.evidence else ""
    return f"{dimension}={value} [{low} {high}] {level.source.value}{day}{evidence}"


def conditions_text(several: Iterable[Condition]) -> str:
    """Write conditions."""
    signs = {Need.MUST: "!", Need.WISH: "?"}
    return " | ".join(
        f"{one.type.value}"
        + (f":{_encoded(one.value)}" if one.value or one.language else "")
        + (f":{one.language}" if one.language else "")
        + signs[one.need]
        for one in several
    )


def _parts(cell: str) -> list[str]:
    if len(cell) > LONGEST_LIST:
        raise CellFault("too_long", f"the list is longer than {LONGEST_LIST} characters", "Shorten it.")
    return [part for part in (part.strip() for part in re.split(r"[|;\n]", cell)) if part]


_OUR_SIGNS = "%|;=:!?"


def _encoded(part: str) -> str:
    """Write what would be taken for one of our signs as %XX, blanks at the ends and beside each other too."""
    signs = re.escape(_OUR_SIGNS)

    def coded(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode())

    part = re.sub(rf"[{signs}]|[^\S ]|^ | $|(?<= ) ", coded, part)
    return "".join(sign if sign.isprintable() else "".join(f"%{b:02X}" for b in sign.encode()) for sign in part)


def _decoded(part: str) -> str:
    return unquote(part, errors="replace") if "%" in part else part
