"""Whether people may log in with an identity provider (OpenID Connect), and why not: half a setting is refused.

It is the one thing for which a service asks an address outside its machine and its store, and it is off as it comes
(decision 0024).
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from ..environment import SettingsRefused
from ..settings import Settings, is_loopback

CALLBACK = "/api/v1/session/provider/callback"
_MOST_SECRET_BYTES = 1000


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """A provider as it is set: ``redirect`` is where it sends people back to, fixed from public_url."""

    issuer: str
    client_id: str
    secret: str
    redirect: str
    second_factor_acr: frozenset[str] = frozenset()
    second_factor_amr: frozenset[str] = frozenset()


def is_installed() -> bool:
    """Tell whether the extra ``oidc`` is there."""
    return find_spec("joserfc") is not None and find_spec("httpx2") is not None


def provider_settings(settings: Settings) -> ProviderSettings | None:
    """Give the provider that is set; None when none is. SettingsRefused when it is set by halves."""
    if reasons := list(reasons_against(settings)):
        raise SettingsRefused(*reasons)
    if not settings.by_provider:
        return None
    return ProviderSettings(
        settings.oidc_issuer,
        settings.oidc_client_id,
        _secret(settings),
        settings.public_url + CALLBACK,
        frozenset(settings.oidc_second_factor_acr),
        frozenset(settings.oidc_second_factor_amr),
    )


def reasons_against(settings: Settings) -> Iterator[str]:
    """Name what is missing or unsafe of the settings of a provider; nothing when none is set."""
    factors = settings.oidc_second_factor_acr or settings.oidc_second_factor_amr
    if not settings.by_provider:
        if factors:
            yield "oidc_second_factor_… is set without a provider: set oidc_issuer too, or leave it out."
        return
    if settings.local:
        yield "oidc_issuer is set, but local mode has no accounts: leave it out, or set mode to service."
    named = ("oidc_issuer", "oidc_client_id", "oidc_client_secret_file")
    if missing := [name for name in named if not getattr(settings, name)]:
        yield f"an identity provider is set by halves: {', '.join(missing)} missing."
    if settings.oidc_issuer and not is_accepted_address(settings.oidc_issuer, settings.oidc_issuer):
        yield "oidc_issuer is no https address without query (http only to this machine): take it as the provider says."
    if not settings.public_url:
        yield "an identity provider is set, but not whereto it sends people back: set public_url."
    if not is_installed():
        yield "an identity provider is set, but what asks it is not installed: install the extra oidc."
    if settings.oidc_client_secret_file is not None:
        yield from _reasons_against_file(settings)


def is_accepted_address(address: str, issuer: str) -> bool:
    """Tell whether a service may ask an address of a provider: https, or this machine when the provider is here.

    >>> is_accepted_address("https://id.example.fi/keys", "https://id.example.fi")
    True
    >>> is_accepted_address("http://127.0.0.1:9000/keys", "https://id.example.fi")
    False
    >>> is_accepted_address("http://127.0.0.1:9000/keys", "http://127.0.0.1:9000")
    True
    """
    try:
        parts, own = urlsplit(address), urlsplit(issuer)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= 1000
    if not plain or not parts.hostname or "@" in parts.netloc or parts.fragment or (address == issuer and parts.query):
        return False
    if parts.scheme == "https":
        return True
    return parts.scheme == own.scheme == "http" and is_loopback(parts.hostname) and is_loopback(own.hostname or "")


def _reasons_against_file(settings: Settings) -> Iterator[str]:
    file = settings.oidc_client_secret_file
    if file is None:
        return
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield "oidc_client_secret_file can be read by others on this machine: `chmod 600` it."
        secret = _secret(settings)
    except OSError as error:
        yield f"oidc_client_secret_file cannot be read: {error.strerror}."
        return
    if not 1 <= len(secret) <= _MOST_SECRET_BYTES or not (secret.isascii() and secret.isprintable()):
        yield "oidc_client_secret_file holds no secret of 1 to 1000 ASCII signs."


def _secret(settings: Settings) -> str:
    if settings.oidc_client_secret_file is None:
        return ""
    return settings.oidc_client_secret_file.read_bytes().strip().decode("ascii", errors="replace")
