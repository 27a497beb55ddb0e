"""One-time codes of an app as second factor (TOTP, RFC 6238: six figures, a new one every 30 seconds)."""

from __future__ import annotations

from datetime import datetime

import pyotp

STEP_SECONDS = 30
_ISSUER = "Worktrial"


def new_secret() -> str:
    """Make the secret that an app and the service share: 160 random bit, base 32."""
    return pyotp.random_base32()


def set_up_address(secret: str, login: str) -> str:
    """Give the address that an app reads (as text, or as a picture of it)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def step_of_code(secret: str, code: str, at: datetime) -> int | None:
    """Give the step that a code is for: now, or one before or after for clocks that differ; None: it is wrong.

    RFC 6238 asks that a code is taken once only: whoever calls keeps the step and takes no earlier one again.

    >>> from datetime import UTC
    >>> step_of_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "287082", datetime.fromtimestamp(59, UTC))
    1
    """
    said = code.replace(" ", "")
    if len(said) != 6 or not (said.isascii() and said.isdecimal()):
        return None
    now = int(at.timestamp()) // STEP_SECONDS
    one = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if step >= 0 and pyotp.utils.strings_equal(one.generate_otp(step), said):
            return step
    return None
