"""The URL of an endpoint: parsed, checked, and normalised to the one form that is shown, stored
and requested.

A host with non-ASCII letters is shown in the ASCII form (`xn--…`) that is looked up, so that a
letter which looks like another cannot deceive the reader.
"""

import ipaddress
from urllib.parse import SplitResult, quote, urlsplit

from msgspec import Struct

from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.vocabulary import EndpointKind
from session_tui.store.errors import StoreError

_PORTS = {"https": 443, "http": 80}
_SECRET_PATHS: tuple[EndpointKind, ...] = ("slack", "teams")  # who has the path may post there
_HOST = lazy_pattern(r"(?!-)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_UNQUOTED = "/%:@!$&'()*+,;=~-._"  # characters left as they are in a path; a query has `?` too


class Address(Struct, frozen=True):
    """A checked URL: the host in ASCII and lower case, the port only where it is not the scheme's
    default.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    query: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{f':{self.port}' if self.port else ''}"

    @property
    def url(self) -> str:
        """The whole URL, as it is requested."""
        return f"{self.origin}{self.path}{f'?{self.query}' if self.query else ''}"

    def shown(self, kind: EndpointKind) -> str:
        """The URL without its secret parts, as the user confirms it; see `discreet`."""
        return discreet(self.url, kind)

    @property
    def loopback(self) -> bool:
        """Whether the host is this machine."""
        if self.host.rstrip(".") == "localhost" or self.host.rstrip(".").endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def discreet(url: str, kind: EndpointKind) -> str:
    """A checked URL without its secret parts.

    Slack and Teams: only the host, because path and query are the secret. Others: without the
    query, which may be a signature.
    """
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    if kind in _SECRET_PATHS:
        return f"{scheme}://{host.partition('?')[0]}/…"
    path, query, _ = path.partition("?")
    return f"{scheme}://{host}/{path}{query and '?…'}"


def address_of(endpoint: Endpoint) -> Address:
    """The address of an endpoint.

    Raises `StoreError` where it is not a URL, has credentials in it, or is http to another
    machine.
    """
    where = f'endpoint "{endpoint.name}"'
    try:
        address = _address(endpoint.url.strip())
    except ValueError as error:
        what = f"its url is not a web address: {error}"
        raise StoreError(Fault(where, what, "Write it as https://host/path.")) from None
    if address.scheme == "http" and not address.loopback:
        what = f"{address.origin} is http, which anybody on the way can read"
        raise StoreError(Fault(where, what, "Write https; http goes to this machine alone."))
    return address


def _address(url: str) -> Address:
    """Parse a URL. ValueError says what is wrong, without the URL: it may hold a secret."""
    # urlsplit drops line breaks and tabs silently, and browsers read a backslash as a slash.
    if any(each.isspace() or not each.isprintable() or each in '\\<>"^`{|}' for each in url):
        raise ValueError("it has a space or another character that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("its host or port cannot be read") from None
    if parts.scheme not in _PORTS or not url.lower().startswith(f"{parts.scheme}://"):
        raise ValueError("it does not begin with https://")
    if "@" in parts.netloc:
        raise ValueError("it has a name or password in it; name the secret with secret_env or secret_keyring instead")
    if port == 0:
        raise ValueError("its host or port cannot be read")
    is_default = port in (None, _PORTS[parts.scheme])
    path, query = quote(parts.path or "/", safe=_UNQUOTED), quote(parts.query, safe=f"{_UNQUOTED}?")
    return Address(parts.scheme, _host(parts), None if is_default else port, path, query)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if "[" in parts.netloc:
        try:
            return str(ipaddress.IPv6Address(host if "%" not in host else ""))
        except ValueError:
            raise ValueError("its host or port cannot be read") from None
    if not host.isascii():
        import idna  # as httpx encodes hosts; the codec of the standard library has older rules (ß)

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise ValueError("its host is not a name that can be looked up") from None
    if not _HOST.fullmatch(host):
        raise ValueError("it has no host" if not host else "its host is not a name that can be looked up")
    return host
