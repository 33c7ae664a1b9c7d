"""Which proxy of the environment a host is asked through, and which entries of NO_PROXY say none.

An entry that cannot be understood names nobody: it never keeps a message from its receiver.
"""

import ipaddress
import re
from collections.abc import Mapping
from urllib.request import getproxies

# An address, a range of them or a name, with a port or without; an IPv6 address may stand in brackets.
_ENTRY = re.compile(
    r"(?:\[(?P<bracketed>[0-9a-f:.]+)\]|(?P<host>[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*|[^:/\[\]]+))"
    r"(?P<bits>/[0-9]+)?(?::(?P<port>[0-9]{1,5}))?"
)
_PORTS = {"https": 443, "http": 80}


def proxy_of(scheme: str, host: str, port: int | None, settings: Mapping[str, str] | None = None) -> str | None:
    """The proxy's address for a receiver, or None. `settings` stand for those of the environment and the system: a
    proxy a scheme (`https`, `http`, `all`), and under `no` the hosts that are asked without one.
    """
    known = getproxies() if settings is None else settings
    proxy = known.get(scheme) or known.get("all") or ""
    if not proxy or any(_names(entry.strip().lower(), scheme, host, port) for entry in known.get("no", "").split(",")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _names(entry: str, scheme: str, host: str, port: int | None) -> bool:
    """This entry is this host: `*`, an address or a range of them, a name and those below it, `.name` these alone."""
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
    """The host is in this range of addresses; None where the entry is none."""
    try:
        range_ = ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
    try:
        return ipaddress.ip_address(host) in range_
    except ValueError:
        return False
