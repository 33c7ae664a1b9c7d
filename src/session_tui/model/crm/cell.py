"""What all cells of a CRM's export have in common: the texts for "no value", and how a cell is
shown in a sentence.
"""

import re
from functools import lru_cache

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


def is_blank(text: str) -> bool:
    """Whether the text is one that programs write for a value that is not there."""
    return not text or (len(text) <= 10 and text.strip().lower() in _BLANK)


def text_of(cell: str) -> str:
    """The text of a cell in one line. `="00123"` is how programs keep a spreadsheet from reading a
    number there.
    """
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        cell = cell[2:-1].replace('""', '"')
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
    """The name with the given name in front: "Vale, Ruth" is Ruth Vale; "Ruth Vale, MBA" stays."""
    last, comma, first = (part.strip() for part in name.partition(","))
    if not comma or not last or not first or "," in first:
        return name
    degree = first.isupper() and not last.isupper() and len(first) <= 5
    return name if degree or first.rstrip(".").lower().replace(".", "") in _BEHIND_NAME else f"{first} {last}"


@lru_cache(maxsize=1 << 10)
def owner_name(text: str) -> str:
    """The name of a deal's owner, without what CRMs write beside it; empty for "no value"."""
    return "" if is_blank(text) else given_name_first(_BESIDE_NAME.sub("", text) or text)
