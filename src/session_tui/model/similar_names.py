"""Which of the known names a typed one means: the whole name, else a part that fits no other; else the nearest."""

import difflib
import re
from collections.abc import Iterable

from msgspec import Struct

from session_tui.model.name_keys import folded, name_key

_NEAR = 0.6  # as difflib has it: what is offered for a typed name that is not known
_NEARLY = 0.8  # what may be a known name mistyped, where a new one would be made of it
_AS_NEAR = 0.1  # what is further away than the nearest by this much is another name
_OFFERED = 3
_DIGITS = re.compile(r"[0-9]+")


class Match(Struct, frozen=True):
    """One name, or several that fit, or the nearest where none fits."""

    name: str = ""
    several: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def match(typed: str, known: Iterable[str]) -> Match:
    """What a typed name means among the known ones; accents may be left out where that fits one name alone.

    Names that are compared as equal are one, in the spelling that comes first.
    """
    names = _by_key(known)
    wanted = name_key(typed.strip())
    if not wanted:
        return Match()
    if wanted in names:
        return Match(names[wanted])
    bare = folded(wanted)
    if not bare:  # nothing but marks, or letters that nobody sees: like no other name
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
    """What may be offered instead of a name that is not known: those it is a part of, else those that are like it."""
    found = match(typed, known)
    return ((found.name,) if found.name else found.several or found.near)[:_OFFERED]


def nearly(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that a name may be a mistyped one of, or the beginning of; empty where it is one of them.

    Names that differ in a number (Plant 1, Plant 2) are two names.
    """
    names = _by_key(known)
    wanted = name_key(typed.strip())
    bare = folded(wanted)
    if not bare or wanted in names:  # nothing but marks is like no other name
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
    """The keys of the names that are nearest, as a whole or in as many of their words as were typed."""
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
