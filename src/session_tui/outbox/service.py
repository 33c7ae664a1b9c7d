"""Pushing: from a session to parcels in the outbox, and from a parcel to the request that may go out.

Whether an endpoint may be used is decided here alone, twice: when a parcel is made, and again whenever it is sent, for
days may lie between, and a configuration may have become another one.
"""

import sys
from collections.abc import Mapping
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
from session_tui.outbox import answers, trust
from session_tui.outbox.endpoint_url import address_of
from session_tui.outbox.message import OutboxMessage, PushResult
from session_tui.outbox.messages import build_message
from session_tui.outbox.request import Request
from session_tui.outbox.secrets import secret_of
from session_tui.outbox.store import Outbox
from session_tui.store.errors import StoreError, resolve
from session_tui.store.paths import Paths

BEHIND = 180  # seconds for which a process of ours goes on sending after the program has ended
BEHIND_VARIABLE = "SESSION_TUI_BEHIND"  # another number of them; 0: none is started


class PushService(Struct, frozen=True):
    """The endpoints in force and the outbox; secrets are looked for in the context's environment."""

    context: AppContext

    @property
    def outbox(self) -> Outbox:
        """The user's outbox, one for all folders."""
        return _outbox(self.context.state / "outbox")

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Those of the configuration in force."""
        return self.context.configuration.endpoints

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint of this name; `StoreError` with those there are."""
        found = [each for each in self.endpoints if each.name == name]
        if len(found) == 1:
            return found[0]
        config = self.context.places.config
        if found:
            what = f"{len(found)} endpoints are called {name}"
            raise StoreError(Fault(str(config.path) if config else "", what, "Give each a name of its own."))
        raise StoreError(Fault("", f"there is no endpoint {name}", self._known()))

    def endpoint_named(self, typed: str) -> Endpoint:
        """The endpoint that a typed name means, or a part of it that fits no other; `WrongName`."""
        if not self.endpoints:
            return self.endpoint(typed)
        return self.endpoint(
            resolve(typed, (each.name for each in self.endpoints), "there is no endpoint {}", self._known())
        )

    def _known(self) -> str:
        known = ", ".join(each.name for each in self.endpoints)
        return f"Known are {known}." if known else "[[endpoints]] in session-tui.toml names one; README shows how."

    def question(self, endpoint: Endpoint) -> str:
        """What the user has to say yes to before this endpoint is used; empty where nothing has to be asked."""
        if not trust.needs_trust(self.context.places) or trust.trusted(self.context.state, endpoint):
            return ""
        config = self.context.places.config
        where = f"{config.path.name} ({config.why})" if config else ""
        return f"{endpoint.name} stands in {where}, which may be somebody else's. {trust.question(endpoint)}"

    def trust(self, endpoint: Endpoint) -> None:
        """The user said yes."""
        trust.trust(self.context.state, endpoint, self.context.now())

    def check(self, endpoint: Endpoint) -> None:
        """`StoreError` where the endpoint may not be used, or its secret cannot be had: before anything is packed."""
        self._check_use(endpoint)
        secret_of(endpoint, self.context.environ)

    def _check_use(self, endpoint: Endpoint) -> None:
        self.endpoint(endpoint.name)  # of two with one name, whoever sends could not tell which is meant
        if self.question(endpoint):
            raise StoreError(_untrusted(endpoint))
        if address_of(endpoint).url in self.outbox.switched_off():
            what = "its address said that it is gone, and is switched off"
            do = f"session-tui endpoint test {endpoint.name} tries it, and switches it on again."
            raise StoreError(Fault(_named(endpoint), what, do))

    def packed(self, session: Session, endpoint: Endpoint, detail: Detail, setting: Setting) -> OutboxMessage:
        """What would go to this endpoint, to the letter; nothing is written."""
        return build_message(endpoint, summarise(session, detail), setting, self.outbox.sound(), self.context.now())

    def push(self, session: Session, endpoint: Endpoint, detail: Detail, setting: Setting) -> OutboxMessage:
        """Put it into the outbox; gives what stands there now, which may have been delivered long ago."""
        self.check(replace(endpoint, detail=detail))
        return self.outbox.put(self.packed(session, endpoint, detail, setting))

    def request(self, message: OutboxMessage) -> Request | Fault:
        """The request of a parcel with its secret, or why it may not be sent now."""
        try:
            endpoint = self.endpoint(message.endpoint)
            if (endpoint.kind, address_of(endpoint).url) != (message.kind, message.url):
                what = "its address is another one than when this was pushed"
                return Fault(_named(endpoint), what, "Drop it from the outbox, and push again.")
            if self.question(replace(endpoint, detail=message.detail)):
                return _untrusted(endpoint)
            return answers.request_of(message, secret_of(endpoint, self.context.environ), self.context.now())
        except StoreError as error:
            return error.faults[0]

    def at_end(self, session: Session) -> tuple[PushResult, ...]:
        """Push a session that was just held to the endpoints that want it; what is to be said of each.

        Nothing here keeps anybody from leaving: what cannot be pushed is a result, too.
        """
        return self._pushed(session, [each for each in self.endpoints if each.push_on_end])

    def changed(self, session: Session) -> tuple[PushResult, ...]:
        """Push a held session that was changed, to the endpoints that were given it at its end."""
        try:
            told = {message.endpoint for message in self.outbox.sound() if message.session == session.id}
        except StoreError as error:
            return (_not_pushed(error),)
        return self._pushed(session, [each for each in self.endpoints if each.push_on_end and each.name in told])

    def _pushed(self, session: Session, endpoints: list[Endpoint]) -> tuple[PushResult, ...]:
        results = []
        for endpoint in endpoints:
            try:
                # A secret that is not there yet is waited for: nobody is at hand to set it now.
                self._check_use(endpoint)
                setting = Setting(self.context.now().astimezone())
                message = self.outbox.put(self.packed(session, endpoint, endpoint.detail, setting))
            except StoreError as error:
                results.append(_not_pushed(error))
            else:
                if message.state == "waiting":
                    text = f"On its way to {endpoint.name}; session-tui outbox tells how it went."
                    results.append(PushResult(text))
        return tuple(results)


@cache
def _outbox(folder: Path) -> Outbox:
    """One for all who look: it reads again what has changed alone, and with each answer all of it is counted."""
    return Outbox(folder)


def send_behind(places: Paths, environment: Mapping[str, str]) -> Fault | None:
    """Start a process that sends what waits and ends by itself; a fault where none can be started."""
    if not seconds_behind(environment):
        return None
    from session_tui.outbox.background import detach

    # -P: `-m` alone would look for modules in the current folder first, and run what a clone has put there.
    command = [sys.executable, "-P", "-m", "session_tui"]
    # Named by the environment or found in the folder, the configuration is found there again.
    if places.config is not None and places.config.source == "option":
        command += ["--config", str(places.config.path)]
    return detach([*command, "outbox", "work"], environment)


def seconds_behind(environment: Mapping[str, str]) -> int:
    """For how long sending goes on behind the program."""
    asked = environment.get(BEHIND_VARIABLE, "")
    return min(int(asked), 3600) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else BEHIND


def _not_pushed(error: StoreError) -> PushResult:
    return PushResult(f"Not pushed: {error.faults[0]}", queued=False)


def _untrusted(endpoint: Endpoint) -> Fault:
    what = "it came with this folder, and you have not said yes to it"
    return Fault(_named(endpoint), what, f"session-tui endpoint trust {endpoint.name} shows what it is, and asks.")


def _named(endpoint: Endpoint) -> str:
    return f'endpoint "{endpoint.name}"'
