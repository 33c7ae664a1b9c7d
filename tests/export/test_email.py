"""Covers: session_tui.export.email.

Any mail program reads the draft; it goes to the owners alone, whatever a name contains.
"""

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from export.samples import PIECES, PRIVATE, SETTING, WHOLE, hostile, other_secrets, texts, told, words
from export.test_html import Read
from profiles import examples
from session_tui.export.formats import Setting, remarks, render
from session_tui.export.summary import summarise
from session_tui.export.templates import safe_line
from session_tui.model.configuration import Person
from session_tui.model.session import ActionItem, Session
from session_tui.model.vocabulary import Detail

HEADERS = ["X-Unsent", "Date", "Subject", "To", "MIME-Version", "Content-Type"]
TAGS = {
    "html", "head", "meta", "title", "body", "div", "p", "h1", "h2", "strong", "br", "span", "table", "caption",
    "thead", "tbody", "tr", "th", "td", "ul", "li",
}  # fmt: skip


def draft(session: Session, detail: Detail = "full", setting: Setting = SETTING) -> bytes:
    return render(summarise(session, detail), "eml", setting)


def read(content: bytes) -> EmailMessage:
    """As the standard library's parser reads it, without a fault."""
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.splitlines())) <= 78
    letter = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(letter, EmailMessage)
    assert not letter.defects and not any(part.defects for part in letter.walk())
    return letter


def parts(letter: EmailMessage) -> tuple[str, Read]:
    """The text, its lines joined, and the HTML as a parser reads it."""
    text, html = letter.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert isinstance(text, EmailMessage) and isinstance(html, EmailMessage)
    return " ".join(text.get_content().split()), Read(html.get_content())


def to(letter: EmailMessage) -> list[tuple[str, str]]:
    header = letter["To"]
    found: tuple[Address, ...] = header.addresses if header is not None else ()
    return [(each.display_name, each.addr_spec) for each in found]


def test_it_is_a_draft_to_the_owners_of_open_actions_who_have_an_address() -> None:
    letter = read(draft(WHOLE))
    assert letter.keys() == HEADERS
    assert letter["X-Unsent"] == "1"
    assert letter["Date"].datetime == SETTING.now
    assert letter["Subject"] == "Acme Freight · EMEA: Pursue on a condition. On condition of a meeting with the CFO."
    # Ana Ruiz has an address, and what she owned is done.
    assert to(letter) == [("Ben Okafor", "ben@example.com")]
    text, html = parts(letter)
    for said in (text, html.text):
        assert "usable e-mail address" not in said
        assert "Mei Tan (was not there)" in said
        # What the receivers owe stands before all else that the session came to.
        assert said.index("Meet the CFO") < said.index("Pursue on a condition") < said.index("The budget is there")
    assert remarks(summarise(WHOLE, "shared"), "eml", SETTING) == (
        "Not addressed, because no usable e-mail address of theirs is known: Mei Tan.",
    )
    assert {tag for tag, _ in html.elements} <= TAGS


def test_a_draft_to_nobody_has_no_to() -> None:
    letter = read(draft(WHOLE, setting=Setting(SETTING.now)))
    assert letter["To"] is None
    (said,) = remarks(summarise(WHOLE, "shared"), "eml", Setting(SETTING.now))
    assert said.endswith("is known: Ben Okafor, Mei Tan.")


def test_an_owner_is_found_by_name_however_it_is_written_and_addressed_once() -> None:
    owners = ("BEN  okafor", "Ben Okafor")
    actions = tuple(ActionItem(id=f"t{number}", text="Call", owner=owner) for number, owner in enumerate(owners))
    assert to(read(draft(replace(WHOLE, action_items=actions)))) == [("Ben Okafor", "ben@example.com")]


def test_a_name_is_written_in_its_own_letters() -> None:
    people = (Person(name="Zoë Ångström", email="zoe@bücher.example"),)
    session = replace(WHOLE, action_items=(ActionItem(id="t1", text="Call", owner="Zoë Ångström"),))
    content = draft(session, setting=Setting(SETTING.now, people))
    assert to(read(content)) == [("Zoë Ångström", "zoe@xn--bcher-kva.example")]


@given(hostile())
@examples(60)
def test_whatever_a_text_holds_it_comes_out_as_text(session: Session) -> None:
    letter = read(draft(session))
    assert set(letter.keys()) <= set(HEADERS)
    text, html = parts(letter)
    assert {tag for tag, _ in html.elements} <= TAGS
    assert html.comments == []
    for said in told(session):
        assert safe_line(said) in html.text
        assert safe_line(said) in text


@given(words, st.one_of(texts, st.sampled_from(["eve@example.com", "=?utf-8?q?a?=@x.org", "a@b, c@d", "a@[1.2.3.4]"])))
@example(name=f'"x" <eve@example.com>, {"é" * 90}', email="ben@example.com")
@example(name="Ben", email="ben@example.com\r\nBcc: eve@example.com")
@examples(150)
def test_no_name_and_no_address_adds_a_header_or_somebody_else(name: str, email: str) -> None:
    session = replace(WHOLE, action_items=(ActionItem(id="t1", text="Call", owner=name),), account=name)
    letter = read(draft(session, setting=Setting(SETTING.now, (Person(name=name, email=email),))))
    assert letter.keys() in (HEADERS, [each for each in HEADERS if each != "To"])
    assert [spec for _, spec in to(letter)] in ([email.strip()], [])
    assert all({*safe_line(name), " "} >= set(called) for called, _ in to(letter))
    assert all(char not in letter["Subject"] for char in "\r\n")


def test_what_is_shared_holds_nothing_of_what_stays_with_us() -> None:
    letter = read(draft(WHOLE, "shared"))
    text, html = parts(letter)
    everything = f"{letter['Subject']} {text} {html.text} {html.elements}".casefold()
    assert [word for word in PRIVATE if word.casefold() in everything] == []
    assert "For the team alone" in parts(read(draft(WHOLE)))[0]


@given(hostile())
@examples(30)
def test_what_we_think_of_people_does_not_change_one_byte_of_what_is_shared(session: Session) -> None:
    assert draft(session, "shared") == draft(other_secrets(session), "shared")


def test_the_same_summary_is_the_same_draft_to_the_letter() -> None:
    assert draft(WHOLE) == draft(WHOLE)
    assert draft(WHOLE) != draft(replace(WHOLE, headline="Another"))


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join))
@examples(60)
def test_a_subject_is_read_as_it_was_meant(account: str) -> None:
    letter = read(draft(replace(WHOLE, account=f"{account}é", headline="", zone="")))
    meant = safe_line(f"{account}é: Pursue on a condition").replace("=?", "= ?")
    said = letter["Subject"]
    assert said == meant or (said.endswith("…") and meant.startswith(said[:-1]))
