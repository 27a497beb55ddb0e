"""One identity provider: whereto people are sent, its keys, and what it says of somebody who came back with a code.

Authorization code with PKCE (S256), OpenID Connect Core 3.1, RFC 9207 and RFC 9700.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from .errors import ProviderUnreachable
from .identity_tokens import Identity, PublicKey, TokenRefused, identity_of, public_keys
from .provider_answers import ProviderAnswers
from .provider_settings import ProviderSettings, is_accepted_address

METADATA = "/.well-known/openid-configuration"
KEPT_SECONDS = 3600.0
LEAST_BETWEEN_SECONDS = 60.0
"""Keys are fetched anew at most so often, however many statements name one that is not known."""


@dataclass(frozen=True, slots=True)
class _Metadata:
    authorization: str
    token: str
    keys: str
    says_issuer: bool
    secret_in_form: bool


class IdentityProvider:
    """Asks a provider and keeps what seldom changes for an hour. Safe to call from several threads."""

    def __init__(self, settings: ProviderSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings, self._clock, self._answers = settings, clock, ProviderAnswers(settings.issuer)
        self._lock = threading.Lock()
        self._metadata: tuple[float, _Metadata] | None = None
        self._keys: tuple[float, tuple[PublicKey, ...]] | None = None

    def close(self) -> None:
        """End all connections."""
        self._answers.close()

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Give the address at the provider where somebody logs in."""
        asked = {
            "response_type": "code", "scope": "openid", "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect, "state": state, "nonce": nonce,
            "code_challenge": challenge(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        if self.settings.second_factor_acr:
            asked["acr_values"] = " ".join(sorted(self.settings.second_factor_acr))
        where = self._known().authorization
        return f"{where}{'&' if urlsplit(where).query else '?'}{urlencode(asked)}"

    def identity(self, code: str, issuer: str | None, nonce: str, verifier: str, at: datetime) -> Identity:
        """Give whom a code stands for, which is spent by this. ``issuer``: who says it gave the code (RFC 9207).

        Raises TokenRefused when it is not believed, ProviderUnreachable when the provider does not answer.
        """
        known = self._known()
        if issuer is None and known.says_issuer:
            raise TokenRefused("no_issuer")
        if issuer is not None and issuer != self.settings.issuer:
            raise TokenRefused("issuer")
        status, answer = self._answers.ask(known.token, *self._spend(code, verifier, known))
        token = answer.get("id_token")
        if status != 200:
            raise TokenRefused("code")
        if not isinstance(token, str):
            raise TokenRefused("no_token")
        return identity_of(token, self._find, self.settings.issuer, self.settings.client_id, nonce, at)

    def shows_second_factor(self, identity: Identity) -> bool:
        """Tell whether the provider says that it asked for a second factor, in the words of the settings."""
        return identity.acr in self.settings.second_factor_acr or bool(identity.amr & self.settings.second_factor_amr)

    def _spend(self, code: str, verifier: str, known: _Metadata) -> tuple[dict[str, str], dict[str, str]]:
        """Give form and headers that change a code into a statement."""
        mine = self.settings
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": mine.redirect, "code_verifier": verifier,
        }  # fmt: skip
        if known.secret_in_form:
            return form | {"client_id": mine.client_id, "client_secret": mine.secret}, {}
        pair = f"{quote(mine.client_id, safe='')}:{quote(mine.secret, safe='')}"  # RFC 6749 2.3.1
        return form, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _known(self) -> _Metadata:
        with self._lock:
            if self._metadata is None or self._clock() - self._metadata[0] > KEPT_SECONDS:
                _, found = self._answers.ask(self.settings.issuer.rstrip("/") + METADATA)
                self._metadata = (self._clock(), _metadata(found, self.settings.issuer))
            return self._metadata[1]

    def _find(self, kid: str | None) -> Sequence[PublicKey]:
        address = self._known().keys
        with self._lock:
            age = float("inf") if self._keys is None else self._clock() - self._keys[0]
            unknown = self._keys is None or not any(kid in (None, one.kid) for one in self._keys[1])
            if age > KEPT_SECONDS or (unknown and age > LEAST_BETWEEN_SECONDS):
                status, found = self._answers.ask(address)
                if status != 200:
                    raise ProviderUnreachable
                self._keys = (self._clock(), public_keys(found))
            return () if self._keys is None else self._keys[1]


def challenge(verifier: str) -> str:
    """Give the challenge of a verifier (RFC 7636, whose example this is).

    >>> challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


def _metadata(found: dict[str, Any], issuer: str) -> _Metadata:
    """Read what a provider says of itself; ProviderUnreachable for one that is another or that cannot be used."""
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    addresses = [found.get(name) for name in names]
    methods = found.get("code_challenge_methods_supported", ["S256"])
    ways = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    good = all(isinstance(one, str) and is_accepted_address(one, issuer) for one in addresses)
    if found.get("issuer") != issuer or not good or not isinstance(methods, list) or "S256" not in methods:
        raise ProviderUnreachable
    if not isinstance(ways, list) or not {"client_secret_basic", "client_secret_post"} & {str(one) for one in ways}:
        raise ProviderUnreachable
    says = found.get("authorization_response_iss_parameter_supported") is True
    authorization, token, keys = (str(one) for one in addresses)
    return _Metadata(authorization, token, keys, says, "client_secret_basic" not in ways)
