"""Passwords: which are good enough, how they are kept (argon2id), and how they are checked without telling too much."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn import zxcvbn

from data.errors import InvalidInput

SHORTEST, LONGEST = 12, 256
_LEAST_SCORE = 3
_LOOKED_AT = 72
"""So many signs are looked at for how soon a password is guessed; what comes after only makes it better."""

HASHING = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=64 * 1024, parallelism=1),))
"""argon2id, t = 3, 64 MiB, p = 1: above the least that OWASP ASVS 5.0 asks (t = 2, 19 MiB, p = 1)."""


def hash_password(password: str, not_in: Iterable[str] = ()) -> str:
    """Hash a password that is good enough; InvalidInput says why one is not, without repeating it.

    ``not_in``: words that it must not lean on, like login and name.
    """
    form = password_form(password)
    if not right_length(password):
        raise InvalidInput(
            "password", "it is too short or too long", f"{SHORTEST} to {LONGEST} signs; a sentence is fine"
        )
    words = [word for said in not_in for word in said.split() if len(word) > 2]
    if zxcvbn(form[:_LOOKED_AT], [*words, "worktrial", "työkokeilu", "arbetsprövning"])["score"] < _LEAST_SCORE:
        raise InvalidInput("password", "it would be guessed soon", "several unusual words, or more signs")
    return HASHING.hash(form)


def right_length(password: str) -> bool:
    """Tell whether a password is neither too short nor too long."""
    return SHORTEST <= len(password_form(password)) <= LONGEST


def password_form(password: str) -> str:
    """Bring a password into the form that is hashed: the same letters, however a keyboard sends them."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Tell whether a password is right, and the new hash where parameters have risen since it was set.

    Without a hash (no such account, no password yet) it takes as long and is wrong.
    """
    form = password_form(password)
    if len(form) > LONGEST:
        return False, None
    right, renewed = HASHING.verify_and_update(form, hashed or _nobodys())
    return (right, renewed) if hashed else (False, None)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return HASHING.hash("this is nobody's password")
