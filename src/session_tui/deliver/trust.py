"""The yes to an endpoint that came with a folder: to its address, its kind, its secret's name, and how much it is told.

A configuration found in the current folder or above may have come with a clone, and be somebody else's text. The yes is
remembered in the user's own folder, and is for exactly what it was given for.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from session_tui.deliver.address import address_of, discreet
from session_tui.model.clean import harmless
from session_tui.model.configuration import Endpoint
from session_tui.model.session import SCHEMA, Moment, Name
from session_tui.model.words import Detail, EndpointKind
from session_tui.store.places import Places, is_own
from session_tui.store.toml_file import TomlFile

NAME = "trusted.toml"


class Yes(Struct, frozen=True, kw_only=True):
    """One yes. `address` is for people to read, without what is secret in it; `sha256` is of the whole URL."""

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
    found = _file(state).read(Trusted()).value.endpoints
    return any(_same(each, asked) and each.detail in ("full", asked.detail) for each in found)


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
    return harmless(f"Send {much} to {address_of(endpoint).shown(endpoint.kind)} ({endpoint.kind}){secret}?")


def _yes(endpoint: Endpoint, at: datetime) -> Yes:
    address = address_of(endpoint)
    return Yes(
        name=endpoint.name,
        kind=endpoint.kind,
        address=address.shown(endpoint.kind),
        sha256=hashlib.sha256(address.url.encode()).hexdigest(),
        secret_env=endpoint.secret_env,
        secret_keyring=endpoint.secret_keyring,
        detail=endpoint.detail,
        at=at,
    )


def _discreet(each: Yes) -> Yes:
    """A yes of before 2026-11-28 has the whole address of a chat: the digest is what it is known by."""
    return replace(each, address=discreet(each.address, each.kind))


def _same(one: Yes, other: Yes) -> bool:
    def key(each: Yes) -> tuple[str, ...]:
        return each.kind, each.sha256, each.secret_env, each.secret_keyring

    return key(one) == key(other)


def _change(state: Path, changed: Callable[[tuple[Yes, ...]], tuple[Yes, ...]]) -> bool:
    """Whether anything changed. Where the file is broken, nothing is trusted and nothing written."""

    def after(found: Trusted) -> Trusted:
        known = tuple(map(_discreet, found.endpoints))
        now = changed(known)
        return found if now == known else replace(found, endpoints=now)

    return _file(state).change(after, Trusted())


def _file(state: Path) -> TomlFile[Trusted]:
    return TomlFile(state / NAME, Trusted, state / "locks")
