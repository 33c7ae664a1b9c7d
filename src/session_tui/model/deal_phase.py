"""Tells from the phase or the status of a deal whether it is closed, by the words' meaning."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from session_tui.model.name_keys import folded
from session_tui.model.patterns import lazy_pattern

_OTHER = lazy_pattern(r"[\W_]+")
# English, German, French, Spanish; without accents.
_WON_OR_LOST = """
    won win closed lost cancelled canceled dead disqualified abandoned declined gewonnen verloren abgeschlossen
    geschlossen storniert abgebrochen abgesagt disqualifiziert gagne gagnee perdu perdue cloture cloturee fermee
    annule annulee abandonne abandonnee ganado ganada perdido perdida cerrado cerrada cancelado cancelada
    anulado anulada closedwon closedlost rejected withdrawn deleted abgelehnt zuruckgezogen geloscht refuse refusee
    rechazado rechazada
"""
_ENDS = frozenset(_WON_OR_LOST.split())
# Of these no reason is known: "Won - price" may be won on condition.
_WON = frozenset(["won", "win", "gewonnen", "gagne", "gagnee", "ganado", "ganada"])
_AGAIN = frozenset(
    ["reopened", "reopen", "reactivated", "wiedereroffnet", "rouvert", "rouverte", "reabierto", "reabierta"]
)
# What may stand beside them: "Won - contract signed", "6 - Closed Won", "Cerrada ganada".
_BESIDE_TEXTS = """
    deal; contract; contract signed; deal signed; signed; order received; vertrag; vertrag unterschrieben;
    unterschrieben; auftrag; auftrag erhalten; contrat; contrat signe; signe; signee; contrato; contrato firmado;
    firmado; firmada; opportunity; affaire; opportunite; negocio; customer; kunde; client; cliente; stage; phase;
    out; sold; duplicate; by us; due to; because of; reason; wegen; aufgrund; grund; a cause de; raison; por;
    debido a; motivo; razon; as; and; und; et; y; the; der; die; das; duplikat; dublette; doublon; duplicado;
    duplicada; project; projekt; projet; proyecto
"""
_BESIDE = frozenset(map(str.strip, _BESIDE_TEXTS.split(";")))
# Why a deal was lost or given up; what is not here leaves the deal open.
_REASONS_TEXTS = """
    price; pricing; price too high; too expensive; on price; budget; no budget; lack of budget;
    funding; no funding; competitor; competition; to a competitor; to competitor;
    to competition; to the competition; by competitor; no decision; no response; not responding; unresponsive;
    ghosted; no interest; not interested; no need; no fit; bad fit; poor fit; not a fit; no project; no contact;
    timing; bad timing; features; missing features; product; product fit; other; unknown;
    status quo; went dark; out of business; spam; not qualified; unqualified; invalid;
    preis; preis zu hoch; zu teuer; zu hoher preis; kein budget; keine mittel; wettbewerb; wettbewerber; konkurrenz;
    mitbewerber; an wettbewerb; an wettbewerber; an den wettbewerb; an konkurrenz; an die konkurrenz;
    keine entscheidung;
    keine antwort; keine ruckmeldung; kein interesse; kein bedarf; kein projekt; funktionen; fehlende funktionen;
    sonstiges; unbekannt;
    prix; prix trop eleve; trop cher; pas de budget; sans budget; manque de budget; concurrent; concurrence;
    au concurrent; a la concurrence; au profit d un concurrent; pas de decision; aucune decision; sans decision;
    pas de reponse; sans reponse; sans suite; pas d interet; pas interesse; pas de besoin; pas de projet; autre;
    inconnu;
    precio; precio alto; precio muy alto; demasiado caro; sin presupuesto; falta de presupuesto;
    presupuesto; competencia; competidor; ante la competencia; sin decision; ninguna decision; sin respuesta;
    sin interes; no interesado; sin necesidad; sin proyecto; otro; otros; desconocido
"""
_REASONS = frozenset(map(str.strip, _REASONS_TEXTS.split(";")))
_LONGEST = 5  # words of such a text
# With these each reason is the end of the deal. What was rejected for its price may be offered
# again.
_GIVEN_UP_WORDS = """
    lost cancelled canceled dead disqualified abandoned verloren storniert abgebrochen abgesagt disqualifiziert
    perdu perdue annule annulee abandonne abandonnee perdido perdida cancelado cancelada anulado anulada closedlost
"""
_GIVEN_UP = frozenset(_GIVEN_UP_WORDS.split())
# With these only what was missing: in "Closed - budget" the budget may be settled.
_CLOSED_WORDS = "closed abgeschlossen geschlossen cloture cloturee fermee cerrado cerrada"
_CLOSED = frozenset(_CLOSED_WORDS.split())
_MISSING_WORDS = "no not lack unqualified kein keine keinen pas sans aucune manque sin ninguna falta"
_MISSING = frozenset(_MISSING_WORDS.split())
_NOT_WORDS = "not no never yet nicht kein keine nie noch pas non ne jamais aun nunca"
_NOT = frozenset(_NOT_WORDS.split())
_PIECES = lazy_pattern(r"[()\[\]:;,/|]|[-\u2013\u2014]+(?=\s)|(?<=\s)[-\u2013\u2014]+")
# "Verkaufspipeline", "Pipeline de ventas"
_PIPELINE = lazy_pattern(r"(?:\w+ ){0,3}\w*pipeline(?: \w+){0,3}")
_LOST_TO = lazy_pattern(
    r"(?:closed )?(?:lost to|lost against|verloren an|verloren gegen|perdue? contre|perdid[oa] (?:ante|contra))"
    r"((?: \w+){1,4})"
)
# What says that a deal goes on, behind the name of a competitor: "Lost to Initech pending".
_GOES_ON_WORDS = """
    pending open offen verify check revise recycle recycled nurture revisit retry renegotiating maybe probably
    verbally tbc tbd confirm confirmed rescheduled again wieder prufen follow until bis unless
"""
_GOES_ON = frozenset(_GOES_ON_WORDS.split())
_DOUBT = lazy_pattern(r"\?|(?<![0-9.,])(?!(?:0|100) ?%)[0-9]+(?:[.,][0-9]+)? ?%")  # "Lost?", "Won (90%)"
_TRUE = frozenset(("true", "1", "yes", "y", "wahr", "ja", "vrai", "oui", "verdadero", "si", "x"))


@lru_cache(maxsize=1 << 12)
def is_closed(phase: str) -> bool:
    """Whether a phase or status means a deal that was won, lost or given up.

    Only what cannot mean anything else is an end: words of an end, with a known reason, a
    competitor or the name of a pipeline. An end that is not recognised costs a reminder; one that
    is none would take an open deal out of all lists. A forecast category such as `Omitted` is no
    phase.
    """
    text = folded(phase)
    if _DOUBT.search(text) or not _AGAIN.isdisjoint(_words(text)):
        return False
    found: list[str] = []
    for piece in _PIECES.split(text):
        words = _words(piece)
        joined = " ".join(words)
        if _PIPELINE.fullmatch(joined) and _NOT.isdisjoint(words) and _ENDS.isdisjoint(words):
            continue
        if not found and (lost := _LOST_TO.fullmatch(joined)) and _NOT.union(_GOES_ON).isdisjoint(lost[1].split()):
            words = ["lost"]
        found += words
    return _are_end(found)


@lru_cache(maxsize=1 << 12)
def may_be_closed(phase: str) -> bool:
    """Whether a phase has a word for an end and is none by `is_closed`: only the user knows."""
    words = _words(folded(phase))
    if not words or words[0] in _NOT or not _AGAIN.isdisjoint(words):
        return False
    return not _ENDS.isdisjoint(words) and not is_closed(phase)


def _words(text: str) -> list[str]:
    return [word for word in _OTHER.sub(" ", text).split() if not word.isdigit()]


def _are_end(words: Sequence[str]) -> bool:
    """Whether the words are those of an end and of what may stand beside it; the longest text
    counts.
    """
    ends: set[str] = set()
    reasons: list[str] = []
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + _LONGEST), at, -1):
            text = " ".join(words[at:end])
            if text in _ENDS or text in _BESIDE or text in _REASONS:
                break
        else:
            return False
        if text in _ENDS:
            ends.add(text)
        elif text in _REASONS:
            reasons.append(text)
        at = end
    if not ends or not reasons or not ends.isdisjoint(_GIVEN_UP):
        return bool(ends)
    return not ends.isdisjoint(_CLOSED) and all(text.split()[0] in _MISSING for text in reasons)


def is_true(text: str) -> bool:
    """Whether a cell of a column such as `Closed` says yes."""
    return folded(text).strip() in _TRUE


def is_among(phase: str, closed: Iterable[str]) -> bool:
    """Whether the phase is one of those that the configuration calls closed."""
    wanted = _OTHER.sub(" ", folded(phase)).strip()
    return bool(wanted) and any(_OTHER.sub(" ", folded(each)).strip() == wanted for each in closed)
