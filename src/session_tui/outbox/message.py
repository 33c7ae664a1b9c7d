"""A message of the outbox: its content for one endpoint, and the state of its delivery; one file
each.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from session_tui.model.session import SCHEMA, Moment, Name
from session_tui.model.vocabulary import Detail, EndpointKind

State: TypeAlias = Literal["waiting", "delivered", "failed", "rejected"]
Kind: TypeAlias = Literal["session.held", "session.updated", "test"]


class PushResult(Struct, frozen=True):
    """The result of a push to one endpoint, as a sentence; `queued` is False where no message was
    stored.
    """

    text: str
    queued: bool = True

    def __str__(self) -> str:
        return self.text


class OutboxMessage(Struct, frozen=True, kw_only=True):
    """A message.

    Its `id` is a digest of receiver and content, so the same content is never sent twice.

    `body` is sent unchanged; a message holds no secret. `etag` is the team server's name for the
    version it received, `if_match` the version that this one replaces. `next_at` is the moment of
    the next attempt while the message waits; `reason` is why it waits, failed or was rejected.
    Until `held_until` the session may be opened again; then the message is dropped.
    """

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    id: Name
    endpoint: Name
    kind: EndpointKind
    url: Name
    type: Kind
    session: Name
    account: str = ""
    detail: Detail = "shared"
    created_at: Moment
    state: State = "waiting"
    attempts: Annotated[int, Meta(ge=0)] = 0
    last_at: Moment | None = None
    next_at: Moment | None = None
    held_until: Moment | None = None
    reason: str = ""
    if_match: str = ""
    etag: str = ""
    body: str

    @property
    def held(self) -> bool:
        """Whether it was never tried, because its session may be opened again."""
        return self.state == "waiting" and self.attempts == 0 and self.held_until is not None
