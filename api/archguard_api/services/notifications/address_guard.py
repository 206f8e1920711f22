"""Decide to which addresses the service may send: those of the public internet, and what was allowed.

A name is resolved once, every address that it has must be allowed, and the connection goes to one of
these; asked a second time, a hostile name server could answer with another one.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address
    Network = ipaddress.IPv4Network | ipaddress.IPv6Network
    Resolve = Callable[[str, int], Sequence[str]]
    """Returns the addresses of a host, given a port, too."""

_CARRIERS = tuple(
    map(
        ipaddress.ip_network,
        (
            "64:ff9b::/96",  # NAT64: an IPv4 address behind a translator
            "64:ff9b:1::/48",
            "2002::/16",  # 6to4
            "2001::/32",  # Teredo
            "192.88.99.0/24",  # relays of 6to4
            "100.64.0.0/10",  # carrier-grade NAT
            "192.0.0.0/24",  # of protocols
            "fec0::/10",  # site-local
            "3fff::/20",  # of documentation
            "5f00::/16",  # of segment routing
        ),
    )
)
"""Networks whose addresses lead to others, or into a provider's own network."""


class RefusedAddressError(Exception):
    """A host has an address to which the service must not send."""


class UnknownHostError(Exception):
    """A host has no address."""


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system knows them.

    Raises:
        UnknownHostError: it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError from error
    return [str(entry[4][0]) for entry in found]


class AddressGuard:
    """Knows to which addresses the service may send."""

    def __init__(
        self, allowed: Sequence[str] = (), resolve: Callable[[str, int], Sequence[str]] = resolve_host
    ) -> None:
        """Create the guard.

        Args:
            allowed: networks that are allowed, though they are not public.
            resolve: returns the addresses of a host.
        """
        self._allowed: tuple[Network, ...] = tuple(map(ipaddress.ip_network, allowed))
        self._resolve = resolve

    def find_addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of a host, each of which may be connected to.

        Raises:
            RefusedAddressError: one of them may not.
            UnknownHostError: there is none.
        """
        addresses = tuple(dict.fromkeys(self._resolve(host, port)))
        if not addresses:
            raise UnknownHostError
        if not all(self.allows(address) for address in addresses):
            raise RefusedAddressError
        return addresses

    def allows(self, text: str) -> bool:
        """Return whether the service may send to an address."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address):
            if address.scope_id is not None:
                return False
            address = address.ipv4_mapped or address
        return self._is_allowed(address) or _is_public(address)

    def _is_allowed(self, address: Address) -> bool:
        return any(address.version == one.version and address in one for one in self._allowed)


def _is_public(address: Address) -> bool:
    if any(address.version == one.version and address in one for one in _CARRIERS):
        return False
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
        or address.is_private
    )
