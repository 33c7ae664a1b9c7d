"""The push service: sessions become messages of the outbox, and messages become requests.

This module alone decides whether an endpoint may be used, twice: when a message is made, and
before each attempt, because the configuration may have changed in the days between.
"""

import sys
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from session_tui.context import AppContext
from session_tui.export.formats import Setting
from session_tui.export.summary import summarise
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.vocabulary import Detail
from session_tui.outbox import synced_folder, trust
from session_tui.outbox.endpoint_url import address_of
from session_tui.outbox.message import OutboxMessage, PushResult
from session_tui.outbox.messages import build_message
from session_tui.outbox.request import Request, build_request
from session_tui.outbox.secrets import secret_of
from session_tui.outbox.store import Outbox
from session_tui.store.errors import StoreError, resolve
from session_tui.store.paths import Paths

HELD = "its session may be opened again"
BEHIND = 180  # seconds for which the background process sends after the program has ended
BY_SYNC = "its sessions are kept in step by sync, not by messages"
BEHIND_VARIABLE = "SESSION_TUI_BEHIND"  # another number of seconds; 0 starts no process


class PushService(Struct, frozen=True):
    """The configured endpoints and the outbox; secrets come from the context's environment."""

    context: AppContext

    @property
    def outbox(self) -> Outbox:
        """The user's outbox; one for all folders of sessions."""
        return _outbox(self.context.state / "outbox")

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The endpoints of the configuration in force."""
        return self.context.configuration.endpoints

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint with exactly this name; `StoreError` names the known ones."""
        matches = [each for each in self.endpoints if each.name == name]
        if len(matches) == 1:
            return matches[0]
        config = self.context.places.config
        if matches:
            what = f"{len(matches)} endpoints are called {name}"
            raise StoreError(Fault(str(config.path) if config else "", what, "Give each a name of its own."))
        raise StoreError(Fault("", f"there is no endpoint {name}", self._known()))

    def endpoint_named(self, typed: str) -> Endpoint:
        """The endpoint with this name, or with this part of one name alone; `WrongName` where none
        or several match.
        """
        if not self.endpoints:
            return self.endpoint(typed)
        return self.endpoint(
            resolve(typed, (each.name for each in self.endpoints), "there is no endpoint {}", self._known())
        )

    def _known(self) -> str:
        known = ", ".join(each.name for each in self.endpoints)
        return (
            f"Known are {known}."
            if known
            else "[[endpoints]] in session-tui.toml names one; docs/guide/endpoints.md shows how."
        )

    def question(self, endpoint: Endpoint) -> str:
        """The question to confirm before this endpoint may be used; empty where none is needed."""
        if not trust.needs_trust(self.context.places) or trust.trusted(self.context.state, endpoint):
            return ""
        config = self.context.places.config
        where = f"{config.path.name} ({config.why})" if config else ""
        return f"{endpoint.name} stands in {where}, which may be somebody else's. {trust.question(endpoint)}"

    def trust(self, endpoint: Endpoint) -> None:
        """Store the user's yes to an endpoint."""
        trust.trust(self.context.state, endpoint, self.context.now())

    def check(self, endpoint: Endpoint) -> None:
        """`StoreError` where the endpoint may not be used or its secret cannot be read."""
        self.check_use(endpoint)
        secret_of(endpoint, self.context.environ)

    def check_use(self, endpoint: Endpoint) -> None:
        """`StoreError` where the endpoint may not be used; its secret is not read."""
        self.endpoint(endpoint.name)  # two endpoints of one name would be ambiguous when the message is sent
        if self.question(endpoint):
            raise StoreError(_untrusted(endpoint))
        if address_of(endpoint).url in self.outbox.switched_off():
            what = "its address said that it is gone, and is switched off"
            do = f"session-tui endpoint test {endpoint.name} tries it, and switches it on again."
            raise StoreError(Fault(_named(endpoint), what, do))

    def build_message(self, session: Session, endpoint: Endpoint, detail: Detail, setting: Setting) -> OutboxMessage:
        """The message that `push` would store; nothing is written.

        Held messages of the session do not count as earlier ones: they give way to this one.
        """
        earlier = (each for each in self.outbox.sound() if not (each.held and each.session == session.id))
        return build_message(endpoint, summarise(session, detail), setting, earlier, self.context.now())

    def push(self, session: Session, endpoint: Endpoint, detail: Detail, setting: Setting) -> OutboxMessage:
        """Put the message into the outbox.

        Returns the stored one, which may have been delivered before. `StoreError` for an endpoint
        that is kept in step by sync.
        """
        if endpoint.sync:
            raise StoreError(Fault(_named(endpoint), BY_SYNC, "session-tui sync brings it there."))
        self.check(replace(endpoint, detail=detail))
        return self._put(self.build_message(session, endpoint, detail, setting))

    def _put(self, message: OutboxMessage) -> OutboxMessage:
        """Store a message in the place of those that are held for the same session and address."""
        held = [
            each
            for each in self.outbox.sound()
            if each.held and (each.session, each.url, each.kind) == (message.session, message.url, message.kind)
        ]
        stored = self.outbox.put(message)
        if stored.held and not message.held:
            self.outbox.release(stored.id, self.context.now())
        for each in held:
            if each.id != stored.id:
                self.outbox.drop(each.id)
        return stored

    def request(self, message: OutboxMessage) -> Request | Fault:
        """The request for a message, with its secret; or the fault, where it may not be
        sent now.
        """
        try:
            endpoint = self.endpoint(message.endpoint)
            if (endpoint.kind, address_of(endpoint).url) != (message.kind, message.url):
                what = "its address is another one than when this was pushed"
                return Fault(_named(endpoint), what, "Drop it from the outbox, and push again.")
            if self.question(replace(endpoint, detail=message.detail)):
                return _untrusted(endpoint)
            if endpoint.sync and message.type != "test":
                return Fault(_named(endpoint), BY_SYNC, "session-tui sync settles this message.")
            return build_request(message, secret_of(endpoint, self.context.environ), self.context.now())
        except StoreError as error:
            return error.faults[0]

    def push_ended_session(self, session: Session) -> tuple[PushResult, ...]:
        """Push a session that has just ended to the endpoints with `push_on_end` or `sync`.

        Never raises `StoreError`: a failed push is a result, so that it cannot stop the program
        from ending.
        """
        return self._push_to(session, [each for each in self.endpoints if each.push_on_end or each.sync])

    def hold_ended_session(self, session: Session, until: datetime) -> tuple[PushResult, ...]:
        """Put the same messages into the outbox, to be sent at `until` if nothing else is asked:
        so that they are sent even if the program is killed before.
        """
        ends = [each for each in self.endpoints if each.push_on_end and not each.sync]
        return self._push_to(session, ends, until)

    def drop_held(self, session_id: str) -> int:
        """Drop the held messages of a session that was opened again; return how many."""
        held = [each for each in self.outbox.sound() if each.held and each.session == session_id]
        for each in held:
            self.outbox.drop(each.id)
        return len(held)

    def push_changed_session(self, session: Session) -> tuple[PushResult, ...]:
        """Push a changed session to the endpoints with `push_on_end` that have a message about it,
        and to those with `sync`. A message that is held stays so.
        """
        try:
            earlier = {message.endpoint: message for message in self.outbox.sound() if message.session == session.id}
        except StoreError as error:
            return (_not_pushed(error),)
        again = [each for each in self.endpoints if each.sync or (each.push_on_end and each.name in earlier)]
        held = {each.name: found.held_until for each in again if (found := earlier.get(each.name)) and found.held}
        return tuple(result for each in again for result in self._push_to(session, [each], held.get(each.name)))

    def _push_to(
        self, session: Session, endpoints: list[Endpoint], held_until: datetime | None = None
    ) -> tuple[PushResult, ...]:
        results = []
        for endpoint in endpoints:
            try:
                # A missing secret is no reason to refuse: the message waits until it is set.
                self.check_use(endpoint)
                if endpoint.sync:
                    results.append(PushResult(_by_sync(self.context, endpoint)))
                    continue
                setting = Setting(self.context.now().astimezone())
                message = self.build_message(session, endpoint, endpoint.detail, setting)
                if held_until is not None:
                    message = replace(message, next_at=held_until, held_until=held_until, reason=HELD)
                message = self._put(message)
            except StoreError as error:
                results.append(_not_pushed(error))
            else:
                if message.state == "waiting":
                    text = f"On its way to {endpoint.name}; session-tui outbox tells how it went."
                    results.append(PushResult(text))
        return tuple(results)


@cache
def _outbox(folder: Path) -> Outbox:
    """One object for a folder: it caches the files, and reads only those again that have
    changed.
    """
    return Outbox(folder)


def send_behind(places: Paths, environment: Mapping[str, str]) -> Fault | None:
    """Start the background process that sends the waiting messages.

    Returns the fault where it cannot start.
    """
    if not seconds_behind(environment):
        return None
    from session_tui.outbox.background import detach

    # -P: `-m` alone would import from the current folder first, and so run files of a cloned
    # repository.
    command = [sys.executable, "-P", "-m", "session_tui"]
    # A configuration from the environment or the folder is found again without an option.
    if places.config is not None and places.config.source == "option":
        command += ["--config", str(places.config.path)]
    if places.sessions.source == "option":  # sync is of this folder
        command += ["--sessions", str(places.sessions.path)]
    return detach([*command, "outbox", "work"], environment)


def seconds_behind(environment: Mapping[str, str]) -> int:
    """The seconds for which the background process sends; an hour at most."""
    value = environment.get(BEHIND_VARIABLE, "")
    return min(int(value), 3600) if value.isascii() and value.isdecimal() and len(value) < 6 else BEHIND


def _not_pushed(error: StoreError) -> PushResult:
    return PushResult(f"Not pushed: {error.faults[0]}", queued=False)


def _untrusted(endpoint: Endpoint) -> Fault:
    what = "it came with this folder, and you have not said yes to it"
    return Fault(_named(endpoint), what, f"session-tui endpoint trust {endpoint.name} shows what it is, and asks.")


def _named(endpoint: Endpoint) -> str:
    return f'endpoint "{endpoint.name}"'


def _by_sync(context: AppContext, endpoint: Endpoint) -> str:

    if context.places is None or synced_folder.is_for(context.places, endpoint):
        return f"{endpoint.name} gets it by the next sync, in the background."
    return f"{endpoint.name} does not have this folder yet; session-tui sync brings it there the first time."
