"""Devices from which an account was logged in to before: their tries are counted apart from those of strangers.

Whoever tries many passwords from many places closes an account to places that are not known, never to its owner
(OWASP: device cookies). The mark says nothing but that.
"""

from __future__ import annotations

import hashlib
import hmac

from data.accounts import login_form
from data.errors import InvalidInput

KNOWN_DEVICE = "__Host-worktrial-known"
KNOWN_FOR_SECONDS = 365 * 24 * 3600


def device_mark(login: str, key: bytes) -> str:
    """Give the mark of a device from which this login has succeeded."""
    return hmac.digest(key, b"known device\0" + login_or_nothing(login).encode(), hashlib.sha256).hex()


def is_known_device(mark: str, login: str, key: bytes) -> bool:
    """Tell whether a mark is that of this login.

    >>> is_known_device(device_mark("a@b.fi", b"key"), "A@b.fi", b"key"), is_known_device("", "a@b.fi", b"key")
    (True, False)
    """
    return hmac.compare_digest(mark.encode(), device_mark(login, key).encode())


def login_or_nothing(login: str) -> str:
    """Give a login in the form that is compared; empty for what cannot be one."""
    try:
        return login_form(login)
    except InvalidInput:
        return ""
