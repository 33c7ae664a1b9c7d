"""The routes by which `session-tui join` gets a token: the device flow of RFC 8628.

`/api` says what this server is, to a client that has no token. An error is that of OAuth 2:
status 400 and `{"error": …}`.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from session_tui.server import body
from session_tui.server.access import moment
from session_tui.server.devices import INTERVAL, VALID, Granted, JoinError
from session_tui.server.people_commands import is_name
from session_tui.server.rates import network_of
from session_tui.server.service import service_of

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PAGE = "/join"
_LONGEST = 100  # characters of a machine's name


async def server(request: Request) -> Response:
    """`/api`: this is a team server, of these versions; its time."""
    return _json({"server": "session-tui", "api": [1], "time": moment(service_of(request).now())})


async def device(request: Request) -> Response:
    """The device authorization endpoint: a code for a device."""
    fields = await body.form(request)
    service = service_of(request)
    try:
        begun = await service.devices.begin(
            _line(fields.get("machine", "")), _line(fields.get("name", "")), address_of(request)
        )
    except JoinError:
        return _json({"error": "slow_down", "error_description": "Too many codes wait; try again in ten minutes."}, 429)
    found = {
        "device_code": begun.device,
        "user_code": begun.code,
        "verification_uri": str(request.url.replace(path=PAGE, query="", fragment="")),
        "expires_in": int(VALID.total_seconds()),
        "interval": INTERVAL,
    }
    return _json(found)


async def approval(request: Request) -> Response:
    """The holder of an invitation lets a device in without the page."""
    fields = await body.form(request)
    devices = service_of(request).devices
    name = _line(fields.get("name", ""))
    try:
        found = await devices.look(fields.get("user_code", ""), fields.get("invitation", ""), address_of(request))
        if not found.approver.is_invitation:
            raise JoinError("credential")
        if not found.approver.name and not is_name(name):
            raise JoinError("no-name")
        named, role = await devices.answer(found, lets_in=True, name=name)
    except JoinError as error:
        return _error("access_denied", error.trouble)
    return _json({"name": named, "role": role})


async def token(request: Request) -> Response:
    """The token endpoint."""
    fields = await body.form(request)
    if fields.get("grant_type") != GRANT:
        return _error("unsupported_grant_type")
    if not fields.get("device_code"):
        return _error("invalid_request")
    service, address = service_of(request), network_of(address_of(request))
    if wait := service.rates.failures.wait_of(address):
        raise body.RefusedError(429, "too-many-failures", after=wait)
    found = await service.devices.token(fields["device_code"])
    if found == "invalid_grant":  # each costs a look at the tables, as a token that is none of ours does
        service.rates.failures.take(address)
    if not isinstance(found, Granted):
        return _error(found)
    answer = {"access_token": found.token, "token_type": "Bearer", "name": found.name, "role": found.role}
    return _json(answer)


def address_of(request: Request) -> str:
    """The address that a request came from; where a proxy is named, the one that it names."""
    return request.client.host if request.client is not None else ""


def _line(text: str) -> str:
    """What a device says of itself, as one line of printable characters."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable())[:_LONGEST]


def _error(name: str, trouble: str = "") -> Response:
    return _json({"error": name} | ({"error_description": trouble} if trouble else {}), 400)


def _json(value: object, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), status, headers, "application/json")


ROUTES = [
    Route("/api", server, methods=["GET"]),
    Route("/api/v1/device", device, methods=["POST"]),
    Route("/api/v1/device/approval", approval, methods=["POST"]),
    Route("/api/v1/token", token, methods=["POST"]),
]
