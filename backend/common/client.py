"""Where a request comes from, behind as many proxies of ours as there are."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def connection(request: HttpRequest) -> str:
    """Give the address that counts as one connection: an IPv4 address, or the /64 of an IPv6 one; empty if unknown.

    Only what our own proxies (`PROXIES` of them) wrote in `X-Forwarded-For` is believed: the rest anybody can say.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        given = hops[-settings.PROXIES] if len(hops) >= settings.PROXIES else given
    try:
        address = ipaddress.ip_address(given.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
