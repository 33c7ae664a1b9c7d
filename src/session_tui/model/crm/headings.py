"""Finds the columns of a CRM's export by their headings: English, German, French and Spanish ones
of the usual programs, and those that the configuration names.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from session_tui.model import formats
from session_tui.model.crm.money import CODES
from session_tui.model.name_keys import folded
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import one_line

# Each column with its headings, the surest first: of two in one file the earlier one counts. Case,
# accents, spaces and punctuation do not matter.
KNOWN: dict[str, str] = {
    "account": """
        account; account name; associated company names primary; associated company primary; associated company;
        primary associated company; potential customer; customer;
        customer name; company; company name; organization; organisation; organization name; organisation name;
        client; client name; kunde; kundenname; accountname; firma; firmenname; unternehmen; unternehmensname;
        zugeordnetes unternehmen; potenzieller kunde; compte; nom du compte; nom du client; societe; entreprise;
        entreprise associee; client potentiel; cuenta; nombre de la cuenta; nombre de cuenta; cliente;
        nombre del cliente; empresa; nombre de la empresa; empresa asociada; cliente potencial; organizacion""",
    "opportunity": """
        opportunity; opportunity name; deal; deal name; deal title; opportunity title; topic; subject; title; name;
        opportunityname; verkaufschance; verkaufschancenname; opportunity titel; dealname; geschaft; thema; titel;
        bezeichnung; opportunite; nom de l opportunite; nom de la transaction; nom de l affaire; affaire; transaction;
        rubrique; titre; oportunidad; nombre de la oportunidad; nombre del negocio; negocio; nombre del trato; trato;
        tema; titulo""",
    "phase": """
        phase; stage; stage name; deal stage; sales stage; opportunity stage; pipeline phase; pipeline stage;
        sales phase; stufe; verkaufsphase; vertriebsphase; vertriebsstufe; dealphase; pipelinephase; etape;
        phase de vente; etape de vente; phase du pipeline; etape de la transaction; etape du pipeline; etapa; fase;
        etapa de venta; etapa de ventas; etapa del negocio; etapa del trato; fase de venta; fase de la canalizacion""",
    "amount": """
        amount; deal amount; value; deal value; opportunity amount; total value; est revenue; estimated revenue;
        estimated value; amount in company currency; amount converted; betrag; dealbetrag; wert; dealwert;
        auftragswert; auftragsvolumen; volumen; geschatzter umsatz; gesch umsatz; montant; montant de la transaction;
        montant de l opportunite; valeur; revenu estime; ca estime; importe; importe del negocio; valor; monto;
        cantidad; ingresos estimados; ingresos est""",
    "currency": """
        currency; currency iso code; amount currency; deal currency; opportunity currency; currency of value; wahrung;
        wahrung des wertes; devise de la valeur; moneda del valor;
        betrag wahrung; wahrungs iso code; dealwahrung; devise; devise du montant; monnaie; moneda; divisa;
        moneda del negocio; divisa de la oportunidad""",
    "close_on": """
        close on; close date; closing date; expected close date; expected closing; expected closing date;
        est close date; estimated close date;
        abschlussdatum; schlusstermin; erwartetes abschlussdatum; geschatztes abschlussdatum; gesch abschlussdatum;
        voraussichtliches abschlussdatum; abschluss; date de cloture; date de fermeture; date de cloture estimee;
        date de cloture prevue; date de fermeture prevue; cloture prevue; fecha de cierre; fecha de cierre estimada;
        fecha est de cierre; fecha de cierre prevista; fecha prevista de cierre; cierre previsto""",
    "owner": """
        owner; opportunity owner; deal owner; owner name; opportunity owner name; owner full name; sales rep;
        sales owner; salesperson; owned by; assigned to; assigned user; assigned user name;
        inhaber; opportunityinhaber; inhaber der opportunity; dealinhaber; besitzer; dealbesitzer; eigentumer;
        zustandig; zustandiger mitarbeiter; verantwortlicher; proprietaire; proprietaire de l opportunite;
        proprietaire de la transaction; responsable; propietario; propietario de la oportunidad;
        propietario del negocio; propietario del trato""",
    "status": "status; deal status; opportunity status; status reason; statusgrund; state; statut; etat; estado; "
    "raison du statut; razon para el estado",
    "closed": "closed; is closed; won; is won; lost; is lost; is deal closed; is closed won; is closed lost; "
    "abgeschlossen; geschlossen; gewonnen; verloren; cloture; cloturee; gagnee; perdue; cerrado; cerrada; ganado; "
    "ganada; perdido; perdida",
    "crm_id": """
        crm id; opportunity id; record id; deal id; id; do not modify opportunity; no modificar oportunidad;
        nicht andern verkaufschance; ne pas modifier opportunite; opportunity record id;
        opportunity id 18; 18 digit opportunity id; opportunity id 18 digit;
        datensatz id; verkaufschance id; id de l opportunite; id de l enregistrement;
        id de la transaction; id de la oportunidad; id del registro; id de registro; id del negocio""",
    "account_id": "account id; account id 18; account record id; account id 15",
    "crm_url": "crm url; opportunity url; deal url; record url; url; link; record link; deal link; lien; enlace",
}
SEVERAL = frozenset(("status", "closed"))  # every such column counts
SHOWN = tuple(each for each in KNOWN if each not in SEVERAL and each != "account_id")

_PREFIX = lazy_pattern(r"^(?:deal|opportunity|organi[sz]ation|account) ?[-:] ?(?=\S)", re.IGNORECASE)
_SUFFIX = lazy_pattern(r" ?: ?(?:full name|name|account name|opportunity name)$", re.IGNORECASE)  # "Owner: Full Name"
_OTHER = lazy_pattern(r"[\W_]+")
_OF_THE_AMOUNT = ("currency", "wahrung", "devise", "moneda", "divisa")  # behind the heading of an amount
_CONFIGURED, _PAIR = -2, -1  # ranks before those of the known headings
_CURRENCY = lazy_pattern(r"\s*[(\[]?\b(?:in )?([A-Z]{3})[)\]]?\s*$")


class HeadingTaken(Struct, frozen=True):
    """A heading with the column that it is taken for; `why` it and not another one, or empty."""

    column: str
    heading: str
    why: str = ""


class Headings(Struct, frozen=True):
    """The columns of a file.

    `places` are the indices of each column: several where headings are equal. `absent` are the
    headings that the configuration names and the file does not have. `currency` is the code that
    the heading of the amount names.
    """

    places: dict[str, tuple[int, ...]]
    names: tuple[str, ...]
    taken: tuple[HeadingTaken, ...]
    unused: tuple[str, ...]
    missing: tuple[str, ...]
    absent: tuple[str, ...] = ()
    currency: str = ""


def heading_key(heading: str) -> str:
    """The form in which a heading is compared: small letters without accents, nothing else."""
    return _OTHER.sub("", folded(heading))


_KEYS: dict[str, tuple[str, int]] = {}
for _column, _text in KNOWN.items():
    for _rank, _heading in enumerate(_text.split(";")):
        _KEYS.setdefault(heading_key(_heading), (_column, _rank))


def tells_accounts(columns: set[str]) -> bool:
    """Whether these columns say whose deals they are: by name, or by the ids of account and
    record.
    """
    return "account" in columns or {"account_id", "crm_id"} <= columns


def recognised(cells: Sequence[str], named: Mapping[str, str]) -> set[str]:
    """The columns that a line names, if it is the line of the headings."""
    own = {heading_key(heading): column for column, heading in named.items()}
    return {column for cell in cells if (column := own.get(heading_key(cell)) or _known(cell)[0])}


def headings(cells: Sequence[str], named: Mapping[str, str]) -> Headings:
    """The columns of these headings; `named` has the heading of a column by the configuration."""
    texts = tuple(" ".join(one_line(cell).split()) for cell in cells)
    own = {heading_key(heading): column for column, heading in named.items()}
    present = {own[key] for text in texts if (key := heading_key(text)) in own}
    candidates: dict[str, list[tuple[int, int]]] = {column: [] for column in KNOWN}
    for at, text in enumerate(texts):
        if configured := own.get(heading_key(text)):
            candidates[configured].append((_CONFIGURED, at))
        elif (known := _known(text))[0] and known[0] not in present:
            candidates[known[0]].append((known[1], at))
    if candidates["amount"] and "currency" not in present:  # "Amount (converted)", "Amount (converted) Currency"
        amount_key = heading_key(texts[min(candidates["amount"])[1]])
        pairs = {amount_key + word for word in _OF_THE_AMOUNT}
        candidates["currency"] += [(_PAIR, at) for at, text in enumerate(texts) if heading_key(text) in pairs]
    places: dict[str, tuple[int, ...]] = {}
    taken = []
    for column, found in candidates.items():
        if not found:
            continue
        first = min(found)
        equal = heading_key(texts[first[1]])
        chosen = tuple(dict.fromkeys(at for _, at in found if column in SEVERAL or heading_key(texts[at]) == equal))
        places[column] = chosen
        others = [texts[at] for at in dict.fromkeys(at for _, at in found) if at not in chosen]
        why = _why(column, others, chosen, first[0])
        taken += [HeadingTaken(column, texts[at], why) for at in (chosen if column in SEVERAL else chosen[:1])]
    used = {at for each in places.values() for at in each}
    unused = tuple(text for at, text in enumerate(texts) if at not in used and text)
    missing = tuple(column for column in SHOWN if column not in places)
    code = ""
    if amount := places.get("amount"):
        found_code = _CURRENCY.search(texts[amount[0]])
        code = found_code[1] if found_code and found_code[1] in CODES else ""
    absent = tuple(heading for column, heading in named.items() if column not in present)
    return Headings(places, texts, tuple(taken), unused, missing, absent, code)


def _known(heading: str) -> tuple[str, int]:
    """The column of a heading and its rank among the known ones; an empty column for another."""
    bare = _PREFIX.sub("", heading.strip())
    for text in (heading, bare, _CURRENCY.sub("", bare), _SUFFIX.sub("", heading.strip())):
        if known := _KEYS.get(heading_key(text)):
            return known
    return "", 0


def _why(column: str, others: list[str], chosen: tuple[int, ...], rank: int) -> str:
    if column in SEVERAL:
        return ""
    reasons = []
    if len(chosen) > 1:
        times = formats.times(len(chosen))
        reasons.append(f"it stands there {times}: where the cells of a line differ, the value is unknown")
    if others:
        because = {_CONFIGURED: "the configuration names this one", _PAIR: "this one is that of the amount"}
        verb = formats.plural(len(others), "means", "mean")
        reasons.append(
            f"{', '.join(others)} {verb} it too and {formats.plural(len(others), 'is', 'are')} not used: "
            f"{because.get(rank, 'this one is the surer name')}"
        )
    return "; ".join(reasons)
