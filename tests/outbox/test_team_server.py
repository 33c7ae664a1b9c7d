"""Covers: session_tui.outbox.kinds.team_server and docs/team-server.md.

The client sends the requests that docs/team-server.md describes, and its example is a valid
session.
"""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from receivers import NOW, SETTING, endpoint, summary_of
from session_tui.model.session import Session
from session_tui.model.validation import unreadable
from session_tui.model.vocabulary import PRIVATE
from session_tui.outbox.kinds import team_server
from session_tui.outbox.messages import build_message
from session_tui.outbox.request import build_request
from session_tui.store import toml
from session_tui.store.decoding import faults_of, to_value

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "team-server.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def asked(**values: Any) -> dict[str, str]:
    message = msgspec.structs.replace(build_message(endpoint("team_server"), summary_of(), SETTING, (), NOW), **values)
    return dict(build_request(message, "a-token", NOW).headers)


def test_the_example_is_a_shared_session_and_has_the_keys_that_are_sent() -> None:
    example = json.loads(block("json"))
    sent = json.loads(build_message(endpoint("team_server"), summary_of(), SETTING, (), NOW).body)
    assert list(example) == list(sent)
    session = msgspec.json.decode(json.dumps(example["session"]), type=Session)
    assert unreadable(session) == () and session.account == "Acme Freight"
    assert set(example["session"]) <= set(sent["session"])
    for name in ("stakeholders", "action_items", "decisions"):
        assert not any(PRIVATE & row.keys() for row in example["session"][name])
        assert set(example["session"][name][0]) <= {key for row in sent["session"][name] for key in row}


def test_the_headers_of_the_page_are_those_that_are_sent() -> None:
    table = set(re.findall(r"^\| `([A-Z][A-Za-z-]+)(?:: [^`]+)?` \|", PAGE, re.MULTILINE))
    assert table | {"User-Agent"} == asked().keys() | asked(if_match='"7"').keys()
    lines = block("http").splitlines()
    shown = {name: text for name, _, text in (line.partition(": ") for line in lines[1:])}
    assert shown.keys() - {"Host"} == asked().keys()
    assert shown["If-None-Match"] == asked()["If-None-Match"] and shown["Content-Type"] == asked()["Content-Type"]
    assert len(shown["Idempotency-Key"]) == len(asked()["Idempotency-Key"])
    assert re.fullmatch(r"msg_[0-9a-f]{32}", shown["Idempotency-Key"]) and "msg_" in asked()["Idempotency-Key"]


def test_the_configuration_of_the_page_is_one() -> None:
    from session_tui.model.configuration import Configuration

    tables = toml.parse(block("toml").encode())
    assert not tuple(faults_of(tables, Configuration))
    assert to_value(tables, Configuration).endpoints[0].kind == "team_server"


def test_the_most_that_is_sent_is_what_a_server_has_to_take() -> None:
    assert team_server.LARGEST == 1024 * 1024 and "must take at least 1 MiB" in PAGE
