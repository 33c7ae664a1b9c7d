"""Anonymous answers about us: each file is written once, without name and time, and has a random
name.

The files that a report counted are recorded on this machine, so that the next report differs from
it by at least three answers.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time
from hashlib import blake2s
from pathlib import Path

import msgspec
from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import SCHEMA
from session_tui.model.team import enemies as model
from session_tui.model.team.enemies import Answer, HabitsReport, Us
from session_tui.model.team.scorecard import in_rounds
from session_tui.store import atomic, decoding, drafts, folders, regular_file, session_file, toml
from session_tui.store.decoding import to_value
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.session_folder import CROCKFORD

_ABOUT_US = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9-]*-enemies-[0-9a-z]{4}\.toml")


class ReportAboutUs(Struct, frozen=True):
    """The report of a round about us, or why there is none, and the faults of the files."""

    round: str
    report: HabitsReport | None
    why_not: str
    strange: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def in_git(folder: Path) -> Path | None:
    """Return the top folder of the git repository that contains this folder; None for none."""
    whole = folder.absolute()
    return next((each for each in (whole, *whole.parents) if (each / ".git").exists()), None)


def keep(folder: Path, round: str, answers: Sequence[Answer], rng: random.Random) -> None:  # noqa: A002
    """Write the answers of one or several people as one new file; `StoreError` where that fails.

    Their order is shuffled. The file has the round's first day as its time, and the mode of the
    other files of the folder.
    """
    shuffled = [{habit: each[habit] for habit in model.HABITS if habit in each} for each in answers]
    rng.shuffle(shuffled)
    value = Us(kind="enemies", about="us", round=round, answers=tuple(shuffled))
    content = toml.dumps(session_file.fresh(value, sparse=True)).encode()
    stamp = datetime.combine(model.first_day(round), time(), UTC).timestamp()
    try:
        folders.make(folder)
        like = next((each for each in sorted(folder.glob("*.toml")) if not each.is_symlink()), None)
        while True:
            path = folder / f"{round}-enemies-{''.join(rng.choices(CROCKFORD, k=4))}.toml"
            with suppress(FileExistsError):
                atomic.write(path, content, exclusive=True, like=like, stamp=stamp)
                return
    except OSError as error:
        raise StoreError(from_os_error(error, folder, "Nothing was written; it is kept here meanwhile.")) from error


def report(folder: Path, wanted: str, state: Path) -> ReportAboutUs:
    """Return the report of a round, or of the newest that has one, and record its files in the
    state folder.

    The fault of a broken file has its name only, since its content is an answer.
    """
    read, faults = _answers(folder)
    rounds = [wanted] if wanted else list(reversed(in_rounds(value.round for _, value in read.values())))
    memory = state / "enemies" / f"{drafts.key(folder)}.json"
    before = _remembered(memory)
    for name in rounds:
        there = {file: value for file, (_, value) in read.items() if value.round == name}
        counted = model.shown({file: len(value.answers) for file, value in there.items()}, before.get(name, {}))
        if counted is None:
            continue
        answers = [each for file in sorted(counted) for each in there[file].answers]
        _remember(memory, {**before, name: {file: len(there[file].answers) for file in sorted(counted)}}, before)
        return ReportAboutUs(name, model.report(name, answers), "", model.strange(answers), faults)
    missed = wanted or (rounds[0] if rounds else "")
    return ReportAboutUs(missed, None, _why_not(missed, bool(before.get(missed))), (), faults)


def _why_not(name: str, once: bool) -> str:
    about = f" in round {name}" if name else ""
    if once:
        return (
            f"An answer about us{about} is gone that the last report counted: by the difference another one could tell "
            "what it said. There is a report again when enough others have come."
        )
    return f"There are fewer than three answers about us{about}: no report, for it could tell who said what."


def _answers(folder: Path) -> tuple[dict[str, tuple[Path, Us]], tuple[Fault, ...]]:
    found: dict[str, tuple[Path, Us]] = {}
    faults = []
    for path in files_like(folder, "*-enemies-*.toml"):
        # A copy of a file would count twice.
        if not _ABOUT_US.fullmatch(path.name):
            continue
        try:
            with contained(path):
                if path.is_symlink():
                    raise StoreError(Fault("", "it is a link"))
                content = toml.read_bytes(path)
                tables = toml.parse(content)
                if tables.get("kind") != "enemies" or tables.get("about") != "us":
                    continue
                value: Us = to_value(tables, Us)
                if value.schema > SCHEMA or model.faults(value):
                    raise StoreError(*model.faults(value))
        except StoreError:
            what = "cannot be read as answers about us, and does not count"
            faults.append(Fault(path.name, what, "session-tui validate says why."))
        else:
            found[f"{path.name} {blake2s(content, digest_size=16).hexdigest()}"] = path, value
    return found, tuple(faults)


def _remembered(memory: Path) -> dict[str, dict[str, int]]:
    try:
        return decoding.from_json(regular_file.read(memory), dict[str, dict[str, int]])
    except FileNotFoundError:
        return {}
    except (OSError, StoreError):
        what = "what the last report about us counted cannot be read, so another one could tell who said what"
        raise StoreError(Fault(str(memory), what, "Remove this file to begin again.")) from None


def _remember(memory: Path, now: dict[str, dict[str, int]], before: dict[str, dict[str, int]]) -> None:
    if now == before:
        return
    try:
        folders.make(memory.parent, 0o700)
        atomic.write(memory, msgspec.json.encode(now), private=True)
    except OSError as error:
        # After a report that was not recorded, the next one could reveal a fourth answer.
        raise StoreError(from_os_error(error, memory, "There is no report until it can be remembered.")) from error


def files_like(folder: Path, pattern: str) -> Iterator[Path]:
    """Return the files of the folder by name, so that scorecards and practices are not read."""
    try:
        found = folder.glob(pattern) if folder.exists() else ()
        yield from sorted(path for path in found if not path.name.startswith("."))
    except OSError as error:
        raise StoreError(from_os_error(error, folder)) from error


class AnonymousBatch:
    """Finished answers about us, of one person or several at one keyboard, in memory only.

    A file that grew with each person would tell them apart wherever versions of files are saved.
    """

    def __init__(self, folder: Path, round: str, state: Path, rng: random.Random) -> None:  # noqa: A002
        self.folder, self.round, self.state, self.rng = folder, round, state, rng
        self.repository = in_git(folder)
        self.waiting: list[Answer] = []
        self.written = 0

    def add(self, answer: Answer) -> None:
        """Add one person's finished answers."""
        assert not model.missing(answer)  # a half-finished answer is not written
        self.waiting.append(answer)

    def write(self) -> None:
        """Write all answers as one file; `StoreError` where that fails, and then they stay in
        memory.
        """
        if batch := list(self.waiting):
            keep(self.folder, self.round, batch, self.rng)
            self.written += len(batch)
            self.waiting = self.waiting[len(batch) :]

    def close(self) -> None:
        """Write the answers, or save them in the state folder: `StoreError` then, with that
        path.
        """
        try:
            self.write()
        except StoreError as error:
            kept = self.state / "enemies"
            try:
                keep(kept, self.round, self.waiting, self.rng)
            except StoreError:
                raise error from None
            self.waiting = []
            do = f"What was answered is kept in {kept}; put that file into {self.folder} when it can be written."
            raise StoreError(msgspec.structs.replace(error.faults[0], do=do)) from None
