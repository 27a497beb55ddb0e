"""A file layer for SQLite that keeps un-synced writes in the process: killing the process is then a power cut.

After the measurements of RELIABILITY section 0: ``kill -9`` alone cannot test durability, since what was written but
not synced stays in the operating system's cache.
"""

from __future__ import annotations

import apsw

NAME = "dropped-writes"


class _File(apsw.VFSFile):
    def __init__(self, name: object, flags: list[int]) -> None:
        super().__init__("", name, flags)  # type: ignore[arg-type]
        self.waiting: list[tuple[int, bytes]] = []
        self.size = super().xFileSize()

    def xWrite(self, data: bytes, offset: int) -> None:
        self.waiting.append((offset, bytes(data)))
        self.size = max(self.size, offset + len(data))

    def xFileSize(self) -> int:
        return self.size

    def xRead(self, amount: int, offset: int) -> bytes:
        on_disk = super().xFileSize()
        amount = max(0, min(amount, self.size - offset))
        read = bytearray(amount)
        if offset < on_disk:
            there = super().xRead(min(amount, on_disk - offset), offset)
            read[: len(there)] = there
        for start, data in self.waiting:
            low, high = max(start, offset), min(start + len(data), offset + amount)
            if low < high:
                read[low - offset : high - offset] = data[low - start : high - start]
        return bytes(read)

    def xTruncate(self, size: int) -> None:
        self._flush()
        super().xTruncate(size)
        self.size = size

    def xSync(self, flags: int) -> None:
        self._flush()
        super().xSync(flags)

    def _flush(self) -> None:
        for start, data in self.waiting:
            super().xWrite(data, start)
        self.waiting.clear()


class DroppedWrites(apsw.VFS):
    """Register once a process; connections ask for it by ``NAME``."""

    def __init__(self) -> None:
        super().__init__(NAME, "")

    def xOpen(self, name: object, flags: list[int]) -> _File:
        return _File(name, flags)
