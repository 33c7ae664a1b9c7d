"""How this computer joins a team: the client of the device flow (RFC 8628).

Every trouble is a `StoreError` with one sentence. What a server answers is untrusted: only the
keys that are known are read, and texts are cleaned where they are shown.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from session_tui import __version__
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.outbox.endpoint_url import Address, address_of
from session_tui.outbox.http import send
from session_tui.outbox.request import Request
from session_tui.outbox.response import Response
from session_tui.outbox.secrets import Secret
from session_tui.store.errors import StoreError

SESSIONS = "/api/v1/sessions"
_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_VERSION = 1  # of the interface that this program speaks
_SLOWER = 5.0  # seconds that `slow_down` adds, by the RFC
_LONGEST_PAUSE = 60.0
_LONGEST_WAIT = 3600.0  # seconds, whatever a server says
_ROLES = ("administrator", "coach", "facilitator", "member", "viewer")

T = TypeVar("T")


class JoinRefusedError(StoreError):
    """The answer is no: what asked was refused."""


class TeamAbout(Struct, frozen=True):
    """What a server says of itself without a token."""

    server: str = ""
    api: tuple[int, ...] = ()
    time: str = ""


class DeviceCode(Struct, frozen=True):
    """What a server gave this device. `expires_in` and `interval` are seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    expires_in: float
    interval: float = 5.0


class Joined(Struct, frozen=True):
    """The token, and whose it is."""

    token: Secret
    name: str
    role: str

    @property
    def sees_everything(self) -> bool:
        """Whether the role sees everything, and not what is shared alone."""
        return self.role in ("coach", "facilitator")


class _Token(Struct, frozen=True):
    access_token: str = ""
    name: str = ""
    role: str = ""
    error: str = ""
    error_description: str = ""


class TeamJoin:
    """Asks one server. `url` is what the user typed; `StoreError` where it is no address."""

    def __init__(self, url: str) -> None:
        typed = url.strip() if "://" in url else f"https://{url.strip()}"
        address = address_of(Endpoint(name=url.strip()[:80], kind="team_server", url=typed))
        path = address.path.rstrip("/")
        for ending in (SESSIONS, SESSIONS.rpartition("/")[0], "/join"):
            path = path.removesuffix(ending)
        self._root = Address(address.scheme, address.host, address.port, path)

    @property
    def root(self) -> str:
        """The server's address."""
        return self._root.url

    @property
    def place(self) -> str:
        """Host and port, for a sentence or a name."""
        return self._root.origin.partition("://")[2]

    @property
    def url(self) -> str:
        """The address of the sessions, for an endpoint."""
        return f"{self.root}{SESSIONS}"

    def about(self) -> TeamAbout:
        """What the server says of itself. `StoreError` where it is no team server, or a newer one
        than this program can speak to.
        """
        response = self._send("GET", "/api")
        found = _decoded(response, TeamAbout)
        if response.status != 200 or found is None or found.server != "session-tui":
            what = "there is no team server at this address"
            raise StoreError(Fault(self.root, what, "Ask the team for its address; nothing was changed."))
        if _VERSION not in found.api:
            what = "the team server is of a newer version than this program"
            raise StoreError(Fault(self.root, what, "Bring this program up to date, and join again."))
        return found

    def begin(self, machine: str, name: str) -> DeviceCode:
        """A code for this computer."""
        response = self._post("/device", machine=machine, name=name)
        found = _decoded(response, DeviceCode)
        if response.status == 429:
            raise StoreError(Fault(self.root, "too many computers wait to join", "Try again in ten minutes."))
        if response.status != 200 or found is None:
            raise self._strange(response)
        # The typed address is the one that the user trusts; a proxy may hide it from the server.
        known = found.verification_uri.startswith(f"{self.root}/")
        return found if known else replace(found, verification_uri=f"{self.root}/join")

    def approve(self, code: DeviceCode, invitation: str, name: str) -> None:
        """Let this computer in by an invitation. `StoreError` where it does not hold."""
        response = self._post("/device/approval", user_code=code.user_code, invitation=invitation, name=name)
        if response.status == 200:
            return
        found = _decoded(response, _Token)
        if response.status != 400 or found is None:
            raise self._strange(response)
        match found.error_description:
            case "name-taken":
                what, do = "there is a person of this name in the team already", "--name gives another name."
            case "no-name":
                what, do = "it does not know your name", "--name says it."
            case "tries":
                what, do = "too many codes were tried from this address", "Try again in ten minutes."
            case _:
                what = "the invitation is not valid, or not any more"
                do = "It holds once, and not for long: ask for another."
        raise StoreError(Fault(self.root, what, do))

    def waited(self, code: DeviceCode, wait: Callable[[float], Any]) -> Joined:
        """The token, once the code was let in. `wait` is called with the seconds of each pause.

        `JoinRefusedError` where it was refused, `StoreError` where the code has expired. A server
        that does not answer is asked again until the code expires.
        """
        trouble = ""
        for found, seconds in self._answers(code):
            if isinstance(found, Joined):
                return found
            trouble = found
            wait(seconds)
        what = trouble or "the code has expired"
        raise StoreError(Fault(self.root, what, "session-tui join gives another code."))

    def _answers(self, code: DeviceCode) -> Iterator[tuple[Joined | str, float]]:
        """The token, or a trouble and the pause after it, until the code expires."""
        pause, passed = max(1.0, code.interval), 0.0
        while passed < min(code.expires_in, _LONGEST_WAIT):
            response = self._post("/token", quiet=True, grant_type=_GRANT, device_code=code.device_code)
            found = _decoded(response, _Token)
            trouble, seconds = "", pause
            if response.status == 200 and found is not None and found.access_token and found.role in _ROLES:
                yield Joined(Secret(found.access_token), found.name, found.role), 0.0
                return
            match found.error if found is not None else "":
                case "authorization_pending":
                    pass
                case "slow_down":
                    seconds = pause = min(pause + _SLOWER, _LONGEST_PAUSE)
                case "access_denied":
                    what = "joining was refused"
                    raise JoinRefusedError(Fault(self.root, what, "The team knows why; nothing was changed."))
                case "expired_token" | "invalid_grant":
                    return
                case _ if response.status in (0, 408, 429) or response.status >= 500:
                    trouble = response.trouble or f"the server is out of order ({response.status})"
                    seconds = pause = min(pause * 2, _LONGEST_PAUSE)
                case _:
                    raise self._strange(response)
            passed += seconds
            yield trouble, seconds

    def _post(self, path: str, *, quiet: bool = False, **fields: str) -> Response:
        return self._send("POST", f"/api/v1{path}", urlencode(fields).encode(), quiet=quiet)

    def _send(self, method: str, path: str, body: bytes = b"", *, quiet: bool = False) -> Response:
        headers = [("User-Agent", f"session-tui/{__version__}"), ("Accept", "application/json")]
        if body:
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        response = send(Request(method, f"{self.root}{path}", tuple(headers), body))
        if response.status == 0 and not quiet:
            raise StoreError(Fault(self.root, response.trouble, "Nothing was changed."))
        return response

    def _strange(self, response: Response) -> StoreError:
        what = f"the server answered what no team server of this version does ({response.status})"
        return StoreError(Fault(self.root, what, "Is one of the two to be brought up to date?"))


def clock_difference(about: TeamAbout, now: datetime) -> float:
    """The seconds by which the server's clock is ahead of `now`; 0 where it says no time."""
    try:
        there = datetime.strptime(about.time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return 0.0
    return (there - now).total_seconds()


def _decoded(response: Response, kind: type[T]) -> T | None:
    """The body as this type; None where it is none."""
    try:
        return msgspec.json.Decoder(kind).decode(response.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
