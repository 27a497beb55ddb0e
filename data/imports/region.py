"""Reads a region from a folder of YAML files, one per sector, and its candidates from one YAML file.

The format is written so that a person can read and argue it; the demo region Keski-Suomi is kept in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ..candidates import Ban, Candidate, Skill
from ..conditions import Condition, ConditionType, Need
from ..dimensions import dimension_index
from ..errors import FileUnreadable, InvalidInput, ReferenceFault
from ..esco import occupation_address, skill_address
from ..levels import TOP, Level, Source
from ..reference_files import REFERENCE, read_yaml
from ..workplaces import BLOCKS, DAYS, Benefit, Employer, Job, Site, Task

DEMO_REGION = REFERENCE / "regions" / "keski_suomi"
DEMO_CANDIDATES = REFERENCE / "regions" / "keski_suomi_candidates.yaml"
USUAL_WIDTH = 0.5
"""A bare number in a region file means this many steps to both sides."""

Read = TypeVar("Read")


def read_region(folder: Path, fictional: bool = False) -> tuple[Employer, ...]:
    """Read all sector files of a folder; the folder's name is the region's id.

    Raises FileUnreadable when there is nothing to read, InvalidInput with file and place for a wrong value.
    """
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        raise FileUnreadable(folder, "this is not a folder with .yaml files", "Point to a folder like keski_suomi.")
    found: list[Employer] = []
    for path in files:
        document = _document(path)
        for entry in document.get("employers") or ():
            with _naming(path.name, "employer", entry):
                found.append(_employer(entry, folder.name, document.get("sector", ""), fictional))
    return tuple(sorted(found, key=lambda employer: employer.id))


def read_candidates(path: Path, fictional: bool = False) -> tuple[Candidate, ...]:
    """Read people from a YAML file; FileUnreadable or InvalidInput say what is wrong and where."""
    found = []
    for entry in _document(path).get("candidates") or ():
        with _naming(path.name, "candidate", entry):
            found.append(_candidate(entry, fictional))
    return tuple(found)


def _document(path: Path) -> dict[str, Any]:
    try:
        document = read_yaml(path)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    except (ReferenceFault, UnicodeDecodeError) as error:
        raise FileUnreadable(path, "this is not readable YAML in UTF-8", "Mend the file.") from error
    if not isinstance(document, dict):
        raise FileUnreadable(path, "this is not a region or candidate file", "See docs/reference/formats.md.")
    return document


@contextmanager
def _naming(file: str, kind: str, entry: Any) -> Iterator[None]:
    """Turn what goes wrong inside one entry into a sentence that names file and entry."""
    where = f"{file}, {kind} {entry.get('id', 'without id') if isinstance(entry, dict) else 'unreadable'}"
    try:
        yield
    except KeyError as error:
        raise InvalidInput(
            where, f"{error.args[0]} is missing or not known", "see docs/reference/formats.md"
        ) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(where, str(error), "see docs/reference/formats.md") from error


def _employer(entry: dict[str, Any], region: str, sector: str, fictional: bool) -> Employer:
    sites = tuple(_site(site, entry["id"]) for site in entry["sites"])
    return Employer(entry["id"], entry["name"], region, sites, sector, entry.get("size") or "", fictional)


def _site(entry: dict[str, Any], employer: str) -> Site:
    id_ = f"{employer}.{entry['id']}"
    return Site(
        id=id_,
        name=entry["name"],
        jobs=tuple(_job(job, id_) for job in entry["jobs"]),
        municipality=entry.get("municipality") or "",
        has=frozenset(entry.get("has") or ()),
        lacks=frozenset(entry.get("lacks") or ()),
        supervision_hours_per_week=_maybe(entry.get("supervision_hours"), float),
        places=_maybe(entry.get("places"), int),
        natural_support=_maybe(entry.get("natural_support"), float),
    )


def _job(entry: dict[str, Any], site: str) -> Job:
    id_ = f"{site}.{entry['id']}"
    return Job(
        id=id_,
        title=entry["title"],
        tasks=tuple(_task(task, id_) for task in entry["tasks"]),
        confirmed=bool(entry.get("confirmed")),
        isco=str(entry.get("isco") or ""),
        esco=occupation_address(str(entry.get("esco") or "")) or "",
        conditions=_conditions(entry),
        levels=_levels(entry.get("levels"), Source.EMPLOYER),
        tied=tuple(tuple(f"{id_}.{task}" for task in group) for group in entry.get("tied") or ()),
        excluded=tuple((f"{id_}.{one}", f"{id_}.{other}") for one, other in entry.get("excluded") or ()),
    )


def _task(entry: dict[str, Any], job: str) -> Task:
    hours = float(entry["hours"])
    divisible = bool(entry.get("divisible", True))
    least = float(entry.get("min_hours") or 0) if divisible else hours
    if not 0 < hours <= 60 or not 0 <= least <= hours:
        raise ValueError(f"task {entry['id']}: hours {hours}, min_hours {least}; hours are above 0 and at most 60")
    extended = _maybe(entry.get("extends_to_hours"), float)
    if extended is not None and not hours < extended <= 60:
        raise ValueError(f"task {entry['id']}: extends_to_hours {extended:g}; more than hours ({hours:g}), at most 60")
    return Task(
        id=f"{job}.{entry['id']}",
        text=entry["text"],
        hours_per_week=hours,
        core=bool(entry.get("core")),
        divisible=divisible,
        min_hours_per_week=least,
        extends_to_hours_per_week=extended,
        blocks=frozenset(expand_blocks(entry["when"])) if entry.get("when") else frozenset(BLOCKS),
        benefit=_maybe(entry.get("benefit"), Benefit),
        supervision=float(entry.get("supervision") or 0),
        activities=tuple(entry.get("activities") or ()),
        conditions=_conditions(entry),
        levels=_levels(entry.get("levels"), Source.EMPLOYER),
    )


def _conditions(entry: dict[str, Any]) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            ConditionType(condition["type"]),
            str(condition.get("level") or condition.get("value") or ""),
            Need(condition["need"]),
            condition.get("lang") or "",
        )
        for condition in entry.get("conditions") or ()
    )


def expand_blocks(names: list[str]) -> list[str]:
    """Spell out half-days: ``weekday_am`` is Monday to Friday in the morning; ValueError for an unknown one.

    >>> expand_blocks(["weekend_am", "mon_pm"])
    ['mon_pm', 'sat_am', 'sun_am']
    """
    spans = {"weekday": DAYS[:5], "weekend": DAYS[5:]}
    wanted = set()
    for name in names:
        day, _, part = str(name).partition("_")
        wanted |= {f"{one}_{part}" for one in spans.get(day, (day,))}
    if unknown := wanted - set(BLOCKS):
        raise ValueError(f"unknown half-day {sorted(unknown)[0]}")
    return [block for block in BLOCKS if block in wanted]


def _levels(entry: Mapping[str, Any] | None, usual: Source) -> dict[str, tuple[Level, ...]]:
    return {dimension: (_level(dimension, value, usual),) for dimension, value in (entry or {}).items()}


def _level(dimension: str, value: Any, usual: Source) -> Level:
    if dimension not in dimension_index():
        raise ValueError(f"unknown dimension {dimension}")
    if isinstance(value, list):
        point, low, high, *source = value
        return Level(float(point), float(low), float(high), Source(source[0]) if source else usual)
    point = float(value)
    if point == 0:
        return Level(0.0, 0.0, 0.0, usual)
    return Level(point, max(0.0, point - USUAL_WIDTH), min(TOP, point + USUAL_WIDTH), usual)


def _candidate(entry: dict[str, Any], fictional: bool) -> Candidate:
    least, most = (float(hours) for hours in entry["hours"])
    if not 0 <= least <= most <= 60:
        raise ValueError(f"hours {least}-{most}; 0 <= smallest <= largest <= 60")
    travel = entry.get("travel") or {}
    blocks = {
        block: float(hours) for name, hours in (entry.get("blocks") or {}).items() for block in expand_blocks([name])
    }
    return Candidate(
        id=entry["id"],
        name=entry["name"],
        hours_min=least,
        hours_max=most,
        capacity=_levels(entry.get("capacity"), Source.CANDIDATE),
        municipality=entry.get("municipality") or "",
        travel_minutes_max=_maybe(travel.get("minutes"), float),
        travel_by=travel.get("by") or "",
        step_free_needed=bool(entry.get("step_free_needed")),
        adult=entry.get("adult"),
        bans=tuple(_ban(dimension, value) for dimension, value in sorted((entry.get("bans") or {}).items())),
        wishes={activity: float(weight) for activity, weight in (entry.get("wishes") or {}).items()},
        preferences=entry.get("preferences") or {},
        strengths=tuple(entry.get("strengths") or ()),
        blocks=blocks,
        skills=tuple(Skill(s["text"], s.get("activity") or "", _skill_address(s)) for s in entry.get("skills") or ()),
        languages=entry.get("languages") or {},
        permits=entry.get("permits") or {},
        licences=entry.get("licences") or {},
        own_car=entry.get("own_car"),
        criminal_record_ok=entry.get("criminal_record_ok"),
        declined_accommodations=frozenset(entry.get("declined") or ()),
        fictional=fictional,
    )


def _skill_address(entry: dict[str, Any]) -> str:
    said = str(entry.get("esco") or "")
    address = skill_address(said)
    if said and address is None:
        raise ValueError(f"no address of an ESCO skill: {said[:100]}")
    return address or ""


def _ban(dimension: str, value: Any) -> Ban:
    if dimension not in dimension_index():
        raise ValueError(f"unknown dimension {dimension}")
    if isinstance(value, dict):
        return Ban(dimension, float(value["level"]), value.get("ground") or "medical")
    return Ban(dimension, float(value))


def _maybe(value: Any, read: Callable[[Any], Read]) -> Read | None:
    return None if value is None else read(value)
