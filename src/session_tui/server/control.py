"""How the commands of this machine reach the running server: a port of the loopback, and a secret
in a file of the data folder that only its owner reads.

A question and its answer are a line of JSON each. A question holds the secret, the name of a
command, and what it is about.
"""

import asyncio
import hmac
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from session_tui.model.fault import Fault

FILE = "control.json"
_LOOPBACK = "127.0.0.1"
_LONGEST = 64 * 1024  # bytes of a question
_LONGEST_ANSWER = 16 * 1024 * 1024
_PATIENCE = 20.0  # seconds for an answer

Command: TypeAlias = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class ControlError(Exception):
    """The running server was not reached, or it refused; carries the fault to show."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.words)
        self.fault = fault


class NotRunningError(ControlError):
    """No server runs on the data folder."""


class _Place(Struct, frozen=True):
    """What the file holds."""

    port: int
    secret: str


@asynccontextmanager
async def listening(data: Path, commands: Mapping[str, Command], rng: Random) -> AsyncIterator[None]:
    """Answer these commands while the block runs. A command raises `ControlError` to refuse."""
    secret = f"{rng.getrandbits(256):064x}"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await asyncio.wait_for(reader.readline(), _PATIENCE)
            writer.write(msgspec.json.encode(await _answered(line, secret, commands)) + b"\n")
            await writer.drain()
        except (OSError, ValueError, TimeoutError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, _LOOPBACK, 0, limit=_LONGEST)
    file = data / FILE
    _write(file, msgspec.json.encode(_Place(server.sockets[0].getsockname()[1], secret)))
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()
        server.close()


def ask(data: Path, command: str, about: dict[str, Any], patience: float = _PATIENCE) -> dict[str, Any]:
    """What the server on this data folder answers within so many seconds; `ControlError`."""
    return asyncio.run(_ask(data, command, about, patience))


async def _ask(data: Path, command: str, about: dict[str, Any], patience: float) -> dict[str, Any]:
    none = Fault(str(data), "no server runs on this data folder", "session-tui serve --data starts one.")
    try:
        place = msgspec.json.Decoder(_Place).decode((data / FILE).read_bytes())
        reader, writer = await asyncio.open_connection(_LOOPBACK, place.port, limit=_LONGEST_ANSWER)
    except PermissionError:
        what = "the server's secret belongs to another user of this machine"
        raise ControlError(Fault(str(data), what, "Ask as the user that runs the server.")) from None
    except (OSError, msgspec.DecodeError):
        raise NotRunningError(none) from None
    try:
        writer.write(msgspec.json.encode({"secret": place.secret, "command": command, "about": about}) + b"\n")
        line = await asyncio.wait_for(reader.readline(), patience)
        found = msgspec.json.Decoder(dict[str, Any]).decode(line)
    except (OSError, ValueError, TimeoutError, msgspec.DecodeError):
        what = "the running server did not answer"
        raise ControlError(Fault(str(data), what, "Its log may say why.")) from None
    finally:
        writer.close()
    if "fault" in found:
        raise ControlError(msgspec.convert(found["fault"], Fault))
    return found


async def _answered(line: bytes, secret: str, commands: Mapping[str, Command]) -> dict[str, Any]:
    try:
        asked = msgspec.json.Decoder(dict[str, Any]).decode(line)
    except msgspec.DecodeError:
        return {"fault": Fault("", "this is not a question")}
    if not hmac.compare_digest(str(asked.get("secret", "")).encode(), secret.encode()):
        return {"fault": Fault("", "the secret is another one", "Was the server started anew just now? Ask again.")}
    command = commands.get(str(asked.get("command", "")))
    about = asked.get("about")
    if command is None or not isinstance(about, dict):
        return {"fault": Fault("", "the running server does not know this command", "Start it anew after an update.")}
    try:
        return await command(about)
    except ControlError as error:
        return {"fault": error.fault}
    except Exception as error:  # noqa: BLE001 - the server goes on, whatever a command meets
        return {"fault": Fault("", f"the server failed ({type(error).__name__})", "Nothing was changed.")}


def _write(file: Path, content: bytes) -> None:
    """Replace the file whole; it is for its owner alone from its first byte."""
    beside = file.with_suffix(".new")
    with suppress(FileNotFoundError):
        beside.unlink()
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    beside.replace(file)
