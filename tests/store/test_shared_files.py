"""Covers: session_tui.store.toml_file and session_tui.store.locking.

Files with several writers: no writer loses another's change or follows a link out of the folder.
"""

import multiprocessing
import random
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from conftest import START
from messages import message
from session_tui.model.configuration import Endpoint
from session_tui.model.session import PlanComment, Reader
from session_tui.model.team.practices import Rating
from session_tui.outbox.store import Outbox
from session_tui.outbox.trust import trust
from session_tui.store import paths, toml
from session_tui.store.errors import StoreError
from session_tui.store.plans import files
from session_tui.store.team import enemies, handover_journal, scorecards

ROUND = "2026-Q4"
Change = Callable[[Path], None]


def _readers(home: Path) -> None:
    files.add_reader(home / "plans" / "good.md", Reader(name="Ana Ruiz", read_at=START), home / "state" / "locks")


def _comment(home: Path) -> None:
    files.add_comment(home / "plans" / "good.md", PlanComment(line=1, text="Sure?"), home / "state" / "locks")


def _scorecard(home: Path) -> None:
    given = scorecards.answers(home / "assessments", "Ana Ruiz", ROUND, home / "state", random.Random(7))
    given.give(Rating(id="b", level="account", text="B", importance=3, execution="often"))
    given.save()


def _about_me(home: Path) -> None:
    given = enemies.about_me(home / "state" / "me", ROUND, home / "state")
    given.give("cynicism", "rules")
    given.save()


def _about_account(home: Path) -> None:
    given = enemies.about_account(home / "assessments", "Acme", "Ana Ruiz", ROUND, home / "state", random.Random(7))
    given.give("cynicism", "rules")
    given.save()


def _trusted(home: Path) -> None:
    trust(home / "state", Endpoint(name="team", kind="webhook", url="https://hooks.borealis.example/new"), START)


def _off(home: Path) -> None:
    Outbox(home / "state" / "outbox").switch_off("https://hooks.borealis.example/new", START)


def _parcel(home: Path) -> None:
    Outbox(home / "state" / "outbox").record(message(state="delivered"))


def _journal(home: Path) -> None:
    found = paths.find(home, {"SESSION_TUI_STATE": str(home / "state")})
    kept = handover_journal.last(found)
    assert kept is not None
    handover_journal.marked(kept, "undone")


HEAD = "schema = 1\n"
PARCEL = """\
id = "msg_1"
endpoint = "team"
kind = "webhook"
url = "https://hooks.borealis.example/x"
type = "session.held"
session = "x"
created_at = 2026-11-23T09:00:00Z
body = "{}"
"""
FILES: dict[str, tuple[Change, str, str]] = {
    "readers": (_readers, "plans/good.readers.toml", 'readers = []\n'),
    "comments": (_comment, "plans/good.readers.toml", ""),
    "scorecard": (
        _scorecard,
        f"assessments/{ROUND}-scorecard-ana-ruiz-aaaa.toml",
        f'kind = "scorecard"\nround = "{ROUND}"\nname = "Ana Ruiz"\n',
    ),
    "enemies about me": (_about_me, "state/me/enemies.toml", 'kind = "enemies"\nabout = "me"\n'),
    "enemies of an account": (
        _about_account,
        f"assessments/account-acme-enemies-{ROUND}-aaaa.toml",
        f'kind = "enemies"\nabout = "account"\naccount = "Acme"\nround = "{ROUND}"\nname = "Ana Ruiz"\n',
    ),
    "trusted": (_trusted, "state/trusted.toml", ""),
    "switched off": (_off, "state/outbox/off.toml", ""),
    "parcel": (_parcel, "state/outbox/msg_1.toml", PARCEL),
    "journal": (_journal, "state/handovers/one.toml", 'state = "done"\nat = 2026-11-23T09:00:00Z\nfrom = "Ana Ruiz"\n'),
}  # fmt: skip


@pytest.fixture(params=list(FILES.values()), ids=list(FILES))
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Change, Path, str]:
    change, name, rest = request.param
    (tmp_path / "sessions").mkdir()
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "good.md").write_text("# Good\n", encoding="utf-8")
    if "handovers" in name:
        here = paths.find(tmp_path, {"SESSION_TUI_STATE": str(tmp_path / "state")})
        rest += f'folder = "{handover_journal._here(here)}"\n'
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return change, path, HEAD + rest


def home_of(path: Path) -> Path:
    return next(each for each in path.parents if (each / "plans" / "good.md").exists())


def test_a_key_that_nobody_knows_stays(shared: tuple[Change, Path, str]) -> None:
    change, path, text = shared
    path.write_text(f'{text}\n[theirs]\ncolour = "blue"\nlater = 2026-11-23T09:00:00+05:30\n', encoding="utf-8")
    before = toml.parse(path.read_bytes())
    change(home_of(path))
    after = toml.parse(path.read_bytes())
    assert after != before and after["theirs"] == before["theirs"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_stay(shared: tuple[Change, Path, str], mark: bytes) -> None:
    change, path, text = shared
    path.write_bytes(mark + text.encode().replace(b"\n", b"\r\n"))
    change(home_of(path))
    after = path.read_bytes()
    assert after.startswith(mark) and after.count(b"\n") == after.count(b"\r\n") >= text.count("\n")


def test_comments_are_kept_beside_it_before_they_would_be_lost(shared: tuple[Change, Path, str]) -> None:
    change, path, text = shared
    path.write_text(f"# Ana says so\n{text}", encoding="utf-8")
    change(home_of(path))
    assert path.with_name(f"{path.name}.before").read_text(encoding="utf-8") == f"# Ana says so\n{text}"
    assert "Ana says so" not in path.read_text(encoding="utf-8")


def test_what_a_newer_version_wrote_is_not_changed(shared: tuple[Change, Path, str]) -> None:
    change, path, text = shared
    newer = text.replace("schema = 1", "schema = 2")
    path.write_text(newer, encoding="utf-8")
    with pytest.raises((StoreError, AssertionError)):  # the answers of a newer scorecard are not even offered
        change(home_of(path))
    assert path.read_text(encoding="utf-8") == newer


def test_a_broken_file_is_told_and_not_changed(shared: tuple[Change, Path, str]) -> None:
    change, path, text = shared
    broken = f"{text}\nx = 9999-12-31T23:59:59-14:00\n"
    path.write_text(broken, encoding="utf-8")
    if path.parent.name == "assessments":  # a broken one counts for nothing: a new one is begun beside it
        change(home_of(path))
    else:
        with pytest.raises(StoreError, match="is not of the years"):
            change(home_of(path))
    assert path.read_text(encoding="utf-8") == broken


def test_a_link_inside_its_folder_is_followed(shared: tuple[Change, Path, str]) -> None:
    change, path, text = shared
    real = path.with_name("real.data")
    real.write_text(text, encoding="utf-8")
    path.symlink_to(real)
    if path.parent.name in ("assessments", "me"):  # shared and private files are no links
        return
    change(home_of(path))
    assert path.is_symlink() and real.read_text(encoding="utf-8") != text


def _many(home: Path, name: str, together: Barrier) -> None:
    together.wait(60)
    for number in range(20):
        files.add_comment(
            home / "plans" / "good.md", PlanComment(line=1, author=name, text=str(number)), home / "state" / "locks"
        )


def test_two_programs_at_once_lose_nothing_of_each_others(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "good.md").write_text("# Good\n", encoding="utf-8")
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(2)
    working = [context.Process(target=_many, args=(tmp_path, name, together)) for name in ("Ana", "Ben")]
    for each in working:
        each.start()
    for each in working:
        each.join(60)
    assert len(files.readers(tmp_path / "plans" / "good.md").comments) == 40


@pytest.mark.parametrize("leads_to", ["good.readers.toml", "none.toml"])
def test_a_link_that_leads_nowhere_is_said_and_is_no_file_that_is_not_there_yet(tmp_path: Path, leads_to: str) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "good.md").write_text("# Good\n", encoding="utf-8")
    (tmp_path / "plans" / "good.readers.toml").symlink_to(leads_to)
    with pytest.raises(StoreError, match=r"circle|no such file"):
        _readers(tmp_path)
