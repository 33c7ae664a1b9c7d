"""The body of a request: read with a limit of size and of time, then taken apart."""

import asyncio
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from session_tui.server.decision import LARGEST
from session_tui.server.rates import Rates

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
    """The bytes of the body; `RefusedError` where they are too many, too slow, too much in a short
    time, or not JSON by their headers.
    """
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    plain = parameters.replace(" ", "").replace('"', "").lower() in ("", "charset=utf-8")
    if kind.strip().lower() != "application/json" or not plain or "content-encoding" in request.headers:
        raise RefusedError(415, "media-type")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > LARGEST:
        raise RefusedError(413, "too-large")
    found = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                found += chunk
                if len(found) > LARGEST:
                    raise RefusedError(413, "too-large")
    except TimeoutError:
        raise RefusedError(408, "too-slow") from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    rates: Rates = request.app.state.service.rates
    if wait := rates.bytes.take(getattr(request.state, "token", ""), len(found)):
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
