"""The parts of a copied mail that are no entries: headers, quotations, the signature."""

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from session_tui.model.patterns import lazy_pattern

MailPart: TypeAlias = Literal["", "header", "quotation", "signature"]

# The header fields that mail programs copy, in the languages of the field's mail programs.
_NAMES = """
    from to cc bcc subject date sent reply-to message-id in-reply-to references received return-path mime-version
    content-type content-transfer-encoding delivered-to dkim-signature importance attachments
    von an betreff gesendet datum kopie antwort-an anlagen
    de para à a objet envoyé asunto fecha enviado da oggetto data inviato assunto van aan onderwerp verzonden
"""
_FIELDS = frozenset(_NAMES.split())
_FIELD = lazy_pattern(r"([A-Za-zÀ-ÿ][A-Za-zÀ-ÿ-]*) ?:(?:\s|$)")
_X_FIELD = lazy_pattern(r"x-[a-z-]+")
_BEFORE_HEADERS = lazy_pattern(
    r"-{2,}\s*(?:original message|forwarded message|forwarded by .*|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message d'origine|mensaje original)\s*-{2,}|begin forwarded message:|_{20,}",
    re.IGNORECASE,
)
_WROTE = lazy_pattern(r"(?:on|am|le|el)\b.{6,200}\b(?:wrote|schrieb|écrit|escribió)\b.{0,80}:", re.IGNORECASE)
QUOTED = lazy_pattern(r"\s*>[>\s]*")
FEWEST_FIELDS = 2  # lines of a block of headers: one alone may be text, such as "To: decide who calls"
LONGEST_SIGNATURE = 12  # lines with text; what is longer is no signature


def mail_parts(lines: Sequence[str]) -> tuple[MailPart, ...]:
    """The part of a mail that each line is, or empty for a line of its text."""
    found: list[MailPart] = [""] * len(lines)
    at = 0
    while at < len(lines):
        if QUOTED.match(lines[at]):
            found[at] = "quotation"
            at += 1
        elif end := _headers_end(lines, at):
            found[at:end] = ["header"] * (end - at)
            at = end
        elif _introduces_quotation(lines, at):
            found[at] = "quotation"
            at += 1
        elif end := _signature_end(lines, at):
            found[at:end] = ["signature"] * (end - at)
            at = end
        else:
            at += 1
    return tuple(found)


def without_quote_signs(line: str) -> str:
    """The text of a quoted line."""
    return QUOTED.sub("", line, count=1)


def _headers_end(lines: Sequence[str], at: int) -> int:
    """The index behind the block of headers that begins here; 0 where none does."""
    begun = at
    if _BEFORE_HEADERS.fullmatch(lines[at].strip()):
        at += 1
        while at < len(lines) and not lines[at].strip():
            at += 1
    names = set[str]()
    while at < len(lines) and (name := _field_name(lines[at])):
        names.add(name)
        at += 1
        while names and at < len(lines) and lines[at][:1] in (" ", "\t") and lines[at].strip():
            at += 1  # the field goes on in the next line
    if len(names) >= FEWEST_FIELDS:
        return at
    return begun + 1 if _BEFORE_HEADERS.fullmatch(lines[begun].strip()) else 0


def _field_name(line: str) -> str:
    found = _FIELD.match(line)
    name = found[1].lower() if found else ""
    return name if name in _FIELDS or _X_FIELD.fullmatch(name) else ""


def _introduces_quotation(lines: Sequence[str], at: int) -> bool:
    """Whether the line is `On Monday, Ana wrote:` with a quotation behind it."""
    if not _WROTE.fullmatch(lines[at].strip()):
        return False
    following = next((line for line in lines[at + 1 :] if line.strip()), "")
    return bool(QUOTED.match(following))


def _signature_end(lines: Sequence[str], at: int) -> int:
    """The index behind the signature whose sign `-- ` stands here; 0 where none does."""
    if lines[at].rstrip() != "--":
        return 0
    end, texts = at + 1, 0
    while end < len(lines) and texts <= LONGEST_SIGNATURE:
        if QUOTED.match(lines[end]) or _headers_end(lines, end):
            break
        texts += bool(lines[end].strip())
        end += 1
    return end if 0 < texts <= LONGEST_SIGNATURE else 0
