"""The folder of assessments: what is asked, what everybody answered, and one person's answers kept
as they are given.

A file a person a round, `ROUND-scorecard-NAME-XXXX.toml`. A file that cannot be read is a fault
beside the others and stops nobody. Every answer is brought to disk as soon as it is given; opened
again in the same round, it goes on.
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
    """The scorecards of a folder, one a person and round, and what is to be said about its files."""

    cards: tuple[Scorecard, ...]
    faults: tuple[Fault, ...]


def practices_file(folder: Path) -> Path:
    """The team's own practices where there are some, else those that come with the program."""
    own = folder / PRACTICES
    return own if own.exists() else _SHIPPED


def practices(folder: Path) -> Practices:
    """What is asked; `StoreError` with every fault and its place where the team's own file is not
    sound.
    """
    return read_practices(practices_file(folder))


def shipped_practices() -> Practices:
    """Those that come with the program."""
    return read_practices(_SHIPPED)


def read_practices(path: Path) -> Practices:
    """The practices in a file; `StoreError` with every fault and its place."""
    return decode(toml.read_bytes(path), Practices, path, practice_faults).value


def scorecards(folder: Path) -> ScorecardFolder:
    """Everybody's, of all rounds; what is broken, or there twice, is said."""
    read, faults = _read_all(folder)
    cards, double = model.one_each((path.name, card) for path, card in read.items())
    by_name = {path.name: card for path, card in read.items()}
    said = [_said_twice(folder, by_name[first], first, other) for first, other in double]
    return ScorecardFolder(cards, (*faults, *said))


class ScorecardFile(AnswerFile[Scorecard, Rating]):
    """One person's scorecard of one round, as it grows."""

    def __init__(self, folder: Path, path: Path, card: Scorecard, state: Path) -> None:
        do = f"put that file into {folder} when it can be written"
        super().__init__(path, Scorecard, scorecard_faults, state, "scorecards", do)
        self.folder = folder
        self.card = card

    def give(self, rating: Rating) -> None:
        """Keep an answer; `save` brings it to disk."""
        self.card = self.card.with_rating(rating)
        self.keep(rating.id, rating)

    def whole(self) -> Scorecard:
        """The scorecard."""
        return self.card

    def with_answers(self, there: Scorecard, given: Mapping[str, Rating]) -> Scorecard:
        """With these ratings in the place of those before."""
        for rating in given.values():
            there = there.with_rating(rating)
        return there


def answers(folder: Path, name: str, round: str, locks: Path, rng: random.Random) -> ScorecardFile:  # noqa: A002
    """The scorecard that somebody began in this round, or a new one; nothing is written before the
    first answer.
    """
    read, faults = _read_all(folder)
    mine = {path: card for path, card in read.items() if card.round == round and name_key(card.name) == name_key(name)}
    if not mine:
        path = folder / f"{round}-scorecard-{slug(name, 'person')}-{''.join(rng.choices(CROCKFORD, k=4))}.toml"
        found = ScorecardFile(folder, path, Scorecard(kind="scorecard", round=round, name=name), locks)
        found.remarks = tuple(faults)  # one of these may be the very file that was meant
        return found
    # A copy is written only where there is nothing else: whoever puts them together takes it away.
    first, *others = sorted(mine, key=lambda path: (bool(duplicate(path)), -model.answered(mine[path]), path.name))
    if mine[first].schema > SCHEMA:
        raise StoreError(_newer(first, mine[first]))
    found = ScorecardFile(folder, first, mine[first], locks)
    found.remarks = (*faults, *(_said_twice(folder, mine[first], first.name, other.name) for other in others))
    return found


def _read_all(folder: Path) -> tuple[dict[Path, Scorecard], list[Fault]]:
    found: dict[Path, Scorecard] = {}
    faults: list[Fault] = []
    there = contents(folder)
    # A copy of a scorecard is read too: what was answered on the other machine counts where this
    # one has nothing.
    faults += [each.fault for each in there.copies if each.of.name == PRACTICES]
    for path in sorted((*there.files, *(each.path for each in there.copies if each.of.name != PRACTICES))):
        # What is wrong with a file of the enemies is somebody's answer, and none of a scorecard's
        # matter.
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
    """The folder holds files of other kinds too; one that is no TOML is told by whoever parses it
    next.
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


def _said_twice(folder: Path, card: Scorecard, first: str, other: str) -> Fault:
    if (copy := duplicate(folder / other) or duplicate(folder / first)) and copy.of.name in (first, other):
        counts = "" if same(folder / first, folder / other) else f"; where both answer, {first} counts"
        return replace(copy.fault, what=f"{copy.fault.what}{counts}")
    what = f"{card.name} has another scorecard in round {card.round}, {first}, which counts where both answer"
    return Fault(other, what, "Both files stay; delete the one that is not meant.")


def _newer(path: Path, card: Scorecard) -> Fault:
    what = f"a newer version of this program wrote it (schema {card.schema}), so it is not changed here"
    return Fault(path.name, what, "Bring this one up to date.")
