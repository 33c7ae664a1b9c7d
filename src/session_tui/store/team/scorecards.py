"""The folder of assessments: practices, the scorecards of the team, and one person's answers as
they are given.

One file per person and round, `ROUND-scorecard-NAME-XXXX.toml`. An unreadable file is a fault and
does not affect the others. Every answer is written at once; the file is continued in the same
round.
"""

import random
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import SCHEMA
from session_tui.model.team import scorecard as model
from session_tui.model.team.practices import Practices, Rating, Scorecard, practice_faults, scorecard_faults
from session_tui.store import toml
from session_tui.store.contents import contents, duplicate, same
from session_tui.store.errors import StoreError, contained
from session_tui.store.session_folder import CROCKFORD, slug
from session_tui.store.toml_file import AnswerFile, decode

PRACTICES = "practices.toml"
_SHIPPED = Path(__file__).resolve().parents[2] / PRACTICES


class ScorecardFolder(Struct, frozen=True):
    """The scorecards of a folder, one per person and round, and the faults of its files."""

    cards: tuple[Scorecard, ...]
    faults: tuple[Fault, ...]


def practices_file(folder: Path) -> Path:
    """Return the path of the team's practices, else of those of the program."""
    own = folder / PRACTICES
    return own if own.exists() else _SHIPPED


def practices(folder: Path) -> Practices:
    """Return the practices in use; `StoreError` with every fault, line and column of the team's
    file.
    """
    return read_practices(practices_file(folder))


def shipped_practices() -> Practices:
    """Return the practices of the program."""
    return read_practices(_SHIPPED)


def read_practices(path: Path) -> Practices:
    """Return the practices in a file; `StoreError` with every fault, its line and column."""
    return decode(toml.read_bytes(path), Practices, path, practice_faults).value


def scorecards(folder: Path) -> ScorecardFolder:
    """Return the scorecards of all rounds; broken and duplicate files are faults."""
    read, faults = _read_all(folder)
    cards, double = model.one_each((path.name, card) for path, card in read.items())
    by_name = {path.name: card for path, card in read.items()}
    duplicates = [_duplicate_fault(folder, by_name[first], first, other) for first, other in double]
    return ScorecardFolder(cards, (*faults, *duplicates))


class ScorecardFile(AnswerFile[Scorecard, Rating]):
    """One person's scorecard of one round."""

    def __init__(self, folder: Path, path: Path, card: Scorecard, state: Path) -> None:
        do = f"put that file into {folder} when it can be written"
        super().__init__(path, Scorecard, scorecard_faults, state, "scorecards", do)
        self.folder = folder
        self.card = card

    def give(self, rating: Rating) -> None:
        """Keep an answer; `save` writes it."""
        self.card = self.card.with_rating(rating)
        self.keep(rating.id, rating)

    def whole(self) -> Scorecard:
        """Return the scorecard with all answers."""
        return self.card

    def with_answers(self, there: Scorecard, given: Mapping[str, Rating]) -> Scorecard:
        """Return the scorecard with these ratings."""
        for rating in given.values():
            there = there.with_rating(rating)
        return there


def answers(folder: Path, name: str, round: str, locks: Path, rng: random.Random) -> ScorecardFile:  # noqa: A002
    """Return a person's scorecard of this round, or a new one; writes nothing before the first
    answer.
    """
    read, faults = _read_all(folder)
    mine = {path: card for path, card in read.items() if card.round == round and name_key(card.name) == name_key(name)}
    if not mine:
        path = folder / f"{round}-scorecard-{slug(name, 'person')}-{''.join(rng.choices(CROCKFORD, k=4))}.toml"
        found = ScorecardFile(folder, path, Scorecard(kind="scorecard", round=round, name=name), locks)
        found.remarks = tuple(faults)  # one of these may be the file that was meant
        return found
    # A copy is written only if there is no other file, since a merge removes it.
    first, *others = sorted(mine, key=lambda path: (bool(duplicate(path)), -model.answered(mine[path]), path.name))
    if mine[first].schema > SCHEMA:
        raise StoreError(_newer(first, mine[first]))
    found = ScorecardFile(folder, first, mine[first], locks)
    found.remarks = (*faults, *(_duplicate_fault(folder, mine[first], first.name, other.name) for other in others))
    return found


def _read_all(folder: Path) -> tuple[dict[Path, Scorecard], list[Fault]]:
    found: dict[Path, Scorecard] = {}
    faults: list[Fault] = []
    there = contents(folder)
    # Copies of scorecards are read too: they add answers that this machine has not.
    faults += [each.fault for each in there.copies if each.of.name == PRACTICES]
    for path in sorted((*there.files, *(each.path for each in there.copies if each.of.name != PRACTICES))):
        # Faults of enemies' files would quote answers, and do not concern scorecards.
        if path.name == PRACTICES or ("-enemies-" in path.name and "-scorecard-" not in path.name):
            continue
        try:
            with contained(path):
                content = toml.read_bytes(path)
                if not _other_kind(content):
                    found[path] = decode(content, Scorecard, path, scorecard_faults).value
        except StoreError as error:
            faults += [_first_of(error, path)]
    return found, faults


def _other_kind(content: bytes) -> bool:
    """Whether a file of the folder is of another kind. One that is no TOML is not: its reader
    reports it.
    """
    try:
        kind = toml.parse(content).get("kind", "scorecard")
    except StoreError:
        return False
    return isinstance(kind, str) and kind == "enemies"


def _first_of(error: StoreError, path: Path) -> Fault:
    first, more = error.faults[0], len(error.faults) - 1
    also = f", and {more} more" if more else ""
    where = first.where or path.name
    return Fault(where, f"{first.what}{also}", "It does not count until it is put right; session-tui validate helps.")


def _duplicate_fault(folder: Path, card: Scorecard, first: str, other: str) -> Fault:
    if (copy := duplicate(folder / other) or duplicate(folder / first)) and copy.of.name in (first, other):
        counts = "" if same(folder / first, folder / other) else f"; where both answer, {first} counts"
        return replace(copy.fault, what=f"{copy.fault.what}{counts}")
    what = f"{card.name} has another scorecard in round {card.round}, {first}, which counts where both answer"
    return Fault(other, what, "Both files stay; delete the one that is not meant.")


def _newer(path: Path, card: Scorecard) -> Fault:
    what = f"a newer version of this program wrote it (schema {card.schema}), so it is not changed here"
    return Fault(path.name, what, "Update this program.")
