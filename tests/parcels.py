"""Parcels to send in tests, to a receiver that honours their ids."""

from typing import Any

from msgspec.structs import replace

from conftest import START
from receiver import ID
from session_tui.deliver.parcel import Parcel
from session_tui.deliver.request import Request


def parcel(id: str = "msg_1", **values: Any) -> Parcel:
    made = Parcel(
        id=id, endpoint="team", kind="webhook", url="https://hooks.borealis.example/x", type="session.held",
        session="2026-11-23-acme-freight-7k3q", created_at=START, next_at=START, body="{}",
    )  # fmt: skip
    return replace(made, **values)


def request(one: Parcel) -> Request:
    """The parcel as it goes out: its id in a header, its body to the letter."""
    headers = ((ID, one.id), ("If-Match", one.if_match)) if one.if_match else ((ID, one.id),)
    return Request("POST", one.url, headers, one.body.encode())
