"""What only a simulated world can show: whether the methods of the page see what is there."""

from __future__ import annotations

from collections.abc import Sequence

from matching.evaluation.simulated import BIAS_WORLD, AtReliability, PlantedBias

from .structure import Mark, Plot, Section, Table, points


def methods_section(seed: int, trials: int, planted: Sequence[PlantedBias], raters: Sequence[AtReliability]) -> Section:
    """Show the bias test on planted biases, and orders learned from raters who agree less or more."""
    where = f"Simulated data: worlds of seed {seed}"
    rows = tuple(
        (
            f"{one.planted * 100:g} points", one.found.people, one.decisions,
            points(one.found.gap, one.found.low, one.found.high),
            one.found.p_value, "found" if one.found.found else "not found",
        )
        for one in planted
    )  # fmt: skip
    bias = Table(
        "planted", "Bias planted against a group of about 3 in 10",
        f"{where}, {BIAS_WORLD.trials} trials each. Split: all decisions.",
        ("planted", "people of the group", "decisions", "gap found", "p", "bias"), rows,
    )  # fmt: skip
    agreed = Table(
        "reliability-of-raters", "NDCG@10 when raters agree less or more",
        f"{where}, {trials} trials each. Split: 400 lists of simulated new people.",
        ("reliability of ratings", "learned scorer", "expert weights"),
        tuple((one.reliability, one.learned, one.expert) for one in raters),
    )  # fmt: skip
    marks = tuple(
        Mark(f"{one.reliability:g}", each.value, each.low, each.high, name)
        for one in raters for name, each in (("learned scorer", one.learned), ("expert weights", one.expert))
    )  # fmt: skip
    plot = Plot("plot-raters", "NDCG@10 by reliability of ratings", "dots", "NDCG@10", marks)
    text = (
        "Worlds of the same seed with a bias planted in what coaches put forward, and with raters who agree less or "
        "more (0.45 is what studies find). The bias test should be silent at 0 points and speak at 10.",
    )
    return Section("methods", "Do the methods see what is there", text, (bias, agreed), (plot,))
