"""Where the server listens: a socket that it opens, or one that systemd opened for it.

A socket of systemd stays open while the server is restarted: who connects then waits, and is not
refused.
"""

import ipaddress
import os
import socket
from collections.abc import Mapping
from pathlib import Path

from session_tui.model.fault import Fault
from session_tui.server.control import ControlError

_BACKLOG = 2048
_GIVEN = 3  # the first file that systemd gives a service


class ListenError(ControlError):
    """It cannot listen there; carries the fault to show."""


def refuse_open_air(host: str, certificate: Path | None, key: Path | None, proxy: str) -> None:
    """Refuse to listen beyond the loopback without TLS, the server's own or a proxy's.
    `ListenError`.
    """
    if (certificate is None) != (key is None):
        raise ListenError(Fault("", "--tls-cert and --tls-key belong together"))
    for file in (certificate, key):
        if file is not None and not file.is_file():
            raise ListenError(Fault(str(file), "there is no such file"))
    if _is_loopback(host) or certificate is not None or proxy:
        return
    do = "--tls-cert FILE --tls-key FILE give it one; --behind-proxy ADDRESS names a proxy that has one."
    raise ListenError(Fault(host, "beyond this machine the server needs a certificate", do))


def given_socket(environ: Mapping[str, str]) -> socket.socket | None:
    """The socket that systemd opened for this process; None where it opened none. `ListenError`
    where it is none of TCP, or not the only one.
    """
    if environ.get("LISTEN_PID") != str(os.getpid()) or not environ.get("LISTEN_FDS"):
        return None
    what = "the socket unit gives something else than one stream of TCP"
    if environ["LISTEN_FDS"] != "1":
        raise ListenError(Fault("", what, "One ListenStream=ADDRESS:PORT is taken."))
    try:
        found = socket.socket(fileno=_GIVEN)
    except OSError:
        raise ListenError(Fault("", what)) from None
    if found.family not in (socket.AF_INET, socket.AF_INET6) or found.type != socket.SOCK_STREAM:
        raise ListenError(Fault("", what, "One ListenStream=ADDRESS:PORT is taken."))
    os.set_inheritable(_GIVEN, False)
    return found


def opened_socket(host: str, port: int, option: str = "--listen") -> socket.socket:
    """A socket that listens; made here, because uvicorn would end the process where it fails.
    `ListenError`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, _, _, address = found[0]
        made = socket.socket(family, kind)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            made.listen(_BACKLOG)
        except OSError:
            made.close()
            raise
    except OSError as error:
        what = f"it cannot listen there: {(error.strerror or str(error)).lower()}"
        raise ListenError(Fault(f"{host}:{port}", what, f"{option} names another address and port.")) from None
    return made


def url_of(listener: socket.socket, host: str, *, tls: bool) -> str:
    """The URL of the server that listens there under this name."""
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{listener.getsockname()[1]}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
