"""The body of a request: read with a limit of size and of time, then taken apart."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from session_tui.server.decision import LARGEST
from session_tui.server.rates import Rates, network_of

_LARGEST_FORM = 16 * 1024  # bytes
_MOST_FIELDS = 20
_PATIENCE = 20.0  # seconds for a whole body
_DECODER = msgspec.json.Decoder()


class RefusedError(Exception):
    """The request is answered with this problem; `after` are the seconds after which it may come
    again.
    """

    def __init__(self, status: int, problem: str, words: str = "", *, after: int = 0) -> None:
        super().__init__(problem)
        self.status, self.problem, self.words, self.after = status, problem, words, after


async def read(request: Request) -> bytes:
    """The bytes of a body of JSON; `RefusedError` where they are too many, too slow, too much of
    this token in a short time, or not of this type by their headers.
    """
    return await _read(request, getattr(request.state, "token", ""), "application/json", LARGEST)


async def _read(request: Request, who: str, media_type: str, largest: int) -> bytes:
    """The bytes; they count for `who`."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    plain = parameters.replace(" ", "").replace('"', "").lower() in ("", "charset=utf-8")
    if kind.strip().lower() != media_type or not plain or "content-encoding" in request.headers:
        raise RefusedError(415, "media-type" if media_type == "application/json" else "no-form")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > largest:
        raise RefusedError(413, "too-large")
    found = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                found += chunk
                if len(found) > largest:
                    raise RefusedError(413, "too-large")
    except TimeoutError:
        raise RefusedError(408, "too-slow") from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    rates: Rates = request.app.state.service.rates
    if wait := rates.bytes.take(who, len(found)):
        raise RefusedError(429, "too-often", after=wait)
    return bytes(found)


def parsed(raw: bytes) -> Any:
    """The JSON value; `RefusedError` where it is none."""
    try:
        return _DECODER.decode(raw)
    except msgspec.DecodeError as error:
        raise RefusedError(400, "no-json", str(error)[:200]) from None
    except (RecursionError, UnicodeDecodeError, ValueError):
        raise RefusedError(400, "no-json") from None


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, each once; `RefusedError` where the body is none. Its bytes count for
    the address that it came from.
    """
    # Not in the request's state: what stands there as its token goes into the log.
    who = network_of(request.client.host if request.client is not None else "")
    raw = await _read(request, who, "application/x-www-form-urlencoded", _LARGEST_FORM)
    try:
        found = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise RefusedError(400, "bad-request") from None
    fields = dict(found)
    if len(fields) != len(found):
        raise RefusedError(400, "bad-request", "A field came twice.")
    return fields
