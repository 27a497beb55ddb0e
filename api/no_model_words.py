"""Says in the reader's language why nothing could be learned from trials."""

from __future__ import annotations

from matching.learning.outcomes import NoModel

from .messages import Messages


def no_model_lines(refused: NoModel, messages: Messages) -> list[str]:
    """Write that no model was made, and each reason."""
    lines = [messages.text("no_model")]
    for finding in refused.findings:
        numbers = {name: messages.number(number, 0) for name, number in finding.numbers.items()}
        lines.append(messages.text(f"no_model.{finding.code}", **numbers))
    return lines
