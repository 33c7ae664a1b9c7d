"""Covers: session_tui.outbox.request and session_tui.outbox.response.

From a message to a request that a receiver can verify, and from its response to a sentence.
"""

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.pretty import pretty_repr
from standardwebhooks import Webhook, WebhookVerificationError

from receivers import KINDS, NOW, SETTING, endpoint, held, summary_of
from session_tui import __version__
from session_tui.model.fault import Fault
from session_tui.model.sanitize import safe_text
from session_tui.model.vocabulary import EndpointKind
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.messages import build_message, build_test_message
from session_tui.outbox.request import Request, build_request
from session_tui.outbox.response import Response, outcome
from session_tui.outbox.secrets import Secret
from session_tui.store.errors import StoreError

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def message_of(kind: EndpointKind = "webhook", **values: Any) -> OutboxMessage:
    return replace(build_message(endpoint(kind), summary_of(), SETTING, (), NOW), **values)


def answer(status: int, body: str | bytes = b"", media: str = "") -> Response:
    headers = (("content-type", media),) if media else ()
    return Response(status, headers=headers, body=body.encode() if isinstance(body, str) else body)


def now() -> datetime:
    """The library on the receiving side holds the time against its own clock."""
    return datetime.now(UTC)


# ---- web hooks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [SECRET, SECRET.rstrip("="), "a secret in plain words", "東京"])
def test_a_receiver_verifies_the_signature_by_the_public_library(secret: str) -> None:
    message = message_of()
    request = build_request(message, Secret(secret), now())
    receiver = Webhook(secret if secret.startswith("whsec_") else secret.encode())
    assert receiver.verify(request.body, dict(request.headers)) == json.loads(message.body)


@pytest.mark.parametrize("part", ["id", "timestamp", "body", "secret"])
def test_a_signature_holds_for_its_id_moment_body_and_secret_alone(part: str) -> None:
    moment = now()
    request = build_request(message_of(), SECRET, moment)
    headers, body, secret = dict(request.headers), request.body, SECRET
    if part == "id":
        headers["webhook-id"] += "x"
    elif part == "timestamp":
        headers["webhook-timestamp"] = str(int(moment.timestamp()) - 1)
    elif part == "body":
        body = body.replace(b"session.held", b"session.gone")
    else:
        secret = "whsec_" + base64.b64encode(KEY[::-1]).decode()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_each_attempt_is_signed_anew_and_keeps_the_id_by_which_it_is_known() -> None:
    first, second = (
        dict(build_request(message_of(), SECRET, now().replace(year=year)).headers) for year in (2026, 2027)
    )
    assert first["webhook-id"] == second["webhook-id"] == first["Idempotency-Key"] == message_of().id
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert first["webhook-signature"] != second["webhook-signature"]


def test_without_a_secret_a_web_hook_is_not_signed() -> None:
    names = [name for name, _ in build_request(message_of(), "", NOW).headers]
    assert "webhook-signature" not in names and "webhook-id" in names and "Authorization" not in names


def test_an_invalid_secret_is_reported_without_its_text() -> None:
    with pytest.raises(StoreError, match='endpoint "team": its secret is wrong') as caught:
        build_request(message_of(), "whsec_hunter2!", NOW)
    assert "hunter2" not in str(caught.value) and caught.value.__cause__ is None


# ---- the others ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_request_has_the_body_of_the_message_unchanged(kind: EndpointKind) -> None:
    message = message_of(kind)
    request = build_request(message, "a-token", NOW)
    headers = dict(request.headers)
    assert request.body == message.body.encode() and headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == f"session-tui/{__version__}" and headers["Idempotency-Key"] == message.id


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_chat_gets_no_secret_of_ours(kind: EndpointKind) -> None:
    request = build_request(message_of(kind), "a-token", NOW)
    assert request.method == "POST" and request.url == message_of(kind).url
    assert "a-token" not in str(request.headers)


def test_a_team_server_gets_the_session_by_its_id_with_the_version_it_replaces() -> None:
    request = build_request(message_of("team_server"), "a-token", NOW)
    headers = dict(request.headers)
    assert (request.method, request.url) == ("PUT", f"https://team-server.example/hook/{held().id}")
    assert headers["Authorization"] == "Bearer a-token"
    assert headers["If-None-Match"] == "*" and "If-Match" not in headers
    headers = dict(build_request(message_of("team_server", if_match='"v7"'), "a-token", NOW).headers)
    assert headers["If-Match"] == '"v7"' and "If-None-Match" not in headers


@pytest.mark.parametrize("tag", ['"a"\r\nX-Evil: 1', "*", "plain", '"a", "b"', '"東"'])
def test_a_version_that_is_no_tag_gets_into_no_header(tag: str) -> None:
    headers = dict(build_request(message_of("team_server", if_match=tag), "a-token", NOW).headers)
    assert headers["If-None-Match"] == "*" and "If-Match" not in headers


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://team.example", "https://team.example/ID"),
        ("https://team.example/api/v1/sessions/", "https://team.example/api/v1/sessions/ID"),
        ("https://team.example/api?tenant=1", "https://team.example/api/ID?tenant=1"),
    ],
)
def test_a_session_lies_below_the_address_of_its_team_server(url: str, place: str) -> None:
    message = build_message(endpoint("team_server", url=url), summary_of(), SETTING, (), NOW)
    assert build_request(message, "t", NOW).url == place.replace("ID", held().id)
    assert build_request(replace(message, session="../x?y#z"), "t", NOW).url == place.replace("ID", "..%2Fx%3Fy%23z")


def test_the_test_of_a_team_server_changes_nothing_there() -> None:
    request = build_request(build_test_message(endpoint("team_server"), NOW), Secret("a-token"), NOW)
    assert (request.method, request.url, request.body) == ("GET", "https://team-server.example/hook", b"")
    assert dict(request.headers)["Authorization"] == "Bearer a-token"


def test_a_request_shows_neither_its_headers_nor_the_path_of_a_chat() -> None:
    message = message_of("team_server", url="https://team.example/services/T0/B0/hunter2")
    shown = f"{build_request(message, 'a-token', NOW)!r} {build_request(message, 'a-token', NOW)}"
    assert "a-token" not in shown and "hunter2" not in shown and "host='team.example'" in shown
    assert "hunter2" not in pretty_repr(build_request(message, "hunter2-token", NOW))
    assert "hunter3" not in repr(Request("GET", "https://x.example/?sig=hunter3"))


# ---- answers ------------------------------------------------------------------------------------

PROBLEM = "application/problem+json"
ANSWERS: list[tuple[EndpointKind, Response, str]] = [
    ("webhook", answer(200, "ok"), "the receiver took it (200)"),
    ("webhook", answer(401), "the receiver does not accept the secret (401)"),
    ("webhook", answer(418), "the receiver answered i'm a teapot (418)"),
    ("webhook", answer(499), "the receiver refuses (499)"),
    ("webhook", answer(307), "the receiver points to another address, which is not followed (307)"),
    (
        "webhook",
        answer(422, '{"type": "https://x.example/p", "title": "Too old", "detail": "It is of 2019."}', PROBLEM),
        "the receiver does not take this content (422): Too old: It is of 2019",
    ),
    (
        "team_server",
        answer(403, '{"type": "https://x.example/no-seat", "status": 403}', PROBLEM),
        "the receiver refuses (403): https://x.example/no-seat",
    ),
    (
        "team_server",
        answer(412, '{"type": "about:blank"}', PROBLEM),
        "the receiver has another version of this session (412)",
    ),
    ("webhook", answer(400, '{"message": "no such field"}', "application/json"), "(400): no such field"),
    ("webhook", answer(400, '{"error": "bad"}', "application/json; charset=utf-8"), "(400): bad"),
    ("teams", answer(400, '{"error": {"code": "X", "message": "The card is wrong"}}'), "(400): The card is wrong"),
    ("slack", answer(400, "invalid_blocks", "text/plain"), "(400): it does not take the layout (invalid_blocks)"),
    ("slack", answer(404, "no_service"), "(404): the webhook was removed or switched off (no_service)"),
    ("slack", answer(403, "a_new_word"), "the receiver refuses (403): a_new_word"),
    ("teams", answer(400, "Summary or Text is required."), "(400): Summary or Text is required"),
    ("webhook", answer(500, "<!DOCTYPE html><p>Traceback"), "the receiver has a fault of its own (500)"),
    ("webhook", answer(502, "Bad <b>gateway</b>", "text/html"), "cannot be reached behind its gateway (502)"),
    ("webhook", answer(400, "{" * 5000, "application/json"), "does not understand what was sent (400)"),
    ("webhook", answer(400, "[" * 60000), "does not understand what was sent (400)"),
    ("webhook", answer(400, '{"title": 3, "detail": ["x"]}', PROBLEM), "does not understand what was sent (400)"),
    (
        "webhook",
        answer(400, b"\xff\xfe\x1b[31mred\x07"),
        "(400): \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}red",
    ),
    ("webhook", Response(0, "nobody answered\nat x"), "nobody answered at x"),
    ("webhook", Response(0), "no answer came"),
]


@pytest.mark.parametrize(("kind", "found", "said"), ANSWERS, ids=[str(number) for number in range(len(ANSWERS))])
def test_a_response_becomes_a_readable_outcome(kind: EndpointKind, found: Response, said: str) -> None:
    assert outcome(message_of(kind), found).endswith(said)


@given(st.integers(100, 599), st.binary(max_size=400), st.sampled_from([PROBLEM, "text/plain", "text/html", ""]))
def test_every_response_becomes_one_harmless_line(status: int, body: bytes, media: str) -> None:
    said = outcome(message_of("slack"), answer(status, body, media))
    assert 0 < len(said) <= 200 and safe_text(said) == said


@given(st.integers(300, 599), st.text(max_size=40), st.sampled_from(["", ".", "..", " . "]))
def test_a_receivers_reason_and_what_follows_it_have_one_full_stop(status: int, reason: str, end: str) -> None:
    """Also where the receiver sends a whole sentence."""
    said = outcome(message_of(), answer(status, json.dumps({"title": "No", "detail": f"x{reason}{end}"}), PROBLEM))
    assert not said.endswith(".")
    assert not re.search(r"\.\. Ask again", str(Fault("", said, "Ask again.")))


def test_a_long_reason_is_cut() -> None:
    said = outcome(message_of(), answer(400, json.dumps({"detail": "x" * 5000}), PROBLEM))
    assert len(said) == 200 and said.endswith("x…")


def test_a_receiver_that_repeats_our_secret_gets_it_into_no_file() -> None:
    for text in ("Authorization: Bearer hunter2-token", f"wrong key {SECRET}", "hunter2-token is unknown"):
        said = outcome(message_of(), answer(401, text), Secret("hunter2-token"))
        assert "hunter2" not in said and SECRET not in said and "…" in said
    assert "hunter2" not in outcome(message_of(), answer(401, "got bearer hunter2"))
