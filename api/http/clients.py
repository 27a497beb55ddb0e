"""Whence a request comes: forwarded headers count only when a trusted proxy sent them.

Anybody can send ``X-Forwarded-For``; who believes it lets everybody choose the address by which they are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from ..settings import Settings, is_loopback

Networks = Sequence[IPv4Network | IPv6Network]
FORWARDING = ("x-forwarded-for", "forwarded", "x-real-ip")
_SOCKET = "socket"


@dataclass(frozen=True, slots=True)
class Client:
    """Who sent a request: address, scheme that people used, whether a trusted proxy passed it on.

    ``at_this_machine``: it comes from here, and nobody passed it on for somebody else.
    """

    address: str
    scheme: str
    through_proxy: bool
    at_this_machine: bool


def client_of(scope: Scope, settings: Settings) -> Client:
    """Tell who sent a request."""
    headers, peer = Headers(scope=scope), _unmapped((scope.get("client") or (_SOCKET, 0))[0])
    scheme = str(scope.get("scheme", "http"))
    if not _within(peer, settings.trusted_proxies):
        passed_on = any(name in headers for name in FORWARDING)
        return Client(peer, scheme, False, (is_loopback(peer) or peer == _SOCKET) and not passed_on)
    hops = [hop.strip() for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]
    address = peer
    for hop in reversed(hops):  # the nearest proxy writes at the end
        address = _plain(hop) or address
        if not _plain(hop) or not _within(address, settings.trusted_proxies):
            break
    forwarded = headers.get("x-forwarded-proto", "").lower()
    return Client(address, forwarded if forwarded in ("http", "https") else scheme, True, False)


def _within(address: str, networks: Networks) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _unmapped(address: str) -> str:
    """Give an IPv4 address that came through an IPv6 socket in its own form, by which networks are named.

    >>> _unmapped("::ffff:127.0.0.1"), _unmapped("::1"), _unmapped("socket")
    ('127.0.0.1', '::1', 'socket')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return address if mapped is None else str(mapped)


def _plain(hop: str) -> str:
    """Give an address in its one spelling; empty when it is none."""
    try:
        return _unmapped(str(ip_address(hop.strip("[]"))))
    except ValueError:
        return ""
