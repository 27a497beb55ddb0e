"""Begins a login with the identity provider; the pages and the HTTP service do it alike.

What speaks to a provider is loaded only when one is set: it comes with an extra of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import Request, Response

from .errors import ProviderNotSet

if TYPE_CHECKING:
    from .identity_provider import IdentityProvider

REFUSED = "provider_refused"
"""In the address of the login page: the provider's answer let nobody in."""


def begun_with_provider(request: Request, invitation: str) -> tuple[str, str]:
    """Begin a login; gives the provider's address, and what the browser that began it keeps (``keep_begun``)."""
    from .provider_login import begin_with_provider

    provider = provider_of(request)
    begun = begin_with_provider(request.app.state.store, provider, invitation, datetime.now(UTC))
    return begun.address, begun.browser


def keep_begun(response: Response, browser: str) -> None:
    """Let the browser keep that it began a login."""
    from .provider_login import BEGUN, COMES_BACK_WITHIN

    seconds = int(COMES_BACK_WITHIN.total_seconds())
    response.set_cookie(BEGUN, browser, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def provider_of(request: Request) -> IdentityProvider:
    """Give the provider that is set; ProviderNotSet when there is none."""
    provider: IdentityProvider | None = request.app.state.provider
    if provider is None:
        raise ProviderNotSet
    return provider
