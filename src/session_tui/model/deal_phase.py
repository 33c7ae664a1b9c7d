"""Tells from the phase or the status of a deal whether it is closed, by the words' meaning."""

from collections.abc import Iterable
from functools import lru_cache

from session_tui.model.name_keys import folded
from session_tui.model.patterns import lazy_pattern

_OTHER = lazy_pattern(r"[\W_]+")
# English, German, French, Spanish; without accents.
_WON_OR_LOST = """
    won win closed lost cancelled canceled dead disqualified abandoned declined gewonnen verloren abgeschlossen
    geschlossen storniert abgebrochen abgesagt disqualifiziert gagne gagnee perdu perdue cloture cloturee fermee
    annule annulee abandonne abandonnee ganado ganada perdido perdida cerrado cerrada cancelado cancelada
    anulado anulada
"""
_ENDS = frozenset(_WON_OR_LOST.split())
# Words that may stand beside them: "Won - signed", "6 - Closed Won", "Cerrada ganada".
_OTHERS = """
    deal signed contract signe firmado firmada vertrag unterschrieben to competitor competition a an der die das
    wettbewerb wettbewerber no decision duplicate out sold by us as and und et y the opportunity affaire
    opportunite negocio customer kunde stage phase
"""
_BESIDE = frozenset(_OTHERS.split())
_TRUE = frozenset(("true", "1", "yes", "y", "wahr", "ja", "vrai", "oui", "verdadero", "si", "x"))


@lru_cache(maxsize=1 << 12)
def is_closed(phase: str) -> bool:
    """Whether a phase or status means a deal that was won, lost or given up.

    Numbers and punctuation do not count. A forecast category such as `Omitted` is no phase.
    """
    words = [word for word in _OTHER.sub(" ", folded(phase)).split() if not word.isdigit()]
    return any(word in _ENDS for word in words) and all(word in _ENDS or word in _BESIDE for word in words)


def is_true(text: str) -> bool:
    """Whether a cell of a column such as `Closed` says yes."""
    return folded(text).strip() in _TRUE


def is_among(phase: str, closed: Iterable[str]) -> bool:
    """Whether the phase is one of those that the configuration calls closed."""
    wanted = _OTHER.sub(" ", folded(phase)).strip()
    return bool(wanted) and any(_OTHER.sub(" ", folded(each)).strip() == wanted for each in closed)
