"""The frame around all routes, from the outside in; what concerns every request stands here and nowhere else.

Whoever adds accounts puts the part that asks who somebody is between the two counts: it sets ``state.principal`` to
the id of the account. Below it, everything may rely on that.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware import Middleware

from ..environment import SettingsRefused
from ..settings import Settings
from . import metrics
from .bodies import AcceptedBodies
from .compression import Compression
from .cross_origin import OwnOriginOnly
from .entity_tags import EntityTags
from .headers import SafeHeaders
from .hosts import KnownHosts
from .rate_limits import CountedRequests
from .request_log import RequestLog


def frame(settings: Settings, who_asks: Sequence[Middleware] = ()) -> list[Middleware]:
    """List the parts that every request passes. SettingsRefused for a service in which nobody is asked who they are."""
    if not settings.local and not settings.secret():
        raise SettingsRefused("mode is service, but there is no secret: name its file in secret_key_file.")
    if settings.metrics and not metrics.is_installed():
        raise SettingsRefused("metrics is on, but they are not installed: install the extra metrics.")
    counted = not settings.local
    return [
        Middleware(SafeHeaders, settings),
        Middleware(Compression),
        Middleware(RequestLog, settings),
        *([Middleware(metrics.Measured)] if settings.metrics else []),
        Middleware(KnownHosts, settings),
        Middleware(OwnOriginOnly, settings),
        *([Middleware(CountedRequests, "address")] if counted else []),
        *who_asks,
        *([Middleware(CountedRequests, "principal")] if counted else []),
        Middleware(AcceptedBodies, settings),
        Middleware(EntityTags),
    ]
