"""A parcel: what is to be sent to one endpoint, to the letter, and how sending it went; a file of the outbox."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from session_tui.model.session import SCHEMA, Moment, Name
from session_tui.model.vocabulary import Detail, EndpointKind

State: TypeAlias = Literal["waiting", "delivered", "failed", "rejected"]
Kind: TypeAlias = Literal["session.held", "session.updated", "test"]


class PushResult(Struct, frozen=True):
    """What became of a push to one endpoint, as a sentence; `queued` is False where nothing was put into the outbox."""

    text: str
    queued: bool = True

    def __str__(self) -> str:
        return self.text


class OutboxMessage(Struct, frozen=True, kw_only=True):
    """`id` comes from receiver and content, so that the same content is the same parcel however often it is packed.

    `body` is what is sent, to the letter; no secret is in a parcel. `etag` is what a team server called the version it
    was given, `if_match` the version that this one replaces. `next_at` is empty unless it waits; `reason` says why it
    still waits, failed or was rejected.
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
    reason: str = ""
    if_match: str = ""
    etag: str = ""
    body: str
