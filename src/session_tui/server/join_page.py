"""The page on which a device is let in: two forms, no script, nothing kept in the browser.

The first form takes the code that the terminal shows, and an invitation or an administrator's
token. The second names the machine, its address and when it was started, and holds a token that
is good for this answer alone: nothing can be answered that was not looked at. Without a cookie
there is nothing that another page could use.
"""

from typing import cast, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from session_tui.server import body, page
from session_tui.server.access import ROLES, Role
from session_tui.server.devices import JoinError, Trouble, WaitingDevice
from session_tui.server.join_routes import PAGE, address_of
from session_tui.server.people_commands import is_name
from session_tui.server.service import service_of

STYLE = "/join.css"
_TROUBLES: dict[Trouble, str] = {
    "code": "There is no open code like this. It is valid for ten minutes; the terminal shows it.",
    "credential": "The invitation or token is not valid, or not any more.",
    "tries": "Too many codes were tried from this address. Try again in ten minutes.",
    "name-taken": "There is a person of this name in the team already. Use another name.",
    "no-name": "Write a name of 1 to 200 letters, and choose a role.",
    "full": "Too many codes wait. Try again in ten minutes.",
}
MEANINGS: dict[Role, str] = {
    "administrator": "lets others join; sees and changes what is shared",
    "coach": "reads everything",
    "facilitator": "sees and changes everything, removes sessions",
    "member": "sees and changes what is shared",
    "viewer": "reads what is shared",
}


async def first(_: Request) -> Response:
    """The first form."""
    return _page("ask", code="")


async def answered(request: Request) -> Response:
    """What either form sends."""
    if not page.is_own(request):
        return _page("ask", 403, code="", trouble="This form was not sent by this page. Send it again from here.")
    try:
        fields = await body.form(request)
    except body.RefusedError as error:
        return _page("ask", error.status, code="", trouble="This is no form of this page.")
    code = fields.get("code", "")[:40]
    if "form" not in fields:
        return await _looked(request, code, fields.get("credential", "")[:200])
    return await _settled(request, code, fields)


async def _looked(request: Request, code: str, credential: str) -> Response:
    try:
        device = await service_of(request).devices.look(code, credential, address_of(request))
    except JoinError as error:
        return _page("ask", _status(error), code=code, trouble=_TROUBLES[error.trouble])
    return _confirm(device, device.name, "")


async def _settled(request: Request, code: str, fields: dict[str, str]) -> Response:
    devices = service_of(request).devices
    name, role = " ".join(fields.get("name", "").split()), fields.get("role", "")
    lets_in = fields.get("answer") == "yes"
    try:
        device = await devices.of_form(code, fields["form"], address_of(request))
    except JoinError as error:
        return _page("ask", _status(error), code="", trouble=_TROUBLES[error.trouble])
    try:
        if lets_in and not device.approver.name and not is_name(name):
            raise JoinError("no-name")
        named, given = await devices.answer(
            device, lets_in=lets_in, name=name, role=cast(Role, role) if role in get_args(Role) else None
        )
    except JoinError as error:
        if error.trouble in ("no-name", "name-taken"):
            return _confirm(device, name, role, 400, _TROUBLES[error.trouble])
        return _page("ask", _status(error), code="", trouble=_TROUBLES[error.trouble])
    return _page("done", device=device, lets_in=lets_in, name=named, role=given, meaning=MEANINGS.get(given, ""))


async def style(_: Request) -> Response:
    """The page's style."""
    return page.style("join.css")


def _confirm(device: WaitingDevice, name: str, role: str, status: int = 200, trouble: str = "") -> Response:
    return _page(
        "confirm",
        status,
        device=device,
        age=_age(device.seconds),
        name=device.approver.name or name,
        chosen=device.approver.role or role,
        trouble=trouble,
    )


def _page(step: str, status: int = 200, **values: object) -> Response:
    filled = {"trouble": "", "roles": [(role, MEANINGS[role]) for role in ROLES]} | values
    return page.page("join.html", status, step=step, **filled)


def _status(error: JoinError) -> int:
    return 429 if error.trouble == "tries" else 403 if error.trouble == "credential" else 404


def _age(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} second{'' if seconds == 1 else 's'} ago"
    minutes = seconds // 60
    return f"{minutes} minute{'' if minutes == 1 else 's'} ago"


ROUTES = [
    Route(PAGE, first, methods=["GET"]),
    Route(PAGE, answered, methods=["POST"]),
    Route(STYLE, style, methods=["GET"]),
]
