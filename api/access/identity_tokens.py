"""Believes a signed statement of an identity provider, or does not: key, algorithm, issuer, audience, time, nonce.

OpenID Connect Core 3.1.3.7. Algorithms come from a list of ours, never from the token: no ``none``, nothing with a
shared secret, so that a public key cannot be taken for one (RELIABILITY; CVE-2024-33663 was that).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import ECKey, RSAKey

ALGORITHMS = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
"""First letters of an algorithm -> kind of key; each with 256, 384 or 512."""

ACCEPTED = tuple(f"{letters}{bits}" for letters in ALGORITHMS for bits in (256, 384, 512))
CLOCKS_DIFFER_SECONDS = 60
MOST_TOKEN_CHARACTERS = 16_384
MOST_KEYS = 50
LEAST_RSA_BITS = 2048
_PUBLIC = ("kty", "kid", "use", "alg", "n", "e", "crv", "x", "y")


class TokenRefused(Exception):
    """A statement is not believed. ``why``: one word for the log, never for whoever asks."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key of a provider: its name there (None: none), its kind, and the key."""

    kid: str | None
    kind: str
    key: RSAKey | ECKey


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider means, and how sure it made itself (``acr``, ``amr``)."""

    subject: str
    acr: str = ""
    amr: frozenset[str] = frozenset()


def public_keys(found: Mapping[str, Any]) -> tuple[PublicKey, ...]:
    """Give the keys of a key set that can sign statements; others are left out, also private parts of these."""
    listed = found.get("keys")
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        return ()
    return tuple(key for one in listed if isinstance(one, dict) and (key := _public_key(one)) is not None)


def _public_key(said: Mapping[str, Any]) -> PublicKey | None:
    kept = {name: said[name] for name in _PUBLIC if isinstance(said.get(name), str)}
    kinds: dict[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
    kind = kinds.get(kept.get("kty", ""))
    if kind is None or kept.get("use", "sig") != "sig":
        return None
    try:
        if kind is RSAKey and len(_decoded(kept["n"]).lstrip(b"\0")) * 8 < LEAST_RSA_BITS:
            return None
        return PublicKey(kept.get("kid"), kept["kty"], kind.import_key(kept))
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def identity_of(
    token: str, find: Callable[[str | None], Sequence[PublicKey]], issuer: str, client_id: str, nonce: str, at: datetime
) -> Identity:
    """Give whom a statement is about; TokenRefused says in a word what is wrong with it.

    ``find``: the provider's keys of a name (it may fetch them anew for one that it does not know).
    """
    header = _header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ACCEPTED:
        raise TokenRefused("algorithm")
    if kid is not None and not isinstance(kid, str):
        raise TokenRefused("key")
    fitting = [one for one in find(kid) if one.kind == ALGORITHMS[algorithm[:2]] and kid in (None, one.kid)]
    if len(fitting) != 1:
        raise TokenRefused("key")
    try:
        claims = jwt.decode(token, fitting[0].key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        raise TokenRefused("signature") from None
    _check(claims, issuer, client_id, nonce, int(at.timestamp()))
    acr, amr = claims.get("acr"), claims.get("amr")
    methods = frozenset(one for one in amr if isinstance(one, str)) if isinstance(amr, list) else frozenset()
    return Identity(str(claims["sub"]), acr if isinstance(acr, str) else "", methods)


def _check(claims: Mapping[str, Any], issuer: str, client_id: str, nonce: str, now: int) -> None:
    rules = jwt.JWTClaimsRegistry(
        now,
        CLOCKS_DIFFER_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        rules.validate(dict(claims))
    except ClaimError as error:
        raise TokenRefused(f"claim_{error.claim}" if error.claim in rules.options else "claim") from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise TokenRefused("claim_azp")
    if claims["nonce"] != nonce:
        raise TokenRefused("claim_nonce")


def _header(token: str) -> dict[str, Any]:
    if len(token) > MOST_TOKEN_CHARACTERS or token.count(".") != 2:
        raise TokenRefused("form")
    try:
        found = json.loads(_decoded(token.partition(".")[0]))
    except (ValueError, RecursionError):
        raise TokenRefused("form") from None
    if not isinstance(found, dict):
        raise TokenRefused("form")
    return found


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("not base64url") from error
