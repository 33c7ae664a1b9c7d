"""Answers on the enemies of teamwork, given one at a time; each is on disk before the next.

About me: in the user's own data folder, private. About an account: in the folder of assessments,
with the name of the author. The anonymous ones about us are in `store/team/anonymous.py`.
"""

import random
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.team import enemies as model
from session_tui.model.team.enemies import Answer, Frequency, HabitsReport, Mine, MyRound, Theirs
from session_tui.model.team.scorecard import in_rounds
from session_tui.store import folders, toml
from session_tui.store.contents import copies_of, duplicate
from session_tui.store.errors import StoreError, contained
from session_tui.store.session_folder import CROCKFORD, slug
from session_tui.store.team.anonymous import files_like, in_git
from session_tui.store.toml_file import AnswerFile, decode

MINE = "enemies.toml"
_OURS_ALONE = 0o700


class EnemiesFile(AnswerFile[Any, Frequency | None]):
    """Answers about the user or about an account; the answer None removes one."""

    def __init__(self, path: Path, empty: Mine | Theirs, round: str, answers: Answer, state: Path) -> None:  # noqa: A002
        """`empty` is the content of a new file: about the user, or about an account."""
        super().__init__(path, type(empty), model.faults, state, "enemies", f"they belong in {path}")
        self.round = round
        self.answers = dict(answers)
        self._empty = empty

    @property
    def private(self) -> bool:
        """Whether it is about the user."""
        return isinstance(self._empty, Mine)

    @property
    def account(self) -> str:
        """The account that it is about, or ""."""
        return self._empty.account if isinstance(self._empty, Theirs) else ""

    def give(self, habit: str, answer: Frequency | None) -> None:
        """Keep an answer, or remove it with None; `save` writes it."""
        if answer is None:
            self.answers.pop(habit, None)
        else:
            self.answers[habit] = answer
        self.keep(habit, answer)

    def whole(self) -> Any:
        """Return a file with the answers of this round only."""
        return self.with_answers(self._empty, self.answers)

    def with_answers(self, there: Any, given: Mapping[str, Frequency | None]) -> Any:
        """Return the file with these answers of the round; None removes one."""
        if isinstance(there, Theirs):
            return replace(there, answers=_merged(there.answers, given))
        rounds = list(there.rounds)
        at = next((at for at, each in enumerate(rounds) if each.round == self.round), None)
        if at is None:
            rounds.append(MyRound(round=self.round, answers=_merged({}, given)))
        else:
            rounds[at] = replace(rounds[at], answers=_merged(rounds[at].answers, given))
        return replace(there, rounds=tuple(rounds))

    def make_folder(self) -> None:
        """Make the folder; a private file and its folder get the mode of the owner alone, even
        if they exist.
        """
        folders.make(self.path.parent, _OURS_ALONE if self.private else 0o777)
        if self.private:
            self.path.parent.chmod(_OURS_ALONE)
            if self.path.exists():
                self.path.chmod(folders.OWNER_ALONE)


def about_me(folder: Path, round: str, locks: Path) -> EnemiesFile:  # noqa: A002
    """Return the user's file about themselves, for a new or existing round; writes nothing
    before the first answer.
    """
    path = folder / MINE
    mine = my_rounds(folder)
    answers = next((each.answers for each in mine.rounds if each.round == round), {})
    found = EnemiesFile(path, Mine(kind="enemies", about="me"), round, answers, locks)
    if repository := in_git(folder):
        what = f"git keeps {repository}, where this is about you alone: commit no {MINE}"
        found.remarks = (Fault("", what),)
    found.remarks += tuple(each.fault for each in copies_of(path))
    return found


def my_rounds(folder: Path) -> Mine:
    """Return the user's answers about themselves in all rounds; `StoreError` where they cannot
    be read.
    """
    path = folder / MINE
    if not path.exists() and not path.is_symlink():
        return Mine(kind="enemies", about="me")
    content = _own_content(path)
    if _about(content) in ("us", "account"):
        raise StoreError(Fault(str(path), "it is not about you", "Move it away; it is not changed here."))
    return decode(content, Mine, path, model.faults).value


def about_account(folder: Path, account: str, name: str, round: str, locks: Path, rng: random.Random) -> EnemiesFile:  # noqa: A002
    """Return a user's file about an account, for a new or existing round."""
    read, faults = _read_about(folder, account)
    asked = (name_key(account), name_key(name), round)
    mine = {path: one for path, one in read.items() if (name_key(one.account), name_key(one.name), one.round) == asked}
    if mine:
        path = min(mine, key=lambda each: (-len(mine[each].answers), each.name))
        account, name, answers = mine[path].account, mine[path].name, mine[path].answers
    else:
        letters = "".join(rng.choices(CROCKFORD, k=4))
        path, answers = folder / f"account-{slug(account)}-enemies-{round}-{letters}.toml", {}
    empty = Theirs(kind="enemies", about="account", account=account, round=round, name=name)
    found = EnemiesFile(path, empty, round, answers, locks)
    found.remarks = faults
    return found


def reports_about(folder: Path, account: str) -> tuple[tuple[HabitsReport, ...], tuple[Fault, ...]]:
    """Return the reports about an account by round, the newest last, and the faults of
    unreadable files.
    """
    read, faults = _read_about(folder, account)
    files = sorted(read.values(), key=lambda each: -len(each.answers))
    found = {each.round: each for each in model.about_account(account, files)}
    return tuple(found[name] for name in in_rounds(found)), faults


def here(folder: Path, account: str) -> HabitsReport | None:
    """Return the newest report about this account for a session on it; None where the folder
    cannot be read.
    """
    try:
        found, _ = reports_about(folder, account)
    except StoreError:
        return None
    return found[-1] if found else None


def strange_about(folder: Path, account: str) -> tuple[str, ...]:
    """Return the habits in answers about an account that this version does not have."""
    read, _ = _read_about(folder, account)
    return model.strange(each.answers for each in read.values() if name_key(each.account) == name_key(account))


def _read_about(folder: Path, account: str) -> tuple[dict[Path, Theirs], tuple[Fault, ...]]:
    found: dict[Path, Theirs] = {}
    faults = []
    # Equal names have one slug, so files about other accounts are not read.
    for path in files_like(folder, f"account-{slug(account)}-enemies-*.toml"):
        try:
            with contained(path):
                content = _own_content(path)
                if _is_about_account(content):
                    found[path] = decode(content, Theirs, path, model.faults).value
                    if copy := duplicate(path):
                        faults.append(replace(copy.fault, what=f"{copy.fault.what}; what both say counts once"))
        except StoreError as error:
            first = error.faults[0]
            what = f"{first.what}, so it does not count"
            faults.append(Fault(first.where or path.name, what, "session-tui validate says all that is wrong."))
    return found, tuple(faults)


def _is_about_account(content: bytes) -> bool:
    tables = toml.parse(content)
    return tables.get("kind") == "enemies" and tables.get("about") == "account"


def _about(content: bytes) -> object:
    with suppress(StoreError):  # reported where the file is decoded
        return toml.parse(content).get("about")
    return None


def _merged(there: Answer, given: Mapping[str, Frequency | None]) -> Answer:
    together = {**there, **given}
    return {habit: answer for habit, answer in together.items() if answer is not None}


def _own_content(path: Path) -> bytes:
    if path.is_symlink():
        # In a shared folder, a link could make us write to any path.
        raise StoreError(Fault(path.name, "it is a link", "Put the file itself there."))
    return toml.read_bytes(path)
