"""A session as an e-mail draft to the owners of actions: the report as plain text and as simple
HTML. What the receivers owe stands first.

`X-Unsent` makes mail programs open the message as a draft, to be edited and sent by the reader. It
has no sender, no host and no time except the setting's, and its MIME boundary is a hash of its
content: the same summary gives the same bytes.
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
from session_tui.model.patterns import lazy_pattern
from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import Section, SessionReport
from session_tui.model.sentence import capital

_OWED = "Action items"  # the section that stands first
_LEFT_OUT = frozenset({"Time kept"})  # the draft is about agreements, not about durations
_WIDTH = 76  # of a line of text: mail programs quote lines, and some do not wrap them
_LONGEST_SUBJECT, _LONGEST_NAME = 150, 60  # characters; the name is the one before an address
_LONGEST_WORD = 60  # characters; a longer word is encoded, so that its line can be broken
# Every line is ASCII, so that no mail relay has to change one.
_POLICY = SMTP.clone(cte_type="7bit")
_LONGEST_USERNAME = 64  # characters (RFC 5321)
# Stricter than the standard, which allows quotes, comments and encoded words in an address.
_USERNAME = lazy_pattern(r"[\w!#$%&'*+/=^`{|}~-]+(\.[\w!#$%&'*+/=^`{|}~-]+)*", re.ASCII)
_DOMAIN = lazy_pattern(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)


def render(summary: Summary, setting: Setting) -> bytes:
    """Return the draft as a message file with CRLF line ends."""
    today = setting.now.date()
    report = report_of(summary, setting)
    known, _ = _owners(summary, setting.people)
    opening, as_of = _opening(summary, report, setting), today.isoformat()
    owed = tuple(each for each in report.sections if each.title == _OWED)
    sections = tuple(each for each in report.sections if each.title not in (_OWED, *_LEFT_OUT))
    text = "\n".join(_lines(report, opening, owed, sections, as_of, full=summary.full)) + "\n"
    html = render_template(
        "email.html.jinja",
        opening=opening,
        report=report,
        owed=owed,
        sections=sections,
        full=summary.full,
        as_of=as_of,
    )
    message = EmailMessage(_POLICY)
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message.set_boundary(f"={sha256((text + html).encode()).hexdigest()[:32]}")
    subject = _encoded(_subject(report), "Subject")
    headers = [("X-Unsent", "1"), ("Date", format_datetime(setting.now)), ("Subject", subject)]
    if known:
        headers.append(("To", ",\r\n ".join(known)))
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii") + message.as_bytes()


def remarks(summary: Summary, setting: Setting) -> tuple[str, ...]:
    """Sentences for the user, never for the receivers: owners without an address are not
    addressed.
    """
    _, unknown = _owners(summary, setting.people)
    if not unknown:
        return ()
    return (f"Not addressed, because no usable e-mail address of theirs is known: {', '.join(unknown)}.",)


def _encoded(text: str, header: str) -> str:
    """Encode and fold a header's text; `EmailMessage` loses spaces in folding (Python 3.11.7)."""
    plain = text.isascii() and all(len(word) < _LONGEST_WORD for word in text.split())
    return Header(text, "us-ascii" if plain else "utf-8", header_name=header).encode(linesep="\r\n")


def _subject(report: SessionReport) -> str:
    """The subject, in which nothing reads as an encoded word."""
    subject = safe_line(f"{report.account}: {report.verdict}{f'. {report.headline}' if report.headline else ''}")
    subject = subject.replace("=?", "= ?")
    return subject if len(subject) <= _LONGEST_SUBJECT else f"{subject[: _LONGEST_SUBJECT - 1].rstrip()}…"


def _owners(summary: Summary, people: Iterable[Person]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses of the owners of open actions, and the names of owners without one."""
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
            known.setdefault(mailbox.lower(), _with_name(_display_name(person.name), mailbox))
    return tuple(known.values()), tuple(unknown.values())


def _with_name(name: str, address: str) -> str:
    between = " " if len(name) + len(address) < _WIDTH - len("To: <>") else "\r\n "
    return f"{name}{between}<{address}>" if name else f"<{address}>"


def _display_name(name: str) -> str:
    """The name before an address, without characters that have a meaning in a header."""
    plain = "".join(c if c in " -'" or unicodedata.category(c)[0] in "LMN" else " " for c in safe_line(name))
    return _encoded(" ".join(plain.split())[:_LONGEST_NAME].rstrip(), "To")


def _opening(summary: Summary, report: SessionReport, setting: Setting) -> str:
    first = "First, who does what by when." if summary.action_items else ""
    if summary.started_at is None:
        return f"This is where our session on {report.account} stands. {first}".rstrip()
    held = dates.words(summary.started_at.astimezone().date(), setting.now.date())
    return f"This is what our session on {report.account} on {held} came to. {first}".rstrip()


# ---- addresses ----------------------------------------------------------------------------------


def people_by_name(people: Iterable[Person]) -> Mapping[str, Person]:
    """People by the key of their name (see `name_key`); of two with the same key the first."""
    return {name_key(person.name): person for person in reversed(tuple(people))}


def email_address(person: Person | None) -> str:
    """The person's address; empty where there is none, or none that mail programs accept."""
    username, _, domain = person.email.strip().rpartition("@") if person else ("", "", "")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        return ""
    is_valid = len(username) <= _LONGEST_USERNAME and _USERNAME.fullmatch(username) and _DOMAIN.fullmatch(domain)
    return f"{username}@{domain}" if is_valid else ""


# ---- text ---------------------------------------------------------------------------------------


def _lines(
    report: SessionReport,
    opening: str,
    owed: Iterable[Section],
    sections: Iterable[Section],
    as_of: str,
    *,
    full: bool,
) -> Iterator[str]:
    yield from _wrapped(opening)
    for section in owed:
        yield from _section(section)
    yield from ("", "", *_wrapped(report.account), *_wrapped(report.deal), "")
    yield from _wrapped(f"{report.verdict}. {report.headline}" if report.headline else report.verdict)
    yield ""
    for name, text in report.about:
        yield from _wrapped(f"{name}: {text}", "  ")
    yield f"As of: {as_of}"
    if full:
        yield from ("", "For the team alone: with power, support, pain and notes.")
    for section in sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield from ("", "", section.title.upper(), *_wrapped(capital(section.remark)))
    for group in section.groups:
        yield ""
        yield from _wrapped(group.title)
        for item in group.items:
            yield from _entry(item)


def _entry(item: Item) -> Iterator[str]:
    facts = "; ".join(each for each in (item.lead, *item.facts) if each)
    yield from _wrapped(f"- {item.text}{f' ({item.id})' if item.id else ''}", "  ")
    for each in (facts, *item.more):
        yield from _wrapped(f"  {each}", "  ")


def _wrapped(text: str, hanging: str = "") -> list[str]:
    """Wrap the text at `_WIDTH`; a longer word stays whole."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    return textwrap.wrap(
        safe_line(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
