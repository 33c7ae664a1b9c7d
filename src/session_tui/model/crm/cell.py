"""What all cells of a CRM's export have in common: the texts for "no value", and how a cell is
shown in a sentence.
"""

import re
from functools import lru_cache

from session_tui.model.name_keys import name_key, words
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import one_line, safe_text

_BLANK = frozenset(
    (
        "", "-", "--", "\u2013", "\u2014", "n/a", "n.a.", "na", "#n/a", "#nv", "null", "none", "nil", "(blank)",
        "(leer)", "(no value)", "k.a.", "k. a.", "s/o", "n/d", "n.d.",
    )
)  # fmt: skip
# Without characters that would end a link in Markdown or HTML.
_ADDRESS = lazy_pattern(r"https?://[^\s<>\"'`\\]{1,2000}", re.ASCII)

_BESIDE_NAME = lazy_pattern(r"\s*[(<\[][^()<>\[\]]*[)>\]]$")  # "(ida@example.com)", "(Deactivated User)"
DEGREES = frozenset(["phd", "md", "mba", "msc", "bsc", "llm", "esq", "cpa", "cfa", "pmp", "dr", "prof", "dipl", "ing"])
_BEHIND_NAME = DEGREES | frozenset(["jr", "sr", "ii", "iii", "iv", "ma", "ba"])
_NAME = lazy_pattern(r"[^\W\d_][^\d_\s,;:&/+@()<>|?!\"]*")  # a word of a person's name
_PARTICLES_WORDS = (
    "van von de der den del della di da do dos das du la le los las zu zum zur vom ten ter te al el bin ibn"
)
_PARTICLES = frozenset(_PARTICLES_WORDS.split())
# A cell with one of these names a team: "Sales, North". None of them is a frequent surname.
_TEAM_WORDS = """
    sales team teams region regional group emea apac dach latam amer americas account accounts inside channel
    support service services marketing operations ops enterprise crm admin administrator integration queue
    unassigned vertrieb vertriebsteam ventes equipe ventas equipo gruppe groupe grupo office desk department
"""
_TEAM = frozenset(_TEAM_WORDS.split())
# Behind the comma alone, since people are called West: "West, Anna".
_COMPASS_WORDS = "north south east west central nord sud sued s\u00fcd ost est ouest norte sur este oeste"
_COMPASS = frozenset(_COMPASS_WORDS.split())
_FORMULA = lazy_pattern(r'="((?:[^"]|"")*)"')


def is_blank(text: str) -> bool:
    """Whether the text is one that programs write for a value that is not there."""
    return not text or (len(text) <= 10 and text.strip().lower() in _BLANK)


def text_of(cell: str) -> str:
    """The text of a cell in one line. `="00123"` is how programs keep a spreadsheet from reading a
    number there. Any other formula stays as it is written: it is not computed.
    """
    if cell.startswith('="') and (quoted := _FORMULA.fullmatch(cell)):
        cell = quoted[1].replace('""', '"')
    return cell.strip() if cell.isascii() and cell.isprintable() else one_line(cell).strip()


def web_address(text: str) -> str:
    """The text, if it is an address that a document may link to; empty for another one."""
    return text if _ADDRESS.fullmatch(text) else ""


def shown(text: str) -> str:
    """The text in quotes, shortened to 40 characters."""
    clean = safe_text(text)
    return f'"{clean}"' if len(clean) <= 40 else f'"{clean[:37]}..."'


def items(text: str) -> tuple[str, ...]:
    """The texts of a cell that lists several records, as in HubSpot: "Acme; Acme Holding"."""
    found = tuple(each for piece in text.split(";") if (each := piece.strip()))
    return found or (text,)


def given_name_first(name: str) -> str:
    """The name with the given name in front: "Vale, Ruth" is Ruth Vale.

    Only one surname, with its particles, and one or two given names change places. What may be a
    degree, a team or two people stays as it is written: "Ruth Vale, MBA", "Sales, North".
    """
    last, comma, first = (part.strip() for part in name.partition(","))
    surname, given = last.split(), first.split()
    if not comma or not surname or not 1 <= len(given) <= 2 or not all(map(_NAME.fullmatch, (*surname, *given))):
        return name
    degree = first.isupper() and not last.isupper() and len(first) <= 5
    plain = [word.lower().replace(".", "") for word in (*surname, *given)]
    behind = plain[len(surname) :]
    team = not _TEAM.isdisjoint(plain) or not _COMPASS.isdisjoint(behind)
    if degree or team or not _BEHIND_NAME.isdisjoint(behind):
        return name
    return f"{first} {last}" if _PARTICLES.issuperset(plain[: len(surname) - 1]) else name


@lru_cache(maxsize=1 << 10)
def owner_name(text: str) -> str:
    """The name of a deal's owner, without what CRMs write beside it; empty for "no value"."""
    return "" if is_blank(text) else given_name_first(_BESIDE_NAME.sub("", text) or text)


def owners(text: str) -> tuple[str, ...]:
    """The people of a cell that lists several, by semicolons or commas: "Ben Okafor, Mei Tan".

    By commas it is a list where each part has a given name and a surname; otherwise the cell is
    one name.
    """
    parts = items(text)
    if len(parts) == 1 and "," in text:
        listed = tuple(part for piece in text.split(",") if (part := piece.strip()))
        parts = listed if all(len(part.split()) > 1 for part in listed) else parts
    return tuple(found for part in parts if (found := owner_name(part)))


def person_key(name: str) -> tuple[str, ...]:
    """The key by which people are compared: the words in any order, without case, accents and
    degrees.
    """
    found = words(name)
    plain = [word for word in found if word not in DEGREES]
    return tuple(sorted(plain if len(plain) > 1 else found)) or (name_key(name),)
