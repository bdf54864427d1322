"""Where Jalon may send a request of its own to: an address that a person typed is hostile until every part is checked.

A host name is resolved once, every address it stands for is checked, and the caller connects to one of those and to
nothing else: a name that answers differently the second time (DNS rebinding) is not asked a second time.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

Resolve = Callable[[str, int], Sequence[str]]

LONGEST = 2000
USUAL_PORT = {"https": 443, "http": 80}
# One parser, ours, and a strict one: where two read an address differently, one of them can be led astray.
SHAPE = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>(?:/[!-~]*|\?[!-~]*)?)",
    re.IGNORECASE,
)
A_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
CLOSED = [
    ipaddress.ip_network(block)
    for block in (
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # a cloud's metadata, on an address that looks public
        "2002::/16",  # 6to4: an IPv4 address inside
        "2001::/23",  # Teredo and other tunnels
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
]


class Forbidden(Exception):
    """This address is not one that Jalon sends to; the text says why, and what would be."""


@dataclass(frozen=True)
class Destination:
    """One address taken apart. `target`: path and query, as they go on the wire."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_named(self) -> bool:
        """Say whether whoever runs this instance has named this host: it may then be a private one."""
        allowed = {name.lower() for name in settings.WEBHOOK_ALLOWED_HOSTS}
        usual = {self.host} if self.port == USUAL_PORT[self.scheme] else set()
        return bool(allowed & {f"{self.host}:{self.port}", *usual})

    @property
    def is_ip(self) -> bool:
        """Say whether the host is an IP address, in its usual notation by now."""
        return self.host.startswith("[") or self.host.rpartition(".")[2].isdigit()


def read(url: str) -> Destination:
    """Take an address apart. Raises Forbidden, with words for whoever typed it."""
    found = SHAPE.fullmatch(url) if len(url) <= LONGEST else None
    if found is None:
        raise Forbidden(_("Write a whole address: https://, a host name, a path; no password, no space, no “#”."))
    scheme, host = found["scheme"].lower(), found["host"].lower()
    port = int(found["port"] or USUAL_PORT[scheme])
    target = found["target"] if found["target"].startswith("/") else f"/{found['target']}"
    destination = Destination(scheme, _host(host), port, target)
    if destination.is_named:
        return destination
    if scheme != "https":
        raise Forbidden(_("Only https:// addresses are written to."))
    if port not in settings.WEBHOOK_PORTS:
        ports = ", ".join(map(str, settings.WEBHOOK_PORTS))
        raise Forbidden(_("Only these ports are written to: %(ports)s.") % {"ports": ports})
    return destination


def _host(host: str) -> str:
    """Give a host name, or an IP address in its one usual notation. Raises Forbidden for an unusual one."""
    try:
        if host.startswith("["):
            return f"[{ipaddress.IPv6Address(host[1:-1])}]"
        host = host.removesuffix(".")
        if A_NUMBER.fullmatch(host.rpartition(".")[2]):  # 2130706433, 0x7f.1, 017700000001, 127.1
            return str(ipaddress.IPv4Address(host))
    except ValueError:
        raise Forbidden(_("This is not a host name, nor an IP address in its usual notation.")) from None
    if not all(0 < len(label) <= 63 for label in host.split(".")) or len(host) > 253:
        raise Forbidden(_("This is not a host name, nor an IP address in its usual notation."))
    return host


def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_kind, address in found))


def addresses(destination: Destination, resolve: Resolve = look_up) -> list[str]:
    """Give the checked IP addresses of a destination, to connect to these and no others.

    Raises Forbidden when one of them is not a public one (unless the host was named); OSError when there is none.
    """
    found = list(resolve(destination.host, destination.port))
    if not found:
        raise OSError(f"no address for {destination.host}")
    if not destination.is_named and not all(map(is_public, found)):
        raise Forbidden(not_public())
    return found


def not_public() -> str:
    """Give the sentence for a private address."""
    return _("This host is not on the public internet: Jalon writes to no private address.")


def is_public(address: str) -> bool:
    """Say whether an IP address is somebody's on the public internet: not private, local, reserved, nor a tunnel."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False  # with a zone, or no address at all
    if any(ip in block for block in CLOSED if block.version == ip.version):
        return False
    if ip.version == 6 and ip not in GLOBAL_V6:  # IPv4-mapped, NAT64, unique local, link-local, multicast …
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local)
