"""The words of tasks, one text a number: in memory, or on disk and read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Blob = npt.NDArray[np.uint8]


class TaskWords:
    """Texts by number: first those of ``blob`` (UTF-8, text i from ``start[i]`` to ``start[i + 1]``), then ``more``.

    >>> words = TaskWords(["hyllyjen järjestäminen"])
    >>> words.add(["postin jako"])
    >>> words[1], len(words)
    ('postin jako', 2)
    """

    def __init__(
        self, more: Iterable[str] = (), blob: Blob | None = None, start: npt.NDArray[np.int64] | None = None
    ) -> None:
        self.more = list(more)
        self._blob = np.zeros(0, np.uint8) if blob is None else blob
        self._start = np.zeros(1, np.int64) if start is None else start

    def __len__(self) -> int:
        return len(self._start) - 1 + len(self.more)

    def __getitem__(self, number: int) -> str:
        stored = len(self._start) - 1
        if number >= stored:
            return self.more[number - stored]
        return bytes(self._blob[self._start[number] : self._start[number + 1]]).decode()

    def add(self, more: Iterable[str]) -> None:
        """Add texts at the end."""
        self.more += more

    def packed(self) -> tuple[Blob, npt.NDArray[np.int64]]:
        """Give all texts as one blob with the starts."""
        texts = [self[number].encode() for number in range(len(self))]
        return np.frombuffer(b"".join(texts), np.uint8), np.cumsum([0, *map(len, texts)], dtype=np.int64)
