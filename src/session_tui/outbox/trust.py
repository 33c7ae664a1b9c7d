"""The user's consent to what a configuration from elsewhere names: endpoints, and folders outside
its own.

A configuration in the current folder or above it may have come with a cloned repository, and so be
another person's text. A consent is stored in the user's state folder. For an endpoint it covers
exactly its address, its kind, its secret's name and its level of detail.
"""

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from session_tui.model.configuration import Endpoint
from session_tui.model.dates import file_moment
from session_tui.model.fault import Fault
from session_tui.model.session import SCHEMA, Moment, Name
from session_tui.model.vocabulary import Detail, EndpointKind
from session_tui.outbox.endpoint_url import address_of, discreet
from session_tui.store.paths import FoundPath, Outside, Paths, is_own
from session_tui.store.toml_file import TomlFile

NAME = "trusted.toml"


class Yes(Struct, frozen=True, kw_only=True):
    """Consent to one endpoint.

    `address` is for display, without its secret; `sha256` is of the whole URL.
    """

    name: str = ""
    kind: EndpointKind
    address: Name
    sha256: Name
    secret_env: str = ""
    secret_keyring: str = ""
    detail: Detail = "shared"
    at: Moment


class FolderYes(Struct, frozen=True, kw_only=True):
    """Consent to one folder that a configuration names by a key.

    Both paths have their links resolved.
    """

    config: Name
    key: Name
    path: Name
    at: Moment


class Trusted(Struct, frozen=True, kw_only=True):
    """The file `trusted.toml` of the state folder."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    endpoints: tuple[Yes, ...] = ()
    folders: tuple[FolderYes, ...] = ()


def needs_trust(places: Paths) -> bool:
    """Whether the endpoints in force came with a folder, and so need consent."""
    return places.config is not None and not is_own(places.config)


def trusted(state: Path, endpoint: Endpoint) -> bool:
    """Whether the user consented to exactly this; `full` includes `shared`."""
    wanted = _yes(endpoint, datetime.fromtimestamp(0, UTC))
    stored = _file(state).read(Trusted()).value.endpoints
    return any(_same(each, wanted) and each.detail in ("full", wanted.detail) for each in stored)


def trust(state: Path, endpoint: Endpoint, now: datetime) -> None:
    """Store the user's consent to an endpoint."""
    yes = _yes(endpoint, file_moment(now))
    _change(state, lambda f: replace(f, endpoints=(*(each for each in f.endpoints if not _same(each, yes)), yes)))


def revoke(state: Path, endpoint: Endpoint) -> bool:
    """Delete all consents to this address and kind; returns whether there were any."""
    revoked = _yes(endpoint, datetime.fromtimestamp(0, UTC))

    def others(stored: Trusted) -> Trusted:
        rest = (each for each in stored.endpoints if (each.kind, each.sha256) != (revoked.kind, revoked.sha256))
        return replace(stored, endpoints=tuple(rest))

    return _change(state, others)


# ---- folders ------------------------------------------------------------------------------------


def untrusted_folders(places: Paths) -> tuple[Outside, ...]:
    """The folders outside its own that a configuration from elsewhere names, and that have no
    consent yet.
    """
    if not places.outside or places.config is None:
        return ()
    known = {(each.config, each.key, each.path) for each in _file(places.state.path).read(Trusted()).value.folders}
    return tuple(each for each in places.outside if _of_folder(places.config, each) not in known)


def folder_question(places: Paths, folders: tuple[Outside, ...]) -> str:
    """The question for consent: which configuration names which folders."""
    what = f"names what lies outside its folder: {_list(folders)}"
    return f"{_named(places)} may come from another person, and {what}. Use it?"


def untrusted_fault(places: Paths, folders: tuple[Outside, ...]) -> Fault:
    """The fault where the user cannot be asked."""
    what = f"it came with its folder, and names what lies outside it: {_list(folders)}. Nothing was read or written"
    return Fault(_named(places), what, "session-tui trust says yes to it once; --sessions names another folder.")


def trust_folders(places: Paths, folders: tuple[Outside, ...], now: datetime) -> None:
    """Store the user's consent to folders."""
    config = places.config
    assert config is not None  # only a configuration names such folders
    at = file_moment(now)
    keys = [_of_folder(config, each) for each in folders]
    fresh = tuple(FolderYes(config=file, key=key, path=path, at=at) for file, key, path in keys)
    _change(places.state.path, lambda found: replace(found, folders=(*found.folders, *fresh)))


def _of_folder(config: FoundPath, folder: Outside) -> tuple[str, str, str]:
    return os.path.realpath(config.path), folder.key, os.path.realpath(folder.path)


def _named(places: Paths) -> str:
    return f"{places.config.path} ({places.config.why})" if places.config else ""


def _list(folders: tuple[Outside, ...]) -> str:
    return ", ".join(f"{each.key} = {each.path}" for each in folders)


def question(endpoint: Endpoint) -> str:
    """The question for consent: to which address, with which secret, and how much of a session."""
    names = [f"the variable {endpoint.secret_env}"] if endpoint.secret_env else []
    names += [f"the keyring's {endpoint.secret_keyring}"] if endpoint.secret_keyring else []
    secret = f", with the secret of {' or '.join(names)}" if names else ", without a secret"
    much = "all of a session" if endpoint.detail == "full" else "what is shared of a session"
    return f"Send {much} to {address_of(endpoint).shown(endpoint.kind)} ({endpoint.kind}){secret}?"


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
    """The consent without the secret part of its address, which files of before 2026-11-28
    hold.
    """
    return replace(each, address=discreet(each.address, each.kind))


def _same(one: Yes, other: Yes) -> bool:
    def key(each: Yes) -> tuple[str, ...]:
        return each.kind, each.sha256, each.secret_env, each.secret_keyring

    return key(one) == key(other)


def _change(state: Path, changed: Callable[[Trusted], Trusted]) -> bool:
    """Change the file; returns whether anything changed.

    `StoreError` where it is broken: nothing is written.
    """

    def after(stored: Trusted) -> Trusted:
        before = replace(stored, endpoints=tuple(map(_discreet, stored.endpoints)))
        new = changed(before)
        return stored if new == before else new

    return _file(state).change(after, Trusted())


def _file(state: Path) -> TomlFile[Trusted]:
    return TomlFile(state / NAME, Trusted, state / "locks", private=True)
