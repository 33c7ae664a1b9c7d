"""What the tests of endpoints begin with: a session that was held, an endpoint of each kind, the moment of packing."""

from datetime import UTC, datetime
from typing import Any, get_args

from msgspec.structs import replace

from conftest import DATA
from session_tui.export.formats import Setting
from session_tui.export.summary import Summary, summarise
from session_tui.model.configuration import Endpoint
from session_tui.model.session import Session
from session_tui.model.vocabulary import Detail, EndpointKind
from session_tui.store import session_file

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SETTING = Setting(now=NOW)
KINDS: tuple[EndpointKind, ...] = get_args(EndpointKind)
SAMPLE = DATA.parent.parent / "sessions" / "2026-11-09-acme-freight-2m9x.toml"


def held() -> Session:
    return session_file.read(SAMPLE.read_bytes()).session


def told(detail: Detail = "shared", **changes: Any) -> Summary:
    return summarise(replace(held(), **changes), detail)


def endpoint(kind: EndpointKind = "webhook", **values: Any) -> Endpoint:
    return Endpoint(**{"name": "team", "kind": kind, "url": f"https://{kind.replace('_', '-')}.example/hook"} | values)
