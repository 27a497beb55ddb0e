"""What the load model learns from: texts whose occupations O*NET has rated.

Ratings belong to occupations, not to tasks. So a row is not one task with its occupation's rating, but the mean of all
tasks of an occupation (what the rating is about); ESCO phrases, which belong to many occupations, carry the mean
rating of
theirs. Three kinds of row: occupations by their O*NET tasks, ESCO phrases, and ESCO occupations by their phrases
or names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from data.dimensions import load_dimensions
from data.imports.esco import Esco
from data.imports.onet import OnetOccupation

from .occupation_prior import occupation_levels

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LoadCorpus:
    """Texts and the links to rated occupations.

    ``levels``: (occupations, dimensions). ``tasks``: O*NET task texts, ``task_of`` (occupations, tasks) one where
    a task belongs. ``phrases``: ESCO phrases by language, ``descriptions`` their English text. ``phrase_of``: (phrases,
    occupations), ``titles``: names of the O*NET
    occupations. ``names``: ESCO occupation names by language, ``name_of``: (names, occupations), strengths of links.
    ``skills_of``: (names, phrases), strengths. ``close``: as ``name_of``, exact and close matches only.
    """

    dimensions: tuple[str, ...]
    codes: tuple[str, ...]
    levels: Floats
    tasks: tuple[str, ...]
    task_of: sparse.csr_matrix
    phrases: Mapping[str, tuple[str, ...]]
    phrase_ids: tuple[str, ...]
    descriptions: tuple[str, ...]
    phrase_of: sparse.csr_matrix
    titles: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    name_of: sparse.csr_matrix
    close: sparse.csr_matrix
    skills_of: sparse.csr_matrix

    def only(self, occupations: npt.NDArray[np.bool_]) -> LoadCorpus:
        """Keep some occupations, with their tasks; phrases and names lose their links to the others."""
        tasks = np.flatnonzero(np.asarray(self.task_of[occupations].sum(axis=0)).ravel())
        return replace(
            self,
            codes=tuple(code for code, kept in zip(self.codes, occupations, strict=True) if kept),
            levels=self.levels[occupations],
            tasks=tuple(self.tasks[at] for at in tasks),
            task_of=self.task_of[occupations][:, tasks],
            titles=tuple(title for title, kept in zip(self.titles, occupations, strict=True) if kept),
            phrase_of=self.phrase_of[:, occupations],
            name_of=self.name_of[:, occupations],
            close=self.close[:, occupations],
        )


def load_corpus(onet: Sequence[OnetOccupation], esco: Esco) -> LoadCorpus:
    """Join O*NET and ESCO; occupations without ratings give no rows."""
    rated = [(one, levels) for one in onet if (levels := occupation_levels(one))]
    dimensions = tuple(d.id for d in load_dimensions() if all(d.id in levels for _, levels in rated))
    column = {one.code: at for at, (one, _) in enumerate(rated)}
    tasks = [(text, at) for at, (one, _) in enumerate(rated) for _, text in one.tasks]
    names, skills = list(esco.occupations.values()), list(esco.skills.values())
    place = {skill.id: at for at, skill in enumerate(skills)}
    name_of = _links([{column[c]: s for c, s in one.onet.items() if c in column} for one in names], len(rated))
    sure = ("exactMatch", "closeMatch")
    close = _links(
        [{column[c]: 1.0 for c, m in one.match.items() if c in column and m in sure} for one in names], len(rated)
    )
    skills_of = _links([{place[s]: w for s, w in one.skills.items() if s in place} for one in names], len(skills))
    return LoadCorpus(
        dimensions,
        tuple(one.code for one, _ in rated),
        np.array([[levels[d][0].value for d in dimensions] for _, levels in rated]),
        tuple(text for text, _ in tasks),
        _links([{at: 1.0} for _, at in tasks], len(rated)).T.tocsr(),
        {language: tuple(skill.phrases[language] for skill in skills) for language in ("fi", "sv", "en")},
        tuple(skill.id for skill in skills),
        tuple(skill.description for skill in skills),
        (skills_of.T @ name_of).tocsr(),
        tuple(one.title for one, _ in rated),
        {language: tuple(one.names[language] for one in names) for language in ("fi", "sv", "en")},
        name_of,
        close,
        skills_of,
    )


def _links(rows: Sequence[Mapping[int, float]], columns: int) -> sparse.csr_matrix:
    at = [number for number, row in enumerate(rows) for _ in row]
    to = [column for row in rows for column in row]
    strength = [value for row in rows for value in row.values()]
    return sparse.csr_matrix((strength, (at, to)), shape=(len(rows), columns), dtype=np.float64)


def means(links: sparse.csr_matrix) -> sparse.csr_matrix:
    """Scale the rows of links to sum to one; rows without links stay empty."""
    total = np.asarray(links.sum(axis=1)).ravel()
    return (sparse.diags(1.0 / np.where(total > 0, total, 1.0)) @ links).tocsr()
