"""A session as an e-mail draft to the owners: plain text, and the same as simple HTML, laid out from the sheet.

`X-Unsent` makes mail programs open it to be written on and sent, by whoever opens it. It names no sender, no host and
no moment but the setting's, and its boundary comes from its content: the same summary gives the same bytes.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from session_tui.export.formats import Setting, report_of
from session_tui.export.summary import Summary
from session_tui.export.templates import render_template, safe_line
from session_tui.model import dates
from session_tui.model.configuration import Person
from session_tui.model.name_keys import name_key
from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import SessionReport

_LEFT_OUT = frozenset({"Time kept"})  # a letter tells what was agreed, not how long it took
_WIDTH = 76  # of a line of the text, which programs quote and some do not wrap
_LONGEST, _LONGEST_NAME = 150, 60  # letters of a subject, of a name before an address
_LONGEST_WORD = 60  # what is longer is encoded, so that its line can be broken
# Every line is ASCII, so that no relay on the way has to change one.
_POLICY = SMTP.clone(cte_type="7bit")
_LONGEST_USERNAME = 64  # as mail has it
# Stricter than mail itself, which takes quotes, comments and encoded words where an address is meant.
_USERNAME = re.compile(r"[\w!#$%&'*+/=^`{|}~-]+(\.[\w!#$%&'*+/=^`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)


def render(summary: Summary, setting: Setting) -> bytes:
    """The draft, as a message file with the line ends of mail."""
    today = setting.now.date()
    told = report_of(summary, setting)
    known, unknown = _owners(summary, setting.people)
    opening, without, as_of = _opening(summary, told, setting), _without_address(unknown), today.isoformat()
    text = "\n".join(_lines(told, opening, without, as_of, full=summary.full)) + "\n"
    html = render_template(
        "letter.html.jinja",
        opening=opening,
        sheet=told,
        sections=[each for each in told.sections if each.title not in _LEFT_OUT],
        without=without,
        full=summary.full,
        as_of=as_of,
    )
    letter = EmailMessage(_POLICY)
    letter.set_content(text)
    letter.add_alternative(html, subtype="html")
    letter.set_boundary(f"={sha256((text + html).encode()).hexdigest()[:32]}")
    head = [("X-Unsent", "1"), ("Date", format_datetime(setting.now)), ("Subject", _encoded(_subject(told), "Subject"))]
    if known:
        head.append(("To", ",\r\n ".join(known)))
    return "".join(f"{name}: {value}\r\n" for name, value in head).encode("ascii") + letter.as_bytes()


def _encoded(text: str, header: str) -> str:
    """A text as a header holds it, in lines. Where `EmailMessage` folds one itself blanks are lost (Python 3.11.7)."""
    plain = text.isascii() and all(len(word) < _LONGEST_WORD for word in text.split())
    return Header(text, "us-ascii" if plain else "utf-8", header_name=header).encode(linesep="\r\n")


def _subject(told: SessionReport) -> str:
    """What the draft is about, as text: nothing in it is read as an encoded word."""
    words = safe_line(f"{told.account}: {told.verdict}{f'. {told.headline}' if told.headline else ''}")
    words = words.replace("=?", "= ?")
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"


def _without_address(names: Iterable[str]) -> str:
    """Who owns something and does not get this, or nothing."""
    found = ", ".join(names)
    return f"Not addressed, because no usable e-mail address of theirs is known: {found}." if found else ""


def _owners(summary: Summary, people: Iterable[Person]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses of those who own open actions, and the names of those who have none, each once."""
    by_name = people_by_name(people)
    known: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for action in summary.action_items:
        if action.status != "open" or not action.owner:
            continue
        person = by_name.get(name_key(action.owner))
        mailbox = email_address(person)
        if person is None or not mailbox:
            unknown.setdefault(name_key(action.owner), action.owner)
        else:
            known.setdefault(mailbox.lower(), _named(_display(person.name), mailbox))
    return tuple(known.values()), tuple(unknown.values())


def _named(name: str, address: str) -> str:
    between = " " if len(name) + len(address) < _WIDTH - len("To: <>") else "\r\n "
    return f"{name}{between}<{address}>" if name else f"<{address}>"


def _display(name: str) -> str:
    """A name as it stands before an address, without what has a meaning there."""
    kept = "".join(c if c in " -'" or unicodedata.category(c)[0] in "LMN" else " " for c in safe_line(name))
    return _encoded(" ".join(kept.split())[:_LONGEST_NAME].rstrip(), "To")


def _opening(summary: Summary, told: SessionReport, setting: Setting) -> str:
    if summary.started_at is None:
        return f"This is where our session on {told.account} stands."
    held = summary.started_at.astimezone().date()
    return f"This is what our session on {told.account} on {dates.words(held, setting.now.date())} came to."


# ---- addresses ------------------------------------------------------------------------------------------------------


def people_by_name(people: Iterable[Person]) -> Mapping[str, Person]:
    """People by what their name is compared as; of two with one name the first."""
    return {name_key(person.name): person for person in reversed(tuple(people))}


def email_address(person: Person | None) -> str:
    """The person's address, or nothing where there is none, or none that a mail program would take."""
    username, _, domain = person.email.strip().rpartition("@") if person else ("", "", "")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        return ""
    fits = len(username) <= _LONGEST_USERNAME and _USERNAME.fullmatch(username) and _DOMAIN.fullmatch(domain)
    return f"{username}@{domain}" if fits else ""


# ---- text -----------------------------------------------------------------------------------------------------------


def _lines(told: SessionReport, opening: str, without: str, as_of: str, *, full: bool) -> Iterator[str]:
    yield from _wrapped(opening)
    yield from ("", *_wrapped(told.account), *_wrapped(told.deal), "")
    yield from _wrapped(f"{told.verdict}. {told.headline}" if told.headline else told.verdict)
    yield ""
    for name, words in told.about:
        yield from _wrapped(f"{name}: {words}", "  ")
    yield f"As of: {as_of}"
    if full:
        yield from ("", "For the team alone: with power, support, pain and notes.")
    for section in told.sections:
        if section.title in _LEFT_OUT:
            continue
        yield from ("", "", section.title.upper(), *_wrapped(section.remark[:1].upper() + section.remark[1:]))
        for group in section.groups:
            yield ""
            yield from _wrapped(group.title)
            for item in group.items:
                yield from _entry(item)
    if without:
        yield from ("", "", *_wrapped(without))


def _entry(item: Item) -> Iterator[str]:
    facts = "; ".join(each for each in (item.lead, *item.facts) if each)
    yield from _wrapped(f"- {item.text}{f' ({item.id})' if item.id else ''}", "  ")
    for each in (facts, *item.more):
        yield from _wrapped(f"  {each}", "  ")


def _wrapped(words: str, hanging: str = "") -> list[str]:
    """The words in lines that no program has to break; what is longer than a line stays whole."""
    before = words[: len(words) - len(words.lstrip(" "))]
    return textwrap.wrap(
        safe_line(words),
        _WIDTH,
        initial_indent=before,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
