"""Seals small secrets with the key of the service, so that the store alone does not give them away (AES-256-GCM)."""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SealBroken(Exception):
    """What was sealed was altered, belongs to another account, or was sealed with another key."""


def seal(plain: str, key: bytes, owner: str) -> str:
    """Seal a text for its owner (an account's id): put into another account's row it does not open."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + AESGCM(_key(key)).encrypt(nonce, plain.encode(), owner.encode())).decode()


def unseal(sealed: str, key: bytes, owner: str) -> str:
    """Open what ``seal`` made; SealBroken otherwise.

    >>> unseal(seal("abc", b"k" * 32, "a1"), b"k" * 32, "a1")
    'abc'
    """
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(_key(key)).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def _key(key: bytes) -> bytes:
    return hashlib.sha256(b"worktrial second factor\0" + key).digest()
