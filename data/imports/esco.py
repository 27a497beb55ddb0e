"""Reads ESCO: skills phrased like tasks in Finnish, Swedish and English, occupations, and their links to O*NET.

ESCO v1.1.1 of the European Commission (reuse under Decision 2011/833/EU); the crosswalk is the official one of 2022.
Attribution in ``data/README.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import FileUnreadable

LANGUAGES = ("fi", "sv", "en")
MATCH_STRENGTH = {"exactMatch": 1.0, "closeMatch": 0.7, "narrowMatch": 0.5, "broadMatch": 0.3, "exactISCO": 0.3}
"""How far ratings carry over from an O*NET occupation to an ESCO one: our judgement; broad matches blur loads."""

OPTIONAL_STRENGTH = 0.5
"""An optional skill of an occupation counts half as much as an essential one."""


@dataclass(frozen=True, slots=True)
class EscoOccupation:
    """One occupation: names by language, O*NET codes with the strength of the match, skills with their strength."""

    id: str
    names: Mapping[str, str]
    other_names: tuple[str, ...]
    onet: Mapping[str, float]
    match: Mapping[str, str]
    skills: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EscoSkill:
    """One skill: a short phrase by language, and its English alternatives and description."""

    id: str
    phrases: Mapping[str, str]
    description: str


@dataclass(frozen=True, slots=True)
class Esco:
    """What was read, by id."""

    occupations: Mapping[str, EscoOccupation]
    skills: Mapping[str, EscoSkill]


def read_esco(folder: Path) -> Esco:
    """Read the folder of ESCO tables; FileUnreadable names the table that is missing or wrong."""
    labels = _table(folder, "occupation_labels_fi_sv_en_*.csv.gz", ["conceptUri", "kind", *_labels()])
    english = _table(folder, "occupations_en_*.csv.gz", ["conceptUri", "altLabels"])
    phrases = _table(folder, "skill_labels_fi_sv_en_*.csv.gz", ["conceptUri", *_labels()])
    described = _table(folder, "skills_en_*.csv.gz", ["conceptUri", "altLabels", "description"])
    relations = _table(folder, "occupation_skill_relations_*.csv.gz", ["occupation", "skill", "relation"])
    crosswalk = _table(folder, "crosswalk_onet2019_esco_*.csv.gz", ["O*NET Id", "ESCO or ISCO URI", "Type of Match"])

    onet: dict[str, dict[str, float]] = defaultdict(dict)
    match: dict[str, dict[str, str]] = defaultdict(dict)
    for code, uri, kind in crosswalk.itertuples(index=False):
        strength = MATCH_STRENGTH.get(kind, 0.0)
        if strength > onet[_id(uri)].get(code, 0.0):
            onet[_id(uri)][code], match[_id(uri)][code] = strength, kind
    skills_of: dict[str, dict[str, float]] = defaultdict(dict)
    for occupation, skill, relation in relations.itertuples(index=False):
        skills_of[occupation][skill] = 1.0 if relation == "e" else OPTIONAL_STRENGTH
    others = dict(zip(english["conceptUri"], english["altLabels"], strict=True))
    occupations = {
        _id(row.conceptUri): EscoOccupation(
            _id(row.conceptUri),
            _names(row),
            tuple(name for name in others.get(row.conceptUri, "").split("\n") if name),
            onet.get(_id(row.conceptUri), {}),
            match.get(_id(row.conceptUri), {}),
            skills_of.get(_id(row.conceptUri), {}),
        )
        for row in labels.itertuples(index=False)
        if row.kind == "occupation"
    }
    texts = {row.conceptUri: f"{row.altLabels} {row.description}" for row in described.itertuples(index=False)}
    skills = {
        _id(row.conceptUri): EscoSkill(_id(row.conceptUri), _names(row), texts.get(row.conceptUri, ""))
        for row in phrases.itertuples(index=False)
    }
    return Esco(dict(sorted(occupations.items())), dict(sorted(skills.items())))


def _labels() -> list[str]:
    return [f"label_{language}" for language in LANGUAGES]


def _names(row: object) -> dict[str, str]:
    return {language: getattr(row, f"label_{language}") for language in LANGUAGES}


def _id(uri: object) -> str:
    return str(uri).rsplit("/", 1)[-1]


def _table(folder: Path, pattern: str, columns: list[str]) -> pd.DataFrame:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileUnreadable(folder / pattern, "this table is missing", "Point to the folder of ESCO tables.")
    try:
        return pd.read_csv(found[-1], dtype=str, keep_default_na=False, usecols=columns)[columns]
    except (OSError, ValueError) as error:
        raise FileUnreadable(
            found[-1], "this is not the ESCO table it should be", "Unpack the tables again."
        ) from error
