"""The proxy for a host, from the environment, with the exceptions of NO_PROXY.

An entry of NO_PROXY that cannot be parsed matches no host.
"""

import ipaddress
import re
from collections.abc import Mapping
from urllib.request import getproxies

# An address, a range of them or a name, with a port or without; an IPv6 address may stand in
# brackets.
_ENTRY = re.compile(
    r"(?:\[(?P<bracketed>[0-9a-f:.]+)\]|(?P<host>[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*|[^:/\[\]]+))"
    r"(?P<bits>/[0-9]+)?(?::(?P<port>[0-9]{1,5}))?"
)
_PORTS = {"https": 443, "http": 80}


def proxy_of(scheme: str, host: str, port: int | None, settings: Mapping[str, str] | None = None) -> str | None:
    """The URL of the proxy for a host, or None.

    `settings` replace those of the environment and the system: a proxy for each scheme (`https`,
    `http`, `all`), and under `no` the hosts without a proxy, separated by commas.
    """
    known = getproxies() if settings is None else settings
    proxy = known.get(scheme) or known.get("all") or ""
    exceptions = (entry.strip().lower() for entry in known.get("no", "").split(","))
    if not proxy or any(_matches(entry, scheme, host, port) for entry in exceptions):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _matches(entry: str, scheme: str, host: str, port: int | None) -> bool:
    """Whether an entry of NO_PROXY covers this host.

    Entries are `*`, an address, a range of addresses, a name with its subdomains, `.name` for the
    subdomains alone; each with a scheme before it and a port after it, or without.
    """
    if entry == "*":
        return True
    wanted, found, rest = entry.partition("://")
    if found:
        if wanted not in (scheme, "all"):
            return False
        entry = rest
    host = host.strip("[]").lower().rstrip(".")
    parts = _ENTRY.fullmatch(entry)
    if parts is None:
        return False
    if parts["port"] and int(parts["port"]) != (port or _PORTS.get(scheme)):
        return False
    entry = (parts["bracketed"] or parts["host"]) + (parts["bits"] or "")
    if (same := _same_address(entry, host)) is not None:
        return same
    entry = entry.removeprefix("*")
    if not entry:
        return False
    return host.endswith(entry) if entry.startswith(".") else host == entry or host.endswith(f".{entry}")


def _same_address(entry: str, host: str) -> bool | None:
    """Whether the host is in this range of addresses; None where the entry is no address."""
    try:
        range_ = ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
    try:
        return ipaddress.ip_address(host) in range_
    except ValueError:
        return False
