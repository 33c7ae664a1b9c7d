"""What the routes share: the database, the writer, the people, and who asks."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct, field
from starlette.requests import Request

from session_tui.model.validation import ID
from session_tui.model.vocabulary import Detail
from session_tui.server.access import TokenHolder, bearer, token_hash
from session_tui.server.audit import AuditTrail
from session_tui.server.body import RefusedError
from session_tui.server.database import Database
from session_tui.server.devices import Devices
from session_tui.server.members import Members
from session_tui.server.rates import Rates, network_of
from session_tui.server.writer import BatchWriter

_FRESH = 1.0  # seconds for which the holder of a token needs no second look


class Service(Struct, frozen=True):
    """Given to every route in the application's state."""

    database: Database
    writer: BatchWriter
    members: Members
    audit: AuditTrail
    devices: Devices
    now: Callable[[], datetime]
    rates: Rates = field(default_factory=Rates)


def service_of(request: Request) -> Service:
    """The service of the application that was asked."""
    found: Service = request.app.state.service
    return found


async def reader_of(request: Request) -> TokenHolder:
    """Who asks; `RefusedError` with 401 where the token is none of ours, with 429 where it came
    too often, or where too many that are none of ours came from the same address.

    An address that fails too often is answered without a look at the tables, but for tokens that
    were good before: several people may share one address.
    """
    service = service_of(request)
    token = bearer(request.headers.get("authorization", ""))
    hashed, rates = token_hash(token), service.rates
    address = network_of(request.client.host if request.client is not None else "")
    if not rates.is_remembered(hashed) and (wait := rates.failures.wait_of(address)):
        raise RefusedError(429, "too-many-failures", after=wait)
    reader = await service.members.holder(token) if token else None
    if reader is None:
        rates.forget(hashed)
        rates.failures.take(address)
        raise RefusedError(401, "unknown-token")
    request.state.token = reader.token
    rates.remember(hashed)
    if wait := rates.requests.take(reader.token):
        raise RefusedError(429, "too-often", after=wait)
    return reader


async def still_reader(request: Request, since: float = 0.0) -> TokenHolder | None:
    """Who asks, looked up again where that is more than a second ago by the loop's clock; None
    where it is not. `RefusedError` with 401 where the token is taken back.

    What takes long must not go on for a user who has left. It is not a request of its own.
    """
    if asyncio.get_running_loop().time() - since < _FRESH:
        return None
    reader = await service_of(request).members.holder(bearer(request.headers.get("authorization", "")))
    if reader is None:
        raise RefusedError(401, "unknown-token")
    return reader


def session_in(request: Request) -> str:
    """The session's id in the address; `RefusedError` where it is none. It never becomes a
    path.
    """
    session: str = request.path_params["session"]
    if not ID.fullmatch(session):
        raise RefusedError(404, "no-place")
    return session


def lower(*details: Detail) -> Detail:
    """The lowest of these levels of detail."""
    return "shared" if "shared" in details else "full"


def detail_asked(request: Request, reader: TokenHolder) -> Detail:
    """What is shown: what the reader sees, or less where he asks for `?detail=shared`."""
    return lower(reader.sees, "shared" if request.query_params.get("detail") == "shared" else "full")
