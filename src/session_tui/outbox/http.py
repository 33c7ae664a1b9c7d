"""The one module that opens connections: a request goes out, an answer comes back, and what the network does is told.

Nothing is followed, nothing is unpacked, and nothing is sent but to the address that the request names: over TLS that
the system's own certificates vouch for, or to this computer itself.
"""

import contextlib
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import truststore
from msgspec import Struct

from session_tui import __version__
from session_tui.model.sanitize import safe_text
from session_tui.outbox.proxy import proxy_of
from session_tui.outbox.request import MOST_READ, Answer, Request

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)  # RFC 9110, what a header's name may be
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
_EXPIRED, _TOO_EARLY, _OTHER_HOST = 10, 9, (62, 64)  # OpenSSL's numbers
_UNKNOWN_ISSUER = (2, 18, 19, 20, 21)


class Timeouts(Struct, frozen=True):
    """Seconds: to connect, between two signs of life while reading or writing, and for all of it together."""

    connect: float = 10
    read: float = 15
    write: float = 15
    overall: float = 30


PATIENCE = Timeouts()


def send(request: Request, *, timeouts: Timeouts = PATIENCE, verify: ssl.SSLContext | None = None) -> Answer:
    """Send one request, once. Never raises for what the network does: `Answer.trouble` says it in words.

    Once a status has come it stands, whatever becomes of the rest of the answer: the receiver has decided.
    `verify` stands for the system's certificates, for whoever has certificates of their own.
    """
    if words := refusal(request):
        return Answer(0, words)
    url = httpx.URL(request.url)
    line = _Line(url, timeouts)
    try:
        # A proxy has no business between this computer and itself; it would even be told what is said.
        proxy = None if is_loopback(url.host) else proxy_of(url.scheme, url.host, url.port)
        client = httpx.Client(verify=_trust(url, verify), timeout=line.timeout, proxy=proxy, trust_env=False)
    except (ImportError, ValueError, httpx.InvalidURL):
        return Answer(0, "the proxy that the environment names cannot be used; an http:// address can")
    try:
        with line, client, _open(client, request, line) as response:
            return Answer(
                response.status_code, "", tuple(response.headers.multi_items()), b"".join(_beginning(response))
            )
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return Answer(0, safe_text(_told(error, line)))


def refusal(request: Request) -> str:
    """Why this request is not sent at all, or nothing; read by the same parser that would send it."""
    if not request.url.isascii() or not request.url.isprintable() or set(request.url) & set(' \\"<>^`{|}'):
        return "the address is no URL: it has a character that must not stand in one"
    try:
        url = httpx.URL(request.url)
        userinfo, host, port = url.userinfo, url.host, url.port
    except (httpx.InvalidURL, ValueError):
        return "the address is no URL"
    if url.scheme not in ("http", "https") or not host:
        return "the address is no https:// URL"
    if port is not None and not 0 < port < 65536:  # the system would take what is left of it modulo 65,536
        return f"the address is no URL: there is no port {port}"
    if userinfo:
        return "the address has a name or password in it; a secret belongs into the environment or the keyring"
    if url.scheme == "http" and not is_loopback(host):
        return f"{_named(host, port)} is another computer, and its address must begin with https://"
    for name, value in request.headers:
        if not _TOKEN.fullmatch(name) or name.lower() in _OURS:
            return "a header has a name that it must not have"
        if not _VALUE.fullmatch(value):
            return f"the header {name} holds a character that no header may hold"
    return ""


def is_loopback(host: str) -> bool:
    """This host is this computer, by its plain name or an address written in full; nothing is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class _Line:
    """The connection of one request: whom it reaches, and its end when its time is over.

    A timeout begins anew with every byte that comes, so a receiver that drips would hold on for ever; when all the time
    is used up the socket is shut down under whoever waits for it.
    """

    def __init__(self, url: httpx.URL, timeouts: Timeouts) -> None:
        self.host = url.host
        self.target = self.who = _named(url.host, url.port)
        self.times = timeouts
        self.timeout = httpx.Timeout(
            connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=timeouts.connect
        )
        self.late = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(timeouts.overall, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Line":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Told by httpx what it does."""
        if event.endswith("connect_tcp.started"):
            if info["host"] != self.host:
                self.who = f"the proxy {_named(info['host'], info['port'])}"
        elif event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.late:
                self._cut()

    def _cut(self) -> None:
        self.late = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # The plain socket's: that of TLS would take away what the reading thread is using.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextlib.contextmanager
def _open(client: httpx.Client, request: Request, line: _Line) -> Iterator[httpx.Response]:
    """The answer, its body not read yet. Built by hand, so that no header is sent that nobody asked for."""
    agent = () if any(name.lower() == "user-agent" for name, _ in request.headers) else (_AGENT,)
    outgoing = httpx.Request(
        request.method,
        request.url,
        headers=[*request.headers, *agent, ("Accept-Encoding", "identity"), ("Connection", "close")],
        content=request.body,
        extensions={"trace": line.trace, "timeout": line.timeout.as_dict()},
    )
    response = client.send(outgoing, stream=True, follow_redirects=False)
    try:
        yield response
    finally:
        with contextlib.suppress(httpx.HTTPError, OSError, ValueError):
            response.close()


_AGENT = ("User-Agent", f"session-tui/{__version__}")


def _beginning(response: httpx.Response) -> Iterator[bytes]:
    """The body as far as it came, at most `MOST_READ`; a packed one, which nobody asked for, is not unpacked."""
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        return
    left = MOST_READ
    with contextlib.suppress(httpx.HTTPError, OSError, ValueError):
        for chunk in response.iter_raw():
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return


def _trust(url: httpx.URL, given: ssl.SSLContext | None) -> ssl.SSLContext:
    if given is not None:
        return given
    # Without TLS no certificate is needed, and one that trusts nobody is made quickest.
    return (truststore.SSLContext if url.scheme == "https" else ssl.SSLContext)(ssl.PROTOCOL_TLS_CLIENT)


def _named(host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return safe_text(shown if port is None or port == 443 else f"{shown}:{port}")


def _told(error: BaseException, line: _Line) -> str:
    """What happened, in words; never the address's path, which may be a secret, and never a header."""
    who = line.who
    if line.late:
        return f"{who} did not finish within {line.times.overall:g} seconds"
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return _certificate(cause, line.target)
            case ssl.SSLError() if "CERTIFICATE" in (cause.reason or ""):
                return f"{line.target} shows a certificate that does not hold"
            case ssl.SSLError():
                return f"{line.target} does not speak TLS as https needs it"
            case socket.gaierror():
                return f"no computer is known by the name of {who}; the name is wrong, or there is no network"
            case ConnectionRefusedError():
                return f"{who} refuses the connection: nothing listens there"
            case ConnectionResetError() | BrokenPipeError():
                return f"{who} broke off the connection before it answered"
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return f"{who} could not be reached within {line.times.connect:g} seconds"
        case httpx.ReadTimeout():
            return f"{who} took the message and did not answer for {line.times.read:g} seconds"
        case httpx.WriteTimeout():
            return f"{who} did not take the message for {line.times.write:g} seconds"
        case httpx.ProxyError():
            return f"{who} does not let it through: {str(error)[:80]}"
        case httpx.ConnectError():
            return f"{who} cannot be reached: {str(error)[:80]}"
        case httpx.RemoteProtocolError() if "disconnected" in str(error):
            return f"{who} broke off the connection before it answered"
        case httpx.RemoteProtocolError():
            return f"what {who} answers is no HTTP"
        case httpx.ReadError() | httpx.WriteError() | OSError():
            return f"{who} broke off the connection before it answered"
    return "the request could not be sent"


def _certificate(error: ssl.SSLCertVerificationError, target: str) -> str:
    # Elsewhere than with OpenSSL the numbers are missing, and the system's own words are all there is.
    number = getattr(error, "verify_code", 0)
    said = str(getattr(error, "verify_message", "") or error)
    if number == _EXPIRED or "expired" in said:
        return f"the certificate of {target} has expired"
    if number == _TOO_EARLY:
        return f"the certificate of {target} is not valid yet; is this computer's clock right?"
    if number in _OTHER_HOST or "mismatch" in said.lower():
        return f"the certificate that {target} shows is for another host"
    if number in _UNKNOWN_ISSUER:
        return f"the certificate of {target} is signed by nobody that this computer trusts"
    return f"the certificate of {target} is not trusted: {said[:80]}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, the first cause last; never in a circle."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
