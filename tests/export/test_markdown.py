"""Covers: session_tui.export.markdown.

The text of an entry stays text in Markdown, whatever characters it contains.
"""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from conftest import DATA
from session_tui.export.brief import markdown as brief_markdown
from session_tui.export.markdown import action_markdown, escaped, session_markdown
from session_tui.model.reports.account_brief import brief
from session_tui.model.reports.session_report import sheet
from session_tui.model.sanitize import one_line, safe_text
from session_tui.model.session import ActionItem, Attendee, Decision, Note, Session
from session_tui.store import session_file
from strategies import sessions

TODAY = date(2026, 11, 23)
SAMPLE = DATA.parent.parent / "sessions" / "2026-11-09-acme-freight-2m9x.toml"
COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# What may stand in the page: our own headings, lists and the verdict in bold. Nothing else is ever
# made of a text.
OURS = {"heading", "paragraph", "bullet_list", "list_item", "inline", "text", "strong"}
EVIL = [
    *("# Heading", "- item", "+ item", "* item", "1. item", "2) item", "> quote", "---", "===", "***", "___"),
    *(
        "```",
        "~~~ code",
        "    code",
        "\tcode",
        "a\n\n# b",
        "a\r\n- b",
        "a\u2028# b",
        "[x]: http://e.org",
        "[link](http://e.org)",
    ),
    *(
        "![image](http://e.org)",
        "<http://e.org>",
        "<b>bold</b>",
        "<script>x</script>",
        "<!-- c -->",
        "&lt;b&gt;",
        "&#35;",
    ),
    *(
        "**bold**",
        "_em_",
        "__bold__",
        "~~gone~~",
        "`code`",
        "a|b",
        "| a | b |\n| - | - |",
        "\\",
        "\\*",
        "a\\",
        "a  \nb",
    ),
    *(
        "[ ] task",
        "[x]",
        "](http://e.org)",
        "(http://e.org)",
        "$x$",
        ":::",
        "https://e.org",
        "www.e.org",
        "x\x1b[31m",
        "\u202e",
    ),
]
PIECES = st.lists(
    st.sampled_from([*EVIL, "a", " ", "\n", "*", "_", "`", "[", "]", "(", ")", "!", "<", ">", "&", "1"]), max_size=6
)
evil = PIECES.map("".join).filter(lambda text: bool(shown(text)))


def tokens(text: str) -> Iterator[Token]:
    for token in COMMONMARK.parse(text):
        yield token
        yield from token.children or ()


def kinds(text: str) -> set[str]:
    return {token.type.removesuffix("_open").removesuffix("_close") for token in tokens(text)}


def said(text: str) -> str:
    return "".join(token.content for token in tokens(text) if token.type == "text")


def shown(text: str) -> str:
    """The text as a reader of the page should see it."""
    return " ".join(safe_text(one_line(text)).split())


@pytest.mark.parametrize("text", EVIL)
def test_a_text_is_itself_at_the_beginning_of_a_line_and_in_it(text: str) -> None:
    for before in ("", "- ", "# ", "- a: "):
        page = f"{before}{escaped(text)}\n"
        assert kinds(page) <= OURS
        assert said(page).removeprefix("a:").lstrip() == shown(text)


@given(evil)
def test_whatever_a_text_is_made_of_it_stays_text(text: str) -> None:
    page = f"- {escaped(text)} — {escaped(text)}\n  - {escaped(text)}\n"
    assert kinds(page) <= OURS
    assert said(page) == f"{shown(text)} — {shown(text)}{shown(text)}"


@given(sessions, evil)
def test_no_entry_becomes_a_heading_a_link_html_or_emphasis(session: Session, text: str) -> None:
    full = replace(
        session,
        account=text,
        zone=text,
        opportunity=text,
        headline=text,
        previous=text,
        attendees=(Attendee(name=text, role=text),),
        action_items=(*session.action_items, ActionItem(id=text, text=text, owner=text, result=text, about=(text,))),
        decisions=(Decision(id="d1", text=text),),
        notes=(Note(id="n1", text=text),),
    )
    plain = replace(
        full,
        account="a",
        zone="",
        opportunity="o",
        action_items=tuple(replace(each, owner=f"o{number}") for number, each in enumerate(full.action_items)),
    )
    page = session_markdown(sheet(full, TODAY), TODAY)
    assert kinds(page) <= OURS
    assert [token.content for token in tokens(page) if token.type == "strong_open"] == [""], "the verdict alone"
    # A text adds no heading: there are those that a session of harmless texts has, an owner's name
    # aside.
    ours = [token.tag for token in tokens(session_markdown(sheet(plain, TODAY), TODAY)) if token.type == "heading_open"]
    theirs = [token.tag for token in tokens(page) if token.type == "heading_open"]
    assert [tag for tag in theirs if tag != "h3"] == [tag for tag in ours if tag != "h3"]
    for action in full.action_items:
        assert kinds(action_markdown(full, action, TODAY)) <= OURS


def test_a_session_is_laid_out_as_it_is_read() -> None:
    session = session_file.read(SAMPLE.read_bytes()).session
    page = session_markdown(sheet(session, TODAY), TODAY)
    assert page.startswith("# Acme Freight · EMEA\n\nTransport management replacement · evaluation")
    for line in (
        "**Hold.** No access to the CFO since the first meeting; the money is not proven.",
        "- As of: 2026-11-23",
        "### Mei Tan",
        (
            "- [ ] Ask procurement which tender rules apply above EUR 250,000 — due Fri 20 Nov, 3 days overdue;"
            " for Lena Brok (t3)"
        ),
        "  - result: Four quarters, from their own reports",
        "- No price before the payback model is agreed with finance (d3)",
    ):
        assert line in page.splitlines()


def test_an_action_says_whose_it_is_and_of_which_session() -> None:
    session = session_file.read(SAMPLE.read_bytes()).session
    action = next(each for each in session.action_items if each.id == "t6")
    assert action_markdown(session, action, TODAY) == (
        "- [ ] Build the payback model with Jonas — Mei Tan; due Wed 18 Nov, 5 days overdue; for Ruth Vale, a5; "
        "owner said yes; Acme Freight · EMEA · Transport management replacement; 2026-11-09-acme-freight-2m9x (t6)\n"
    )
    bare = replace(action, owner="")
    assert "— nobody yet; due" in action_markdown(session, bare, TODAY)


@given(evil)
def test_the_brief_holds_to_it_as_well(text: str) -> None:
    session = replace(session_file.read(SAMPLE.read_bytes()).session, account=text, headline=text)
    found = brief(text, (session,), (), TODAY)
    assert found is not None
    assert kinds(brief_markdown(found, TODAY)) <= OURS
