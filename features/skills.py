"""Whether a person knows the work: their stated skills and strengths against a task's activities and words."""

from __future__ import annotations

from rapidfuzz import fuzz

from data.candidates import Candidate
from data.reference_files import read_reference
from data.workplaces import Task

SAME_WORDS = 85.0
"""From this likeness (0-100, rapidfuzz token set ratio) a skill's words count as the task's."""


def skill_agreement(person: Candidate, task: Task, job_title: str) -> tuple[float, str]:
    """Read 0-1 how well the person knows the task, and which skill or strength says so.

    1 for a stated skill, 0.6 for a strength, 0 when nothing is stated.

    >>> from data.candidates import Skill
    >>> someone = Candidate("x", "X", 4, 20, {}, skills=(Skill("mankelointi", "laundry"),))
    >>> skill_agreement(someone, Task("t", "Lakanoiden viikkaus", 2, activities=("laundry",)), "")
    (1.0, 'mankelointi')
    """
    reading = read_reference("weights.yaml")["skill_reading"]
    words = f"{job_title} {task.text}".lower()
    for skill in person.skills:
        if skill.activity in task.activities or fuzz.token_set_ratio(skill.text.lower(), words) >= SAME_WORDS:
            return float(reading["skill"]), skill.text
    for strength in person.strengths:
        if strength in task.activities:
            return float(reading["strength"]), strength
    return 0.0, ""
