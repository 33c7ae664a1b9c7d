"""Finds a typed name among known ones: the whole name, else a unique part, else similar names."""

import difflib
from collections.abc import Iterable

from msgspec import Struct

from session_tui.model.name_keys import folded, name_key
from session_tui.model.patterns import lazy_pattern

_NEAR = 0.6  # ratio of difflib from which a name is offered for an unknown one
_NEARLY = 0.8  # ratio from which a new name may be a mistyped known one
_AS_NEAR = 0.1  # names whose ratio is lower than the best by more than this are not offered
_OFFERED = 3
_DIGITS = lazy_pattern(r"[0-9]+")


class Match(Struct, frozen=True):
    """One matching name, or several, or the most similar ones if none matches."""

    name: str = ""
    several: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def match(typed: str, known: Iterable[str]) -> Match:
    """The match of a typed name among the known ones; accents may be left out.

    Names with one `name_key` are one name, in the first spelling.
    """
    names = _by_key(known)
    wanted = name_key(typed.strip())
    if not wanted:
        return Match()
    if wanted in names:
        return Match(names[wanted])
    bare = folded(wanted)
    if not bare:  # only marks or invisible letters: similar to no other name
        return Match()
    folds = {key: folded(key) for key in names}
    fits = [key for key in names if folds[key] == bare]
    fits = fits or [key for key in names if f" {wanted} " in f" {key} "]  # whole words before parts of them
    fits = fits or [key for key in names if wanted in key]
    fits = fits or [key for key in names if bare in folds[key]]
    if len(fits) == 1:
        return Match(names[fits[0]])
    if fits:
        return Match(several=tuple(sorted(names[key] for key in fits)))
    return Match(near=tuple(names[key] for key in _nearest(bare, folds)))


def nearest(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names to offer for an unknown one: those with it as a part, else similar ones."""
    found = match(typed, known)
    return ((found.name,) if found.name else found.several or found.near)[:_OFFERED]


def nearly(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that a new name may be a mistyped form or the beginning of.

    Empty if the name itself is known. Names that differ in a number (Plant 1, Plant 2) are two
    names.
    """
    names = _by_key(known)
    wanted = name_key(typed.strip())
    bare = folded(wanted)
    if not bare or wanted in names:  # only marks: similar to no other name
        return ()
    numbers = _DIGITS.findall(bare)
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(bare)
    found: list[tuple[float, str]] = []
    for key in names:
        fold = folded(key)
        begins = f" {bare}" in f" {fold}"
        if not begins:
            most = 2 * min(len(fold), len(bare)) / (len(fold) + len(bare) or 1)
            if most < _NEARLY or _DIGITS.findall(fold) != numbers:
                continue
            matcher.set_seq1(fold)
            if matcher.quick_ratio() < _NEARLY or (ratio := matcher.ratio()) < _NEARLY:
                continue
        found.append((1.0 if begins else ratio, names[key]))
    return tuple(name for _, name in sorted(found, key=lambda each: (-each[0], each[1]))[:_OFFERED])


def _by_key(known: Iterable[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name in known:
        if name:
            names.setdefault(name_key(name), name)
    return names


def _nearest(bare: str, folds: dict[str, str]) -> list[str]:
    """The keys of the most similar names, compared whole and by as many words as were typed."""
    many = len(bare.split())
    pieces: dict[str, list[str]] = {}
    for key, fold in folds.items():
        words = fold.split()
        for at in range(max(1, len(words) - many + 1)):
            pieces.setdefault(" ".join(words[at : at + many]), []).append(key)
        pieces.setdefault(fold, []).append(key)
    near = difflib.get_close_matches(bare, pieces, _OFFERED, _NEAR)
    best = difflib.SequenceMatcher(None, near[0], bare).ratio() if near else 0
    near = [each for each in near if difflib.SequenceMatcher(None, each, bare).ratio() >= best - _AS_NEAR]
    return list(dict.fromkeys(key for piece in near for key in pieces[piece]))[:_OFFERED]
