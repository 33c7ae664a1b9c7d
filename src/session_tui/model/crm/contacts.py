"""The people of an account in a CRM's export of contacts, and those that a session has not yet.

Only name, title and buying role are taken; addresses and telephone numbers stay in the CRM.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from session_tui.model import edits
from session_tui.model.crm.cell import given_name_first, is_blank, items, person_key, shown, text_of
from session_tui.model.crm.export_lines import Record
from session_tui.model.crm.headings import KNOWN as PIPELINE
from session_tui.model.crm.headings import heading_key
from session_tui.model.edits import Several
from session_tui.model.fault import Fault
from session_tui.model.name_keys import folded
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import Session, Stakeholder, next_id
from session_tui.model.vocabulary import BuyingRole

_TEXTS: dict[str, str] = {
    "name": """
        name; full name; contact name; contact; person; person name; vollstandiger name; kontakt; kontaktname;
        nom complet; nom du contact; nombre completo; nombre del contacto; contacto""",
    "first": "first name; given name; firstname; vorname; prenom; nombre",
    "last": "last name; surname; family name; lastname; nachname; nom; nom de famille; apellido; apellidos",
    "title": """
        title; job title; organization title; position; function; jobtitle; titel; position im unternehmen; funktion;
        berufsbezeichnung;
        poste; fonction; titre; intitule du poste; cargo; puesto; titulo""",
    "role": "buying role; contact role; role; rolle; kaufrolle; role d achat; rol de compra; rol",
    "account": PIPELINE["account"],
}
_KEYS: dict[str, tuple[str, int]] = {}
for _column, _text in _TEXTS.items():
    for _rank, _heading in enumerate(_text.split(";")):
        _KEYS.setdefault(heading_key(_heading), (_column, _rank))

_ROLE_WORDS: dict[BuyingRole, str] = {
    "approver": """
        approver; economic buyer; economic decision maker; budget holder; genehmiger; genehmigerin; budgetinhaber;
        approbateur; aprobador""",
    "decision_maker": """
        decision maker; entscheider; entscheiderin; entscheidungstrager; decideur; decideuse;
        responsable de la decision; decisor; responsable de la toma de decisiones""",
    "evaluator": "evaluator; technical buyer; evaluateur; evaluador",
    "user": "user; end user; business user; anwender; anwenderin; nutzer; utilisateur; usuario",
    "influencer": "influencer; beeinflusser; influenceur",
    "gatekeeper": "gatekeeper",
}
_ROLES = {word.strip(): role for role, text in _ROLE_WORDS.items() for word in text.split(";")}
_NO_WORD = lazy_pattern(r"[\W_]+")
# What programs write below a list, folded: no person is called so.
_FOOTER = lazy_pattern(
    r"(?:\(c\)|\u00a9|(?:page|seite|pagina|as of|stand) [0-9]|(?:copyright|all rights reserved|confidential"
    r"|vertraulich|confidentiel|confidencial|(?:generated|exported) (?:by|on|at|from)"
    r"|(?:erstellt|exportiert) (?:von|am)|(?:genere|exporte) (?:par|le)|(?:generado|exportado) (?:por|el))\b).*"
    r"|(?:.* )?(?:report|bericht)|(?:rapport|informe)(?: .*)?"
    r"|(?:(?:grand |sub)?totals?|(?:total )?(?:records?|contacts?|count)|summe|gesamt\w*|anzahl|somme|suma)"
    r"(?: (?:records?|contacts?|count|kontakte|contactos))?[ :=(]*(?:[0-9][0-9.,' ]*)?\)?"
    r"|[0-9][0-9.,' ]* (?:records?|contacts?|rows?|kontakte|zeilen|lignes|contactos|filas)"
)
_LONGEST = 200  # characters of a name


class Contact(Struct, frozen=True):
    """A person of a line of the file.

    `accounts` are empty where the file does not say them, several where a cell lists them. `other`
    is the text of a role that is none of ours.
    """

    line: int
    name: str
    title: str = ""
    buying_role: BuyingRole = "unknown"
    accounts: tuple[str, ...] = ()
    other: str = ""


class ContactImport(Struct, frozen=True):
    """The people that a session gets, and the contacts that it has already."""

    added: tuple[Stakeholder, ...]
    known: tuple[Contact, ...]

    @property
    def edit(self) -> Several:
        """The edit that adds the people."""
        return Several(tuple(edits.add(person) for person in self.added))


def recognised_contacts(cells: Sequence[str]) -> set[str]:
    """The columns that a line names, if it is the line of the headings."""
    return {_KEYS[key][0] for cell in cells if (key := heading_key(cell)) in _KEYS}


def are_contacts(columns: set[str]) -> bool:
    """Whether these columns name people."""
    return "name" in columns or "last" in columns


def contacts_of(
    header: Sequence[str], records: Sequence[Record]
) -> tuple[tuple[Contact, ...], tuple[Fault, ...], tuple[Fault, ...]]:
    """The people of a file, a fault for each line that names none, and a remark for each line that
    is no person: a footer, or the headings once more.
    """
    places: dict[str, tuple[int, int]] = {}
    for at, cell in enumerate(header):
        if known := _KEYS.get(heading_key(cell)):
            column, rank = known
            places[column] = min(places.get(column, (rank, at)), (rank, at))
    end = max((at for at, record in enumerate(records) if _several(record.cells)), default=-1)
    found, faults, remarks = [], [], []
    apart = False  # behind a blank line below the last line of several cells
    for index, record in enumerate(records):
        if record.fault is not None:
            faults.append(Fault("", record.fault.what, record.fault.do, record.number))
            continue
        apart = apart or (index > end and record.after_blank)
        why = _why_no_person(record.cells, len(header), apart=apart, below=index > end >= 0) if index > end else ""
        if why:
            what = f"{shown(_clean(record.cells[0]))} is no person: {why}"
            remarks.append(Fault("", what, "", record.number))
            continue
        if tuple(map(_clean, record.cells)) == tuple(map(_clean, header)):
            remarks.append(Fault("", "the line has the headings again", "", record.number))
            continue
        texts = {
            column: _clean(record.cells[at]) if at < len(record.cells) else "" for column, (_, at) in places.items()
        }
        name = _name(texts)
        if not name or len(name) > _LONGEST:
            what = f"its name has more than {_LONGEST} characters" if name else "the line has no name"
            faults.append(Fault("", what, "Write who it is.", record.number))
            continue
        role, other = _role(texts.get("role", ""))
        account = texts.get("account", "")
        accounts = items(account) if account else ()
        found.append(Contact(record.number, name, texts.get("title", ""), role, accounts, other))
    return tuple(found), tuple(faults), tuple(remarks)


def _why_no_person(cells: Sequence[str], width: int, *, apart: bool, below: bool) -> str:
    """Why a line at the end, with its first cell alone, is a footer; empty for a person.

    `below` is whether it stands below a line of several cells: in a file without any, a line of
    one cell is a person without a title.
    """
    text = _clean(cells[0]) if cells else ""
    if text and len(text) <= _LONGEST and _FOOTER.fullmatch(folded(text).strip()):
        return "it is a footer"
    if not text or not below or width < 2:
        return ""
    if apart:
        return "nothing stands behind it, after a blank line at the end"
    return "nothing stands behind it, not even a separator, at the end" if len(cells) < width else ""


def _several(cells: Sequence[str]) -> bool:
    """Whether more than the first cell of a line has a text."""
    return any(cell.strip() for cell in cells[1:])


def _role(text: str) -> tuple[BuyingRole, str]:
    """The first of the roles in a cell that is one of ours; the text itself where none is."""
    for each in items(text):
        if known := _ROLES.get(_NO_WORD.sub(" ", folded(each)).strip()):
            return known, ""
    return "unknown", text


def import_of(session: Session, contacts: Iterable[Contact]) -> ContactImport:
    """What the contacts add to a session. A person is the same by name, whatever the case, accents
    and order of its words; what the session says of them stays.
    """
    seen = {person_key(each.name) for each in session.stakeholders}
    added: list[Stakeholder] = []
    known = []
    for each in contacts:
        key = person_key(each.name)
        if key in seen:
            known.append(each)
            continue
        seen.add(key)
        id = next_id(session, "s", len(added))
        person = Stakeholder(
            id=id, name=each.name, title=each.title, buying_role=each.buying_role, first_raised_in=session.id
        )
        added.append(person)
    return ContactImport(tuple(added), tuple(known))


def _name(texts: dict[str, str]) -> str:
    parts = [texts.get("first", ""), texts.get("last", "")]
    if texts.get("last"):
        return " ".join(filter(None, parts))
    name = texts.get("name", "") or parts[0]
    return given_name_first(name)


def _clean(cell: str) -> str:
    text = " ".join(text_of(cell).split())
    return "" if is_blank(text) or text == "?" else text
