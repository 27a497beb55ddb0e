"""Office files are zip files that bear the minute of their making; here they are packed so that they do not."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)


def same_bytes(packed: bytes, change: Callable[[str, bytes], bytes] = lambda _name, part: part) -> bytes:
    """Pack again with one time for every part; ``change`` may rewrite a part (name, content)."""
    with ZipFile(BytesIO(packed)) as read:
        return zipped({name: change(name, read.read(name)) for name in read.namelist()})


def zipped(parts: dict[str, bytes]) -> bytes:
    """Pack files in their order; the same files give the same bytes."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as written:
        for name, part in parts.items():
            info = ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            written.writestr(info, part)
    return out.getvalue()
