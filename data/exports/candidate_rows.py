"""People as rows, everything that their profile holds, as ``imports.candidate_list`` reads it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..candidates import Ban, Candidate, Skill
from ..table_cells import levels_text, list_text, number_text, pairs_text
from .table_files import Cell

Words = Mapping[bool, str]


def _numbers(values: Mapping[str, float]) -> str:
    return pairs_text({name: number_text(float(value)) for name, value in values.items()})


def _answers(values: Mapping[str, bool]) -> str:
    return pairs_text({name: "yes" if value else "no" for name, value in values.items()})


def _ban(ban: Ban) -> tuple[str, str]:
    ground = "" if ban.ground == "medical" else f" {ban.ground}"
    return ban.dimension, f"{number_text(float(ban.highest_level))}{ground}"


def _skill(skill: Skill) -> str:
    return f"{skill.activity or '-'} {skill.esco}".rstrip()


def _maybe(answer: bool | None, words: Words) -> str:
    return "" if answer is None else words[answer]


def _cells(person: Candidate, yes_no: Words) -> dict[str, Cell]:
    return {
        "id": person.id,
        "name": person.name,
        "hours_min": person.hours_min,
        "hours_max": person.hours_max,
        "municipality": person.municipality,
        "travel_minutes_max": person.travel_minutes_max,
        "travel_by": person.travel_by,
        "step_free_needed": yes_no[person.step_free_needed],
        "adult": _maybe(person.adult, yes_no),
        "own_car": _maybe(person.own_car, yes_no),
        "criminal_record_ok": _maybe(person.criminal_record_ok, yes_no),
        "capacity": levels_text(person.capacity),
        "bans": pairs_text(dict(map(_ban, person.bans))),
        "wishes": _numbers(person.wishes),
        "preferences": pairs_text(person.preferences),
        "strengths": list_text(person.strengths),
        "blocks": _numbers(person.blocks),
        "skills": pairs_text({skill.text: _skill(skill) for skill in person.skills}),
        "languages": pairs_text(person.languages),
        "permits": _answers(person.permits),
        "licences": _answers(person.licences),
        "declined_accommodations": list_text(sorted(person.declined_accommodations)),
        "fictional": yes_no[person.fictional],
    }


def candidate_rows(people: Iterable[Candidate], columns: Sequence[str], yes_no: Words) -> list[list[Cell]]:
    """Give one row a person."""
    return [[cells[column] for column in columns] for cells in (_cells(person, yes_no) for person in people)]
