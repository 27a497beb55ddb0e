"""A mixed-integer program under construction, and its exact solution by HiGHS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import highspy
import numpy as np

from data.errors import FileUnreadable

OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-7,
    "random_seed": 0,
    # These programs are small: HiGHS's improvement heuristics took half of the time and found nothing (measured).
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_allow_restart": False,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver said: the status, values by column (None: no solution), the proven bound, nodes."""

    status: highspy.HighsModelStatus
    values: list[float] | None
    bound: float
    nodes: int


@dataclass(slots=True)
class Program:
    """A linear program under construction: columns with bounds and cost, rows with bounds."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)

    def column(self, upper: float, gain: float = 0.0, whole: bool = False, lower: float = 0.0) -> int:
        """Add a variable with bounds and what one unit of it gains; returns its number."""
        self.cost.append(-gain)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(int(whole))
        return len(self.cost) - 1

    def row(self, terms: Iterable[tuple[int, float]], lower: float = -np.inf, upper: float = np.inf) -> None:
        """Add a row: lower <= sum of (column, factor) <= upper."""
        at = len(self.row_lower)
        self.entries += [(at, column, factor) for column, factor in terms if factor]
        self.row_lower.append(lower)
        self.row_upper.append(upper)

    def solve(self, node_limit: int) -> Answer:
        """Run HiGHS on one thread with fixed options: the same program gives the same answer everywhere."""
        solver = self._solver(node_limit)
        solver.run()
        info = solver.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = list(solver.getSolution().col_value) if found else None
        return Answer(solver.getModelStatus(), values, float(info.mip_dual_bound), int(info.mip_node_count))

    def write(self, path: Path, names: Sequence[str], offset: float) -> None:
        """Write the program as LP or MPS (by the ending), with a name for each column, for any other solver.

        It minimises: its optimum is minus the worth of the best part-job. Raises FileUnreadable where that fails.
        """
        solver = self._solver(1, names, offset)
        if solver.writeModel(str(path)) == highspy.HighsStatus.kError:
            raise FileUnreadable(path, "it cannot be written", "A path that ends in .lp or .mps in a folder of yours.")

    def _solver(self, node_limit: int, names: Sequence[str] = (), offset: float = 0.0) -> highspy.Highs:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(self.row_lower)
        model.col_cost_ = np.array(self.cost)
        model.col_lower_, model.col_upper_ = np.array(self.lower), np.array(self.upper)
        model.row_lower_, model.row_upper_ = np.array(self.row_lower), np.array(self.row_upper)
        model.offset_ = offset
        entries = sorted(self.entries)
        per_row = np.bincount([row for row, _, _ in entries], minlength=model.num_row_)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(per_row)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([column for _, column, _ in entries], dtype=np.int32)
        model.a_matrix_.value_ = np.array([factor for _, _, factor in entries])
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[whole] for whole in self.whole]
        if names:
            model.col_names_ = list(names)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its stubs leave the constructor open
        for name, value in {**OPTIONS, "mip_max_nodes": node_limit}.items():
            solver.setOptionValue(name, value)
        solver.passModel(model)
        return solver
