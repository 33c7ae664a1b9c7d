"""The yes to an endpoint that came with a folder: to its address, its kind, its secret's name, and how much it is told.

A configuration found in the current folder or above may have come with a clone, and be somebody else's text. The yes is
remembered in the user's own folder, and is for exactly what it was given for.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from filelock import FileLock, Timeout
from msgspec import Meta, Struct

from session_tui.deliver.address import address_of
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.session import SCHEMA, Moment, Name
from session_tui.model.words import Detail, EndpointKind
from session_tui.store import atomic, document, toml
from session_tui.store.convert import to_value
from session_tui.store.places import Places, is_own
from session_tui.store.toml import Table
from session_tui.store.trouble import StoreError, fault_of

NAME = "trusted.toml"
PATIENCE = 10.0  # seconds; writing takes milliseconds


class Yes(Struct, frozen=True, kw_only=True):
    """One yes. `address` is for people to read; `sha256` is of the whole URL, whose query may be a signature."""

    name: str = ""
    kind: EndpointKind
    address: Name
    sha256: Name
    secret_env: str = ""
    secret_keyring: str = ""
    detail: Detail = "shared"
    at: Moment


class Trusted(Struct, frozen=True, kw_only=True):
    """The file `trusted.toml` of the state folder."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    endpoints: tuple[Yes, ...] = ()


def needs_trust(places: Places) -> bool:
    """The endpoints in force came with a folder, and are used only after a yes."""
    return places.config is not None and not is_own(places.config)


def trusted(state: Path, endpoint: Endpoint) -> bool:
    """The user said yes to exactly this. A yes to all of a session is one to what is shared of it, too."""
    asked = _yes(endpoint, datetime.fromtimestamp(0, UTC))
    return any(_same(each, asked) and each.detail in ("full", asked.detail) for each in _read(state)[0].endpoints)


def trust(state: Path, endpoint: Endpoint, now: datetime) -> None:
    """Remember the user's yes."""
    asked = _yes(endpoint, now.astimezone(UTC).replace(microsecond=0))
    _change(state, lambda found: (*(each for each in found if not _same(each, asked)), asked))


def revoke(state: Path, endpoint: Endpoint) -> bool:
    """Take the yes back, whatever it was for besides this address and kind; gives whether there was one."""
    asked = _yes(endpoint, datetime.fromtimestamp(0, UTC))

    def others(found: tuple[Yes, ...]) -> tuple[Yes, ...]:
        return tuple(each for each in found if (each.kind, each.sha256) != (asked.kind, asked.sha256))

    return _change(state, others)


def question(endpoint: Endpoint) -> str:
    """What is asked, in a sentence: where to, with which secret, and how much."""
    names = [f"the variable {endpoint.secret_env}"] if endpoint.secret_env else []
    names += [f"the keyring's {endpoint.secret_keyring}"] if endpoint.secret_keyring else []
    secret = f", with the secret of {' or '.join(names)}" if names else ", without a secret"
    much = "all of a session" if endpoint.detail == "full" else "what is shared of a session"
    return f"Send {much} to {address_of(endpoint).shown} ({endpoint.kind}){secret}?"


def _yes(endpoint: Endpoint, at: datetime) -> Yes:
    address = address_of(endpoint)
    return Yes(
        name=endpoint.name,
        kind=endpoint.kind,
        address=address.shown,
        sha256=hashlib.sha256(address.url.encode()).hexdigest(),
        secret_env=endpoint.secret_env,
        secret_keyring=endpoint.secret_keyring,
        detail=endpoint.detail,
        at=at,
    )


def _same(one: Yes, other: Yes) -> bool:
    def key(each: Yes) -> tuple[str, ...]:
        return each.kind, each.sha256, each.secret_env, each.secret_keyring

    return key(one) == key(other)


def _read(state: Path) -> tuple[Trusted, Table]:
    """What is remembered, and its tables; `StoreError` where the file is broken: then nothing is trusted."""
    path = state / NAME
    try:
        if not path.exists():
            return Trusted(), {}
    except OSError as error:
        raise StoreError(fault_of(error, path)) from error
    content = toml.read_bytes(path)
    try:
        tables = toml.parse(content)
        return to_value(tables, Trusted), tables
    except StoreError as error:
        raise document.pinned(error, content, path) from None


def _change(state: Path, changed: Callable[[tuple[Yes, ...]], tuple[Yes, ...]]) -> bool:
    """Read again inside the lock, change, write whole; gives whether anything changed."""
    lock = FileLock(state / f"{NAME}.lock", timeout=PATIENCE)
    path = state / NAME
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except Timeout:
        what = f"another program has been writing it for {PATIENCE:.0f} seconds"
        raise StoreError(Fault(str(path), what, "Try again.")) from None
    except OSError as error:
        raise StoreError(fault_of(error, state, "SESSION_TUI_STATE names another folder.")) from error
    try:
        found, tables = _read(state)
        if found.schema > SCHEMA:
            what = f"a newer version of this program wrote it (schema {found.schema}), so it is not changed here"
            raise StoreError(Fault(str(path), what, "Bring this one up to date."))
        after = Trusted(endpoints=changed(found.endpoints))
        if after.endpoints == found.endpoints:
            return False
        rows = document.laid(tables, found, after) if tables else document.fresh(after, sparse=True)
        atomic.write(path, toml.dumps(rows).encode())
        return True
    except OSError as error:
        raise StoreError(fault_of(error, path, "It is as it was.")) from error
    finally:
        lock.release()
