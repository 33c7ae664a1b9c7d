"""Covers: session_tui.outbox.messages and session_tui.outbox.kinds.

What an endpoint is sent: the same bytes for the same session, within its limits, and in it every
text a text.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import json_schema
from profiles import examples
from receivers import KINDS, NOW, SETTING, endpoint, held, summary_of
from session_tui.export.formats import Setting
from session_tui.export.summary import summarise
from session_tui.model.configuration import Endpoint
from session_tui.model.reports.report_items import SIGNS
from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.session import (
    ActionItem,
    Assumption,
    ChangeAfter,
    Decision,
    Note,
    Plan,
    PlanComment,
    Session,
    Stakeholder,
)
from session_tui.model.vocabulary import Detail, EndpointKind
from session_tui.outbox.kinds import slack, teams
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.messages import build_message, build_test_message, known_version
from session_tui.store import session_file, toml
from session_tui.store.decoding import to_value
from session_tui.store.errors import StoreError
from strategies import sessions

LATER = NOW + timedelta(days=9)
# The shape of a card, as far as Teams refuses one that has another (Adaptive Cards 1.4).
CARD = {
    "type": "object",
    "required": ["type", "attachments"],
    "properties": {
        "type": {"const": "message"},
        "attachments": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["contentType", "content"],
                "properties": {
                    "contentType": {"const": "application/vnd.microsoft.card.adaptive"},
                    "contentUrl": {"type": "null"},
                    "content": {
                        "type": "object",
                        "required": ["type", "version", "body"],
                        "properties": {
                            "type": {"const": "AdaptiveCard"},
                            "version": {"const": "1.4"},
                            "body": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/block"}},
                        },
                    },
                },
            },
        },
    },
    "$defs": {
        "block": {
            "type": "object",
            "required": ["type", "inlines"],
            "additionalProperties": False,
            "properties": {
                "type": {"const": "RichTextBlock"},
                "spacing": {"enum": ["None", "Small", "Default", "Medium", "Large"]},
                "separator": {"type": "boolean"},
                "inlines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/run"}},
            },
        },
        "run": {
            "type": "object",
            "required": ["type", "text"],
            "additionalProperties": False,
            "properties": {
                "type": {"const": "TextRun"},
                "text": {"type": "string", "minLength": 1},
                "size": {"enum": ["Medium", "Large"]},
                "weight": {"const": "Bolder"},
                "isSubtle": {"const": True},
            },
        },
    },
}
EVIL = ["<!channel>", "<@U012AB3CD>", "<#C012AB3CD>", "<https://evil.example|Acme>", "&lt;!here&gt;", "*bold*", "`x`"]
EVIL += ["[Acme](https://evil.example)", "**bold**", "- item", "{{DATE(2026-11-09T09:00:00Z)}}", "${secret}", ":smile:"]
EVIL += ["<at>Mia Tran</at>", "\u202e", "\u200b", '"', "\\", "&", "<", ">", "x" * 400, "東" * 400, "🙂" * 400]
evil = st.lists(st.sampled_from(EVIL), min_size=1, max_size=3).map(" ".join)


def packed(
    kind: EndpointKind, session: Session, detail: Detail = "full", earlier: tuple[OutboxMessage, ...] = ()
) -> OutboxMessage:
    return build_message(endpoint(kind), summarise(session, detail), SETTING, earlier, NOW)


def blocks_of(message: OutboxMessage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(message.body)["blocks"]
    return found


def texts_of(message: OutboxMessage) -> Iterator[dict[str, Any]]:
    for block in blocks_of(message):
        yield from block.get("elements") or [block["text"]]


def runs_of(message: OutboxMessage) -> list[str]:
    card = json.loads(message.body)["attachments"][0]["content"]
    return [run["text"] for block in card["body"] for run in block["inlines"]]


def lines_of_card(message: OutboxMessage) -> list[str]:
    card = json.loads(message.body)["attachments"][0]["content"]
    return ["".join(run["text"] for run in block["inlines"]) for block in card["body"]]


def read_as_slack(text: str) -> str:
    """Slack gives the three characters back, each once."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def within_limits(message: OutboxMessage) -> None:
    if message.kind == "slack":
        blocks, texts = blocks_of(message), list(texts_of(message))
        sizes = [len(each["text"].encode("utf-16-le")) // 2 for each in texts]
        assert 1 <= len(blocks) <= 50 and max(sizes) <= 3000 and min(sizes) >= 1 and sum(sizes) <= 10_000
        assert all(len(each["text"]["text"]) <= 150 for each in blocks if each["type"] == "header")
        assert all(len(each["elements"]) <= 10 for each in blocks if each["type"] == "context")
        assert len(json.loads(message.body)["text"]) <= 3000
    if message.kind == "teams":
        json_schema.validate(json.loads(message.body), CARD)
        assert len(json.dumps(message.body, ensure_ascii=False).encode()) <= 23_000  # as a workflow passes it on


# ---- the same message ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_built_again_on_another_day_it_is_the_same_message(kind: EndpointKind) -> None:
    first = build_message(endpoint(kind), summary_of(), SETTING, (), NOW)
    again = build_message(endpoint(kind), summary_of(), Setting(now=LATER), (first,), LATER)
    assert (again.id, again.body, again.type) == (first.id, first.body, "session.held")
    # Also where the outbox has forgotten it, and where a first attempt came to nothing.
    assert build_message(endpoint(kind), summary_of(), Setting(now=LATER), (), LATER).id == first.id
    assert (
        build_message(endpoint(kind), summary_of(), SETTING, (replace(first, state="failed"),), LATER).body
        == first.body
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_session_is_an_update_only_for_an_address_that_has_it(kind: EndpointKind) -> None:
    first = replace(build_message(endpoint(kind), summary_of(), SETTING, (), NOW), state="delivered")
    changed = summary_of(headline="We go on.")
    second = build_message(endpoint(kind), changed, SETTING, (first,), LATER)
    assert (first.type, second.type) == ("session.held", "session.updated") and second.id != first.id
    assert build_message(endpoint(kind), changed, SETTING, (first, second), LATER).body == second.body
    elsewhere = endpoint(kind, url="https://other.example/hook")
    assert build_message(elsewhere, changed, SETTING, (first,), LATER).type == "session.held"
    assert (
        build_message(endpoint(kind), changed, SETTING, (replace(first, state="rejected"),), LATER).type
        == "session.held"
    )
    test = build_test_message(endpoint(kind), NOW)
    assert build_message(endpoint(kind), changed, SETTING, (test,), LATER).type == "session.held"


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_changed_and_changed_back_is_not_passed_over_by_a_receiver_that_knows_the_id(
    kind: EndpointKind,
) -> None:
    known: list[OutboxMessage] = []
    for number, headline in enumerate(["A", "B", "A", "B", "B"]):
        moment = NOW + timedelta(minutes=number)
        known.append(build_message(endpoint(kind), summary_of(headline=headline), SETTING, known, moment))
    ids = [each.id for each in known]
    assert len(set(ids[:4])) == 4 and ids[4] == ids[3]


def test_another_address_another_kind_or_another_word_is_another_message() -> None:
    ids = {
        build_message(end, summary, SETTING, (), NOW).id
        for end in (endpoint(), endpoint(url="https://webhook.example/other"), endpoint(kind="slack"))
        for summary in (summary_of(), summary_of(headline="x"), summary_of("full"))
    }
    assert len(ids) == 9
    assert all(each.startswith("msg_") and len(each) == 36 for each in ids)


def test_the_moment_it_tells_is_the_end_of_the_session_or_its_last_change() -> None:
    def moment(**changes: Any) -> str:
        return str(json.loads(build_message(endpoint(), summary_of(**changes), SETTING, (), LATER).body)["timestamp"])

    ended = held().ended_at
    assert ended and moment(changes=()) == ended.isoformat().replace("+00:00", "Z")
    change = ChangeAfter(at=NOW, by="Mei Tan", entry="t1", field="status", to="done")
    assert moment(changes=(change,)) == "2026-11-23T10:00:00Z"
    # A change of what is not shared is none for whom it is not shared with.
    assert moment(changes=(replace(change, field="note"),)) == moment(changes=())
    assert moment(changes=(), clock=(), started_at=None, ended_at=None) == "2026-11-09T00:00:00Z"


@pytest.mark.parametrize("days", [-3, -1, 0, 1, 3])
def test_a_card_is_true_on_every_later_day(days: int) -> None:
    end = held().ended_at
    assert end
    due = end.date() + timedelta(days=days)
    action = ActionItem(id="t1", text="Call Ruth", owner="Mei Tan", due=due)
    belief = Assumption(id="a1", text="The budget is there", tested_by="Mei Tan", due=due)
    summary = summary_of(action_items=(action,), assumptions=(belief,), changes=())
    for kind in ("slack", "teams"):
        body = build_message(endpoint(kind), summary, Setting(now=LATER), (), LATER).body
        assert "Call Ruth" in body and "The budget is there" in body and f"{due.day} {due:%b}" in body
        assert not any(word in body for word in ("overdue", "as of", "today", "tomorrow", SIGNS["late"]))


@given(sessions, st.sampled_from(KINDS), st.sampled_from(["shared", "full"]))
@examples(60)
def test_a_message_comes_back_from_its_file_unchanged(session: Session, kind: EndpointKind, detail: Detail) -> None:
    message = packed(kind, session, detail)
    text = toml.dumps(session_file.fresh(message, sparse=True))
    assert to_value(toml.parse(text.encode()), OutboxMessage) == message
    assert packed(kind, session, detail) == message


# ---- what it holds ------------------------------------------------------------------------------


def test_a_webhook_gets_the_event_its_moment_and_the_summary() -> None:
    found = json.loads(build_message(endpoint(), summary_of(), SETTING, (), NOW).body)
    assert list(found) == ["type", "timestamp", "data"] and found["type"] == "session.held"
    assert found["data"]["id"] == held().id and found["data"]["detail"] == "shared"


@given(sessions)
@examples(40)
def test_a_team_server_is_given_the_session_as_its_file_has_it(session: Session) -> None:
    found = json.loads(packed("team_server", session).body)
    assert (found["schema"], found["detail"]) == (1, "full")
    assert found["session"] == json.loads(json.dumps(session_file.fresh(session, sparse=True), default=_moment))


def test_from_what_a_team_server_is_given_of_a_shared_session_the_shared_session_can_be_read() -> None:
    found = json.loads(packed("team_server", held(), "shared").body)["session"]
    assert not {"power", "support", "pain", "note"} & {key for row in found["stakeholders"] for key in row}
    assert {row["id"] for row in found["action_items"]} == {each.id for each in held().action_items}


def test_slack_and_teams_get_the_words_of_the_reading_pane() -> None:
    text = "\n".join(read_as_slack(each["text"]) for each in texts_of(packed("slack", held())))
    card = "\n".join(lines_of_card(packed("teams", held())))
    for said in (text, card):
        lines = said.splitlines()
        assert lines[0] == "Acme Freight · EMEA" and lines[1].startswith("Session held")
        assert "Hold. No access to the CFO since the first meeting; the money is not proven." in lines
        assert "Mei Tan" in lines and "Action items" in lines
        assert any(each.strip() == "result: Four quarters, from their own reports" for each in lines)
        assert "• No price before the payback model is agreed with finance (d3)" in lines


def test_of_a_test_message_nothing_belongs_to_a_session_and_no_two_are_the_same() -> None:
    for kind in KINDS:
        first, second = (build_test_message(endpoint(kind), NOW + timedelta(seconds=each)) for each in (0, 1))
        assert first.type == "test" and first.id != second.id
        assert kind == "team_server" or "a test of this endpoint" in first.body
        within_limits(first)


PRIVATE = ["hermetic", "obsidian", "quixotic", "zephyrous", "labyrinth", "mandrake", "nightjar", "vermilion"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_shared_is_in_no_payload(kind: EndpointKind) -> None:
    pain, about, doubt, beside, noted, asked, was, is_ = PRIVATE
    session = replace(
        held(),
        plan=Plan(source="plans/acme.md", comments=(PlanComment(line=1, text=asked, author=asked, quote=asked),)),
        stakeholders=(Stakeholder(id="s1", name="Ruth Vale", power=5, support=-2, pain=pain, note=about),),
        assumptions=(Assumption(id="a1", text="The budget is approved", note=doubt),),
        action_items=(ActionItem(id="t1", text="Call Ruth", note=beside),),
        notes=(Note(id="n1", text=noted),),
        changes=tuple(
            ChangeAfter(at=NOW, entry=entry, field=field, from_=was, to=is_)
            for entry, field in (("s1", "pain"), ("s1", "note"), ("n1", "text"), ("n2", "entry"), ("s1", "support"))
        ),
    )
    shared, full = (packed(kind, session, detail).body for detail in ("shared", "full"))
    for word in (*PRIVATE, '"power"', '"support"', "enemy", "key player", "map red"):
        assert word not in shared
    assert all(word in full for word in (pain, about, doubt, beside, noted))


# ---- limits -------------------------------------------------------------------------------------


def large(text: str, count: int) -> Session:
    """A session with so many entries of each kind, each of which says the same."""
    numbers = range(1, count + 1)
    session: Session = replace(
        held(),
        account=text,
        zone=text,
        opportunity=text,
        headline=text,
        stakeholders=tuple(Stakeholder(id=f"s{n}", name=text, title=text, pain=text, note=text) for n in numbers),
        assumptions=tuple(Assumption(id=f"a{n}", text=text, result=text, tested_by=text) for n in numbers),
        action_items=tuple(ActionItem(id=f"t{n}", text=text, owner=f"{text} {n % 7}", note=text) for n in numbers),
        decisions=tuple(Decision(id=f"d{n}", text=text) for n in numbers),
        notes=tuple(Note(id=f"n{n}", text=text) for n in numbers),
    )
    return session


@given(evil, st.integers(0, 90), st.sampled_from(["slack", "teams"]), st.sampled_from(["shared", "full"]))
@examples(60)
def test_however_large_a_session_is_its_message_is_within_what_the_chat_takes(
    text: str, count: int, kind: EndpointKind, detail: Detail
) -> None:
    within_limits(packed(kind, large(text, count), detail))


@pytest.mark.parametrize("character", ["&", "<", '"', "東", "🙂"], ids=["and", "less", "quote", "wide", "emoji"])
@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_text_that_grows_when_it_is_escaped_is_cut_by_what_it_has_become(kind: EndpointKind, character: str) -> None:
    within_limits(packed(kind, large(character * 1000, 60)))


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_what_is_cut_is_pointed_to(kind: EndpointKind) -> None:
    body = packed(kind, large("A promise that was made, and that takes a line to say", 60)).body
    within_limits(packed(kind, large("A promise that was made, and that takes a line to say", 60)))
    assert f" more in {held().id}" in body and "… and " in body
    assert " more in " not in packed(kind, large("Short", 2)).body


@pytest.mark.parametrize("kind", ["webhook", "team_server"])
def test_what_is_too_large_and_cannot_be_cut_is_not_packed(kind: EndpointKind) -> None:
    with pytest.raises(StoreError) as caught:
        packed(kind, large("x" * 4000, 100))
    said = str(caught.value)
    assert said.startswith(f'endpoint "team": {held().id} comes to ') and "1,024 KB is the most" in said
    assert "Nothing was sent" in said


# ---- texts stay texts ---------------------------------------------------------------------------


@given(evil)
@examples(60)
def test_in_slack_no_text_makes_a_mention_a_link_or_a_mark(text: str) -> None:
    message = packed("slack", large(text, 1))
    found = json.loads(message.body)
    assert not set("<>") & set(found["text"]) and found["mrkdwn"] is False
    for each in texts_of(message):
        assert each["type"] == "plain_text" and each["emoji"] is False
        assert not set("<>") & set(each["text"])
        assert each["text"].count("&") == sum(each["text"].count(one) for one in ("&amp;", "&lt;", "&gt;"))


@given(evil)
@examples(60)
def test_in_teams_no_text_is_read_as_markdown_as_a_date_or_as_an_expression(text: str) -> None:
    message = packed("teams", large(text, 1))
    json_schema.validate(json.loads(message.body), CARD)  # no TextBlock, which alone reads Markdown
    assert not any("{{" in run or "${" in run for run in runs_of(message))


@pytest.mark.parametrize("text", [each for each in EVIL if len(each) < 100], ids=ascii)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    shown = " ".join(safe_text(one_line(text)).split())
    session = replace(held(), action_items=(), decisions=(Decision(id="d1", text=text),))
    slack_lines = "\n".join(read_as_slack(each["text"]) for each in texts_of(packed("slack", session))).splitlines()
    assert f"• {shown} (d1)" in slack_lines
    assert f"• {shown} (d1)" in lines_of_card(packed("teams", session))


def test_a_name_made_of_nothing_that_is_seen_makes_no_empty_text() -> None:
    for kind in ("slack", "teams"):
        within_limits(packed(kind, replace(held(), account="\u200b", zone="")))


# ---- addresses ----------------------------------------------------------------------------------

REFUSED = [
    ("ftp://team.example/x", "it does not begin with https://"),
    ("team.example/x", "it does not begin with https://"),
    ("https:team.example", "it does not begin with https://"),
    ("https://", "it has no host"),
    ("https:///x", "it has no host"),
    ("https://a b.example/", "it has a space"),
    ("https://good.example\\@evil.example/", "it has a space or another character"),
    ("https://team.example/\nx", "it has a space or another character"),
    ("https://ana:hunter2@team.example/", "it has a name or password in it"),
    ("https://hunter2@team.example/", "it has a name or password in it"),
    ("https://team.example:0/", "its host or port cannot be read"),
    ("https://team.example:99999/", "its host or port cannot be read"),
    ("https://[::1/", "its host or port cannot be read"),
    ("https://%65vil.example/", "its host is not a name"),
    ("https://-team.example/", "its host is not a name"),
    ("http://team.example/x", "is http, which anybody on the way can read"),
    ("http://localhost.evil.example/", "is http, which anybody on the way can read"),
    ("http://127.0.0.1.evil.example/", "is http, which anybody on the way can read"),
]


@pytest.mark.parametrize(("url", "what"), REFUSED)
def test_an_address_that_cannot_be_used_is_refused_in_a_sentence(url: str, what: str) -> None:
    end = endpoint(url=url)
    with pytest.raises(StoreError) as caught:
        build_message(end, summary_of(), SETTING, (), NOW)
    said = str(caught.value)
    assert said.startswith('endpoint "team": ') and what in said and "hunter2" not in said
    with pytest.raises(StoreError, match=re.escape(what)):
        build_test_message(end, NOW)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("HTTPS://Team.Example:443/x?a=b#c", "https://team.example/x?a=b"),
        ("http://127.0.0.1:8765/api", "http://127.0.0.1:8765/api"),
        ("http://[::1]:8765/", "http://[::1]:8765/"),
        ("http://localhost", "http://localhost/"),
        ("https://аcme.example/x", "https://xn--cme-5cd.example/x"),  # its first letter is Cyrillic
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://team.example/é x".replace(" ", "%20"), "https://team.example/%C3%A9%20x"),
    ],
)
def test_an_address_is_asked_in_the_form_in_which_it_is_shown(url: str, asked: str) -> None:
    assert build_test_message(endpoint(url=url), NOW).url == asked


def test_only_a_held_session_can_be_pushed() -> None:
    for status in ("prepared", "live", "cancelled"):
        with pytest.raises(StoreError, match=f"is {status}, and only a held session can be pushed"):
            build_message(endpoint(), summary_of(status=status), SETTING, (), NOW)


# ---- versions of a team server ------------------------------------------------------------------


def test_a_session_replaces_the_version_that_its_team_server_took_last() -> None:
    def taken(tag: str, minutes: int, **values: Any) -> OutboxMessage:
        moment = NOW + timedelta(minutes=minutes)
        message = build_message(endpoint("team_server"), summary_of(headline=tag), SETTING, (), moment)
        return replace(message, **({"state": "delivered", "etag": tag, "last_at": moment} | values))

    known = (taken('"2"', 2), taken('"1"', 1), taken('"9"', 9, url="https://other.example/"), taken('"8"', 8, etag=""))
    assert build_message(endpoint("team_server"), summary_of(), SETTING, known, LATER).if_match == '"2"'
    assert build_message(endpoint("team_server"), summary_of(), SETTING, (), LATER).if_match == ""
    assert known_version((taken('"7"', 7, state="rejected"),)) == ""


def _moment(value: object) -> str:
    assert isinstance(value, datetime | date)
    return value.isoformat().replace("+00:00", "Z")


def test_the_limits_are_those_of_the_receivers() -> None:
    assert (slack.BLOCKS, slack.TEXT, slack.HEADER) == (50, 3000, 150)
    assert teams.LARGEST <= 23_000
    assert NOW.tzinfo is UTC and isinstance(endpoint(), Endpoint)
