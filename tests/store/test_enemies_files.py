"""Covers: session_tui.store.team.enemies and session_tui.store.team.anonymous.

Files of answers: about us without name or time, about me private, about a customer with a name.
"""

import random
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from session_tui.model.fault import Fault
from session_tui.model.team.enemies import HABITS, Answer, Frequency, Theirs, Us
from session_tui.store import toml
from session_tui.store.decoding import to_value
from session_tui.store.errors import StoreError
from session_tui.store.team import anonymous, enemies
from session_tui.store.team.anonymous import AnonymousBatch
from session_tui.store.validate import faults_in

ROUND = "2026-Q4"


@pytest.fixture
def assessments(tmp_path: Path) -> Path:
    return tmp_path / "assessments"


def whole(said: Frequency) -> Answer:
    # Answered from the last to the first: the file tells no order.
    return dict.fromkeys(reversed(HABITS), said)


def keep(folder: Path, *said: Frequency, seed: int = 7) -> None:
    anonymous.keep(folder, ROUND, [whole(each) for each in said], random.Random(seed))


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def test_a_file_about_us_has_neither_name_nor_time(assessments: Path) -> None:
    keep(assessments, "seen")
    (path,) = files(assessments)
    first = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
    assert path.stat().st_mtime == path.stat().st_atime == first
    assert path.name.startswith("2026-Q4-enemies-") and len(path.stem) == len("2026-Q4-enemies-7k3q")
    tables = toml.parse(path.read_bytes())
    assert list(tables) == ["schema", "kind", "about", "round", "answers"]
    assert list(tables["answers"][0]) == list(HABITS)
    assert faults_in(path) == ()


def test_several_at_one_keyboard_are_one_file_in_no_order(assessments: Path) -> None:
    said: tuple[Frequency, ...] = ("not_seen", "seen", "often", "rules")
    orders = set()
    for seed in range(8):
        keep(assessments / str(seed), *said, seed=seed)
        (path,) = files(assessments / str(seed))
        value = to_value(toml.parse(path.read_bytes()), Us)
        orders.add(tuple(each["cynicism"] for each in value.answers))
    assert {tuple(sorted(each)) for each in orders} == {tuple(sorted(said))} and len(orders) > 1


def test_a_name_that_is_taken_is_not_written_over(assessments: Path) -> None:
    keep(assessments, "seen")
    keep(assessments, "rules")  # the same dice
    assert len(files(assessments)) == 2


def test_whoever_may_read_the_other_files_may_read_it(assessments: Path) -> None:
    assessments.mkdir()
    other = assessments / "2026-Q4-scorecard-ana-ruiz-7k3q.toml"
    other.write_text("", encoding="utf-8")
    other.chmod(0o640)
    keep(assessments, "seen")
    (path,) = assessments.glob("*-enemies-*.toml")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_half_an_answer_is_written_nowhere(assessments: Path, tmp_path: Path) -> None:
    together = AnonymousBatch(assessments, ROUND, tmp_path / "state", random.Random(7))
    with pytest.raises(AssertionError):
        together.add({"cynicism": "seen"})
    together.close()
    assert not assessments.exists()


def test_what_the_disk_refuses_is_kept_elsewhere_and_said(tmp_path: Path) -> None:
    (tmp_path / "assessments").write_text("no folder", encoding="utf-8")
    together = AnonymousBatch(tmp_path / "assessments", ROUND, tmp_path / "state", random.Random(7))
    together.add(whole("seen"))
    with pytest.raises(StoreError) as raised:
        together.close()
    assert f"kept in {tmp_path / 'state' / 'enemies'}" in str(raised.value)
    assert len(list((tmp_path / "state" / "enemies").glob("*-enemies-*.toml"))) == 1


def test_git_is_found_however_deep_the_folder_lies(tmp_path: Path) -> None:
    assert anonymous.in_git(tmp_path / "team" / "assessments") is None
    subprocess.run(["git", "init", "-q", str(tmp_path / "team")], check=True, timeout=20)
    assert anonymous.in_git(tmp_path / "team" / "deals" / "assessments") == tmp_path / "team"


def test_of_two_there_is_no_report_and_the_sentence_counts_nobody(assessments: Path, tmp_path: Path) -> None:
    said: set[str] = set()
    for each in ((), ("seen",), ("rules",)):
        if each:
            keep(assessments, *each, seed=len(said))
        told = anonymous.report(assessments, ROUND, tmp_path / "state")
        assert told.report is None and not (tmp_path / "state").exists()
        said.add(told.why_not)
    assert said == {
        "There are fewer than three answers about us in round 2026-Q4: no report, for it could tell who said what."
    }


def test_what_came_since_a_report_is_counted_when_it_is_three(assessments: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    keep(assessments, "seen", "seen", "seen")
    seen = []
    for seed in range(4):
        told = anonymous.report(assessments, "", state).report
        assert told is not None
        seen.append((told.many, told.habits[0].counts))
        keep(assessments, "rules", seed=100 + seed)
    assert seen == [(3, (0, 3, 0, 0)), (3, (0, 3, 0, 0)), (3, (0, 3, 0, 0)), (6, (0, 3, 0, 3))]


def test_an_answer_that_is_gone_is_not_told_by_the_difference(assessments: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    for seed, said in enumerate(("seen", "seen", "seen", "rules")):
        keep(assessments, said, seed=seed)  # type: ignore[arg-type]
    assert anonymous.report(assessments, ROUND, state).report is not None
    gone = next(path for path in files(assessments) if "rules" in path.read_text(encoding="utf-8"))
    gone.rename(tmp_path / gone.name)
    told = anonymous.report(assessments, ROUND, state)
    assert told.report is None and "is gone that the last report counted" in told.why_not


def test_a_memory_that_cannot_be_read_or_kept_gives_no_report(assessments: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    keep(assessments, "seen", "seen", "seen")
    state.write_text("no folder", encoding="utf-8")
    with pytest.raises(StoreError, match=r"could tell who said what|no report until"):
        anonymous.report(assessments, ROUND, state)
    state.unlink()
    anonymous.report(assessments, ROUND, state)
    (memory,) = (state / "enemies").iterdir()
    memory.write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="Remove this file to begin again"):
        anonymous.report(assessments, ROUND, state)


def test_a_broken_file_about_us_is_named_and_not_told(assessments: Path, tmp_path: Path) -> None:
    keep(assessments, "seen", "seen", "seen")
    broken = assessments / "2026-Q4-enemies-zzzz.toml"
    broken.write_text(files(assessments)[0].read_text(encoding="utf-8").replace('"seen"', '"secret"', 1), "utf-8")
    told = anonymous.report(assessments, "", tmp_path / "state")
    assert told.report is not None and told.report.many == 3
    (fault,) = told.faults
    assert "secret" not in str(fault) and "personal_agendas" not in str(fault) and broken.name in str(fault)


@pytest.mark.parametrize("name", ["2026-Q4-enemies-7k3q (Ana's conflicted copy).toml", "copy-of-2026-Q4-enemies.toml"])
def test_a_copy_of_a_file_about_us_does_not_count(assessments: Path, tmp_path: Path, name: str) -> None:
    keep(assessments, "seen", "seen")
    (assessments / name).write_bytes(files(assessments)[0].read_bytes())
    assert anonymous.report(assessments, "", tmp_path / "state").report is None


# ---- about me, and about an account -------------------------------------------------------------


def test_what_is_about_me_is_mine_alone_and_at_once_on_disk(tmp_path: Path) -> None:
    folder = tmp_path / "me"
    folder.mkdir(mode=0o755)
    given = enemies.about_me(folder, ROUND, tmp_path / "state")
    given.give("cynicism", "often")
    given.save()
    path = folder / "enemies.toml"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    given.give("no_trust", "seen")
    given.save()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert enemies.my_rounds(folder).rounds[0].answers == {"cynicism": "often", "no_trust": "seen"}


def test_rounds_about_me_stand_beside_each_other_with_keys_of_others(tmp_path: Path) -> None:
    first = enemies.about_me(tmp_path / "me", "2026-Q3", tmp_path / "state")
    first.give("cynicism", "rules")
    first.close()
    path = tmp_path / "me" / "enemies.toml"
    path.write_text('# mine\nowner = "x"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    second = enemies.about_me(tmp_path / "me", ROUND, tmp_path / "state")
    assert second.answers == {}
    second.give("cynicism", "seen")
    second.close()
    mine = enemies.my_rounds(tmp_path / "me")
    assert [(each.round, each.answers) for each in mine.rounds] == [
        ("2026-Q3", {"cynicism": "rules"}),
        (ROUND, {"cynicism": "seen"}),
    ]
    assert 'owner = "x"' in path.read_text(encoding="utf-8")
    assert path.with_name("enemies.toml.before").read_text(encoding="utf-8").startswith("# mine")


def test_an_answer_about_an_account_can_be_taken_back_and_is_gone_on_with(assessments: Path, tmp_path: Path) -> None:
    def begun(name: str) -> enemies.EnemiesFile:
        return enemies.about_account(assessments, "Acme Freight", name, ROUND, tmp_path / "state", random.Random(7))

    given = begun("Ana Ruiz")
    for habit in ("cynicism", "no_trust"):
        given.give(habit, "rules")
        given.save()
    given.give("no_trust", None)
    given.save()
    (path,) = files(assessments)
    assert path.name.startswith("account-acme-freight-enemies-2026-Q4-") and faults_in(path) == ()
    again = begun("ana ruiz")
    assert again.path == path and again.answers == {"cynicism": "rules"}
    told = enemies.here(assessments, "acme  freight")
    assert told is not None and told.many == 1 and [each.id for each in told.living] == ["cynicism"]
    assert enemies.here(assessments, "Borealis Foods") is None


def test_the_newest_round_about_an_account_is_the_one_that_counts(assessments: Path, tmp_path: Path) -> None:
    for round_, said in (("2026-Q4", "seen"), ("2026-Q2", "rules"), ("2025-Q4", "rules")):
        given = enemies.about_account(assessments, "Acme Freight", "Ana", round_, tmp_path / "s", random.Random(round_))
        given.give("cynicism", said)  # type: ignore[arg-type]
        given.close()
    told = enemies.here(assessments, "Acme Freight")
    assert told is not None and told.round == "2026-Q4" and told.living == ()


def test_a_broken_file_about_an_account_stops_nobody(assessments: Path, tmp_path: Path) -> None:
    given = enemies.about_account(assessments, "Acme Freight", "Ana", ROUND, tmp_path / "state", random.Random(7))
    given.give("cynicism", "rules")
    given.close()
    (path,) = files(assessments)
    broken = path.with_name("account-acme-freight-enemies-2026-Q4-zzzz.toml")
    broken.write_text(path.read_text(encoding="utf-8").replace('"rules"', '"always"'), encoding="utf-8")
    told, (fault,) = enemies.reports_about(assessments, "Acme Freight")
    assert told[0].many == 1
    assert '"always" is not one of not_seen, often, rules, seen, so it does not count' in str(fault)


def test_a_link_is_not_followed(assessments: Path, tmp_path: Path) -> None:
    (tmp_path / "me").mkdir()
    (tmp_path / "me" / "enemies.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(StoreError, match="it is a link"):
        enemies.about_me(tmp_path / "me", ROUND, tmp_path / "state")


def test_a_folder_that_cannot_be_written_keeps_the_answers_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "assessments").write_text("no folder", encoding="utf-8")
    given = enemies.EnemiesFile(
        tmp_path / "assessments" / "account-a-enemies-x-0000.toml",
        Theirs(kind="enemies", about="account", account="A", round="2026-Q4", name="Ana"),
        "2026-Q4",
        {},
        tmp_path / "state",
    )
    given.give("cynicism", "rules")
    with pytest.raises(StoreError) as raised:
        given.close()
    kept = tmp_path / "state" / "enemies" / "account-a-enemies-x-0000.toml"
    assert str(kept) in str(raised.value) and faults_in(kept) == () and not given.saved


def test_git_around_ones_own_folder_is_said(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, timeout=20)
    (said,) = enemies.about_me(tmp_path / "me", ROUND, tmp_path / "state").remarks
    assert isinstance(said, Fault) and "commit no enemies.toml" in str(said)
