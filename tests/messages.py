"""Parcels to send in tests, to a receiver that honours their ids."""

from typing import Any

from msgspec.structs import replace

from conftest import START
from receiver import ID
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.request import Request


def message(id: str = "msg_1", **values: Any) -> OutboxMessage:
    made = OutboxMessage(
        id=id, endpoint="team", kind="webhook", url="https://hooks.borealis.example/x", type="session.held",
        session="2026-11-23-acme-freight-7k3q", created_at=START, next_at=START, body="{}",
    )  # fmt: skip
    return replace(made, **values)


def request(one: OutboxMessage) -> Request:
    """The parcel as it goes out: its id in a header, its body to the letter."""
    headers = ((ID, one.id), ("If-Match", one.if_match)) if one.if_match else ((ID, one.id),)
    return Request("POST", one.url, headers, one.body.encode())
