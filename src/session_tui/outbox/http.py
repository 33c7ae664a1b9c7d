"""The HTTP client; the only module that opens connections.

It follows no redirect and decompresses nothing. It sends to the URL of the request alone: over TLS
with certificates that the system trusts, or to this computer.
"""

import contextlib
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.request import getproxies

import httpx
import truststore
from msgspec import Struct

from session_tui import __version__
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import safe_text
from session_tui.outbox.request import Request
from session_tui.outbox.response import MOST_READ, Response

_TOKEN = lazy_pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)  # a header's name, by RFC 9110
_VALUE = lazy_pattern(r"[\t\x20-\x7e\x80-\xff]*")
_RESERVED_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
_EXPIRED, _TOO_EARLY, _OTHER_HOST = 10, 9, (62, 64)  # OpenSSL's verification codes
_UNKNOWN_ISSUER = (2, 18, 19, 20, 21)
# An address, a range of them or a name, with a port or without; an IPv6 address may stand in
# brackets.
_NO_PROXY_ENTRY = lazy_pattern(
    r"(?:\[(?P<bracketed>[0-9a-f:.]+)\]|(?P<host>[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*|[^:/\[\]]+))"
    r"(?P<bits>/[0-9]+)?(?::(?P<port>[0-9]{1,5}))?"
)
_PORTS = {"https": 443, "http": 80}


class Timeouts(Struct, frozen=True):
    """Seconds: to connect, without a byte while reading or writing, and for the whole request."""

    connect: float = 10
    read: float = 15
    write: float = 15
    overall: float = 30


DEFAULT_TIMEOUTS = Timeouts()


def send(request: Request, *, timeouts: Timeouts = DEFAULT_TIMEOUTS, verify: ssl.SSLContext | None = None) -> Response:
    """Send a request once.

    Never raises for a failure of the network: `Response.trouble` describes it.

    A status that has been received counts, even if the connection breaks after it: the receiver
    has decided. `verify` replaces the system's certificates.
    """
    with contextlib.closing(Channel(verify, keep=False)) as channel:
        return channel.send(request, timeouts)


class Channel:
    """Sends requests to one host, one after the other, over a connection that stays open; for one
    thread at a time.
    """

    def __init__(self, verify: ssl.SSLContext | None = None, *, keep: bool = True) -> None:
        self._verify, self._keep = verify, keep
        self._client: httpx.Client | None = None
        self._connection: _Connection | None = None
        self._cut = False

    def send(self, request: Request, timeouts: Timeouts = DEFAULT_TIMEOUTS, most: int = MOST_READ) -> Response:
        """Send a request once, as `send`; of the body at most this many bytes are read."""
        if reason := refusal(request):
            return Response(0, reason)
        url = httpx.URL(request.url)
        before = self._connection
        connection = self._connection = _Connection(url, timeouts, before.socket if before is not None else None)
        try:
            client = self._client = self._client or self._opened(url, connection)
        except (ImportError, ValueError, httpx.InvalidURL):
            return Response(0, "the proxy that the environment names cannot be used; an http:// address can")
        try:
            if self._cut:
                return Response(0, _CUT)
            with connection, _open(client, request, connection, keep=self._keep) as response:
                body = b"".join(_beginning(response, most))
                return Response(response.status_code, "", tuple(response.headers.multi_items()), body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Response(0, _CUT if self._cut else safe_text(_description(error, connection)))

    def cut(self) -> None:
        """End the running request, and every later one at once; from any thread."""
        self._cut = True
        if self._connection is not None:
            self._connection.cut()

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()

    def _opened(self, url: httpx.URL, connection: "_Connection") -> httpx.Client:
        # A request to this computer goes through no proxy: it would read the request.
        proxy = None if is_loopback(url.host) else proxy_of(url.scheme, url.host, url.port)
        return httpx.Client(verify=_trust(url, self._verify), timeout=connection.timeout, proxy=proxy, trust_env=False)


_CUT = "it was stopped before the answer came"


def refusal(request: Request) -> str:
    """The reason why this request is not sent at all; empty where it is.

    Uses the parser that would send it.
    """
    if not request.url.isascii() or not request.url.isprintable() or set(request.url) & set(' \\"<>^`{|}'):
        return "the address is not a URL: it has a character that must not stand in one"
    try:
        url = httpx.URL(request.url)
        userinfo, host, port = url.userinfo, url.host, url.port
    except (httpx.InvalidURL, ValueError):
        return "the address is not a URL"
    if url.scheme not in ("http", "https") or not host:
        return "the address is not an https:// URL"
    if port is not None and not 0 < port < 65536:  # the system would take it modulo 65,536
        return f"the address is not a URL: there is no port {port}"
    if userinfo:
        return "the address has a name or password in it; a secret belongs in the environment or the keyring"
    if url.scheme == "http" and not is_loopback(host):
        return f"{_named(host, port)} is another computer, and its address must begin with https://"
    for name, value in request.headers:
        if not _TOKEN.fullmatch(name) or name.lower() in _RESERVED_HEADERS:
            return "a header has a name that it must not have"
        if not _VALUE.fullmatch(value):
            return f"the header {name} holds a character that no header may hold"
    return ""


def is_loopback(host: str) -> bool:
    """Whether this host is this computer: `localhost` or a loopback address. No name is
    looked up.
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class _Connection:
    """The connection of one request: its peer, and the timer for the whole request.

    A read timeout begins anew with every byte, so a receiver that sends one byte at a time would
    keep the connection open for ever. When the overall time is over, the timer's thread shuts the
    socket down.
    """

    def __init__(self, url: httpx.URL, timeouts: Timeouts, socket: socket.socket | None = None) -> None:
        self.host = url.host
        self.target = self.who = _named(url.host, url.port)
        self.times = timeouts
        self.timeout = httpx.Timeout(
            connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=timeouts.connect
        )
        self.late = False
        self.socket = socket  # of a connection that is open already
        self._timer = threading.Timer(timeouts.overall, self.cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Connection":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """The `trace` extension of httpx: notes a proxy, and the socket."""
        if event.endswith("connect_tcp.started"):
            if info["host"] != self.host:
                self.who = f"the proxy {_named(info['host'], info['port'])}"
        elif event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self.socket = info["return_value"].get_extra_info("socket")
            if self.late:
                self.cut()

    def cut(self) -> None:
        """End the request: the time is over, or nothing is waited for any more."""
        self.late = True
        if self.socket is not None:
            with contextlib.suppress(OSError):
                # The plain socket's method: that of TLS would release an object that the reading
                # thread is using.
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


@contextlib.contextmanager
def _open(client: httpx.Client, request: Request, connection: _Connection, *, keep: bool) -> Iterator[httpx.Response]:
    """The response, its body not read yet.

    The request is built here, so that httpx adds no headers.
    """
    agent = () if any(name.lower() == "user-agent" for name, _ in request.headers) else (_AGENT,)
    outgoing = httpx.Request(
        request.method,
        request.url,
        headers=[*request.headers, *agent, ("Accept-Encoding", "identity"), *(() if keep else _CLOSE)],
        content=request.body,
        extensions={"trace": connection.trace, "timeout": connection.timeout.as_dict()},
    )
    response = client.send(outgoing, stream=True, follow_redirects=False)
    try:
        yield response
    finally:
        with contextlib.suppress(httpx.HTTPError, OSError, ValueError):
            response.close()


_AGENT = ("User-Agent", f"session-tui/{__version__}")
_CLOSE = (("Connection", "close"),)


def _beginning(response: httpx.Response, most: int) -> Iterator[bytes]:
    """The body as far as it was received, at most this many bytes; a compressed body is left
    out.
    """
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        return
    remaining = most
    with contextlib.suppress(httpx.HTTPError, OSError, ValueError):
        for chunk in response.iter_raw():
            yield chunk[:remaining]
            remaining -= len(chunk)
            if remaining <= 0:
                return


def _trust(url: httpx.URL, verify: ssl.SSLContext | None) -> ssl.SSLContext:
    if verify is not None:
        return verify
    # Plain http needs no certificates, and a context without any is made fastest.
    return (truststore.SSLContext if url.scheme == "https" else ssl.SSLContext)(ssl.PROTOCOL_TLS_CLIENT)


def _named(host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return safe_text(shown if port is None or port == 443 else f"{shown}:{port}")


def _description(error: BaseException, connection: _Connection) -> str:
    """What happened, in words; without the path of the URL, which may be a secret, and without
    headers.
    """
    who = connection.who
    if connection.late:
        return f"{who} did not finish within {connection.times.overall:g} seconds"
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return _certificate(cause, connection.target)
            case ssl.SSLError() if "CERTIFICATE" in (cause.reason or ""):
                return f"{connection.target} shows a certificate that does not hold"
            case ssl.SSLError():
                return f"{connection.target} does not speak TLS as https needs it"
            case socket.gaierror():
                return f"no computer is known by the name of {who}; the name is wrong, or there is no network"
            case ConnectionRefusedError():
                return f"{who} refuses the connection: nothing listens there"
            case ConnectionResetError() | BrokenPipeError():
                return f"{who} broke off the connection before it answered"
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return f"{who} could not be reached within {connection.times.connect:g} seconds"
        case httpx.ReadTimeout():
            return f"{who} took the message and did not answer for {connection.times.read:g} seconds"
        case httpx.WriteTimeout():
            return f"{who} did not take the message for {connection.times.write:g} seconds"
        case httpx.ProxyError():
            return f"{who} does not let it through: {str(error)[:80]}"
        case httpx.ConnectError():
            return f"{who} cannot be reached: {str(error)[:80]}"
        case httpx.RemoteProtocolError() if "disconnected" in str(error):
            return f"{who} broke off the connection before it answered"
        case httpx.RemoteProtocolError():
            return f"what {who} answers is not HTTP"
        case httpx.ReadError() | httpx.WriteError() | OSError():
            return f"{who} broke off the connection before it answered"
    return "the request could not be sent"


def _certificate(error: ssl.SSLCertVerificationError, target: str) -> str:
    # Without OpenSSL there are no codes, only the system's own message.
    number = getattr(error, "verify_code", 0)
    message = str(getattr(error, "verify_message", "") or error)
    if number == _EXPIRED or "expired" in message:
        return f"the certificate of {target} has expired"
    if number == _TOO_EARLY:
        return f"the certificate of {target} is not valid yet; is this computer's clock right?"
    if number in _OTHER_HOST or "mismatch" in message.lower():
        return f"the certificate that {target} shows is for another host"
    if number in _UNKNOWN_ISSUER:
        return f"the certificate of {target} is signed by nobody that this computer trusts"
    return f"the certificate of {target} is not trusted: {message[:80]}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its causes, the first cause last; a circle of causes ends."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


# ---- the proxy for a host -----------------------------------------------------------------------


def proxy_of(scheme: str, host: str, port: int | None, settings: Mapping[str, str] | None = None) -> str | None:
    """The URL of the proxy for a host, or None.

    `settings` replace those of the environment and the system: a proxy for each scheme (`https`,
    `http`, `all`), and under `no` the hosts without a proxy, separated by commas.
    """
    known = getproxies() if settings is None else settings
    proxy = known.get(scheme) or known.get("all") or ""
    exceptions = (entry.strip().lower() for entry in known.get("no", "").split(","))
    if not proxy or any(_excepts(entry, scheme, host, port) for entry in exceptions):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _excepts(entry: str, scheme: str, host: str, port: int | None) -> bool:
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
    parts = _NO_PROXY_ENTRY.fullmatch(entry)
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
