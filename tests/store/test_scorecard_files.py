"""Covers: session_tui.store.team.scorecards.

Each answer is on disk at once, one file a person a round, and no answer is lost.
"""

import os
import random
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from session_tui.model.team.practices import Practice, rating_of
from session_tui.store import paths
from session_tui.store.errors import StoreError
from session_tui.store.team import scorecards
from session_tui.store.team.scorecards import ScorecardFile
from session_tui.store.validate import faults_in

OWNER = Practice(id="owner", level="account", text="Each account has an owner")
SKILLS = Practice(id="skills", level="industry", text="Skills are recognised")
TOP = Path(__file__).parents[2]


def begun(folder: Path, name: str = "Ana Ruiz", round_: str = "2026-Q4", dice: int = 7) -> ScorecardFile:
    return scorecards.answers(folder / "assessments", name, round_, folder / "state", random.Random(dice))


def test_an_answer_is_on_disk_at_once_in_a_file_that_validate_checks(tmp_path: Path) -> None:
    given = begun(tmp_path)
    assert not (tmp_path / "assessments").exists()  # a reader writes nothing
    given.give(rating_of(OWNER, 8, None))
    given.save()
    assert given.path.name.startswith("2026-Q4-scorecard-ana-ruiz-") and given.saved
    assert faults_in(given.path) == ()
    tables = tomllib.loads(given.path.read_text())
    assert list(tables) == ["schema", "kind", "round", "name", "ratings"]
    assert tables["ratings"] == [{"id": "owner", "level": "account", "text": OWNER.text, "importance": 8}]
    assert stat.S_IMODE(given.path.stat().st_mode) == 0o600


def test_opened_again_in_the_round_it_goes_on_and_another_round_is_another_file(tmp_path: Path) -> None:
    first = begun(tmp_path)
    first.give(rating_of(OWNER, 8, "often"))
    first.save()
    again = begun(tmp_path, name="ana  RUIZ", dice=8)
    assert again.path == first.path and again.card == first.card
    assert begun(tmp_path, round_="2027-Q1", dice=9).path != first.path
    assert begun(tmp_path, name="Mei Tan", dice=10).path != first.path


def test_keys_and_ratings_that_somebody_added_meanwhile_stay(tmp_path: Path) -> None:
    given = begun(tmp_path)
    given.give(rating_of(OWNER, 8, "often"))
    given.save()
    text = given.path.read_text().replace('name = "Ana Ruiz"\n', 'name = "Ana Ruiz"\nteam = "north"\n')
    row = '\n[[ratings]]\nid = "gone"\nlevel = "account"\ntext = "We toast"\nimportance = 2\nmood = "calm"\n'
    given.path.write_text(f"# ours\n{text}{row}")
    given.give(rating_of(OWNER, 9, "often"))
    given.save()
    tables = tomllib.loads(given.path.read_text())
    assert tables["team"] == "north" and [each["id"] for each in tables["ratings"]] == ["owner", "gone"]
    assert tables["ratings"][0]["importance"] == 9 and tables["ratings"][1]["mood"] == "calm"
    assert "# ours" in given.path.with_name(f"{given.path.name}.before").read_text()


def test_a_disk_that_refuses_loses_no_answer(tmp_path: Path) -> None:
    given = begun(tmp_path)
    (tmp_path / "assessments").write_text("a file where the folder should be")
    given.give(rating_of(OWNER, 8, "often"))
    with pytest.raises(StoreError, match="Your answers are kept"):
        given.save()
    (tmp_path / "assessments").unlink()
    given.give(rating_of(SKILLS, 3, "never"))
    given.save()
    assert [each.id for each in begun(tmp_path).card.ratings] == ["owner", "skills"]


def test_a_file_that_was_taken_away_meanwhile_is_written_whole(tmp_path: Path) -> None:
    given = begun(tmp_path)
    given.give(rating_of(OWNER, 8, "often"))
    given.save()
    given.path.unlink()
    given.give(rating_of(SKILLS, 3, "never"))
    given.save()
    assert [each.id for each in begun(tmp_path).card.ratings] == ["owner", "skills"]


def test_leaving_while_the_disk_refuses_keeps_the_answers_elsewhere_and_says_where(tmp_path: Path) -> None:
    given = begun(tmp_path)
    (tmp_path / "assessments").write_text("in the way")
    given.give(rating_of(OWNER, 8, "often"))
    with pytest.raises(StoreError) as refused:
        given.close()
    (kept,) = (tmp_path / "state" / "scorecards").glob("*.toml")
    assert str(kept) in refused.value.faults[0].do and faults_in(kept) == ()
    (tmp_path / "assessments").unlink()
    (tmp_path / "assessments").mkdir()
    kept.rename(tmp_path / "assessments" / kept.name)
    assert begun(tmp_path).card == given.card


def test_a_kill_loses_no_answer_that_was_given(tmp_path: Path) -> None:
    code = """
import os, random, signal, sys
from pathlib import Path
from session_tui.model.team.practices import Practice, rating_of
from session_tui.store.team import scorecards
top = Path(sys.argv[1])
given = scorecards.answers(top / "assessments", "Ana Ruiz", "2026-Q4", top / "state", random.Random(7))
given.give(rating_of(Practice(id="owner", level="account", text="Owner"), 8, "often"))
given.save()
os.kill(os.getpid(), signal.SIGKILL)
"""
    environment = os.environ | {"PYTHONPATH": str(TOP / "src")}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, timeout=30, check=False)
    assert done.returncode < 0
    again = begun(tmp_path)
    assert [each.id for each in again.card.ratings] == ["owner"]
    again.give(rating_of(SKILLS, 3, "never"))
    again.save()  # its lock died with it


def test_a_broken_file_is_said_and_stops_nobody(tmp_path: Path) -> None:
    given = begun(tmp_path)
    given.give(rating_of(OWNER, 8, "often"))
    given.save()
    (given.folder / "2026-Q4-scorecard-mei-tan-aaaa.toml").write_text(
        'schema = 1\nkind = "scorecard"\nround = "2026-Q4"\nname = "Mei Tan"\n'
        '[[ratings]]\nid = "owner"\nlevel = "account"\ntext = "Owner"\nimportance = 11\nexecution = "often"\n'
    )
    (given.folder / "half.toml").write_text("schema = ")
    (given.folder / "2026-Q4-enemies-7k3q.toml").write_text('schema = 1\nkind = "enemies"\nround = "2026-Q4"\n')
    found = scorecards.scorecards(given.folder)
    assert [card.name for card in found.cards] == ["Ana Ruiz"]
    assert len(found.faults) == 2
    assert any("ratings[1].importance: 11 is not between 1 and 10" in str(fault) for fault in found.faults)


def test_two_files_of_one_person_in_one_round_are_said_and_both_stay(tmp_path: Path) -> None:
    given = begun(tmp_path)
    given.give(rating_of(OWNER, 8, "often"))
    given.save()
    other = given.path.with_name("copy.toml")
    other.write_text(given.path.read_text().replace("importance = 8", "importance = 1"))
    found = scorecards.scorecards(given.folder)
    assert len(found.cards) == 1 and found.cards[0] == given.card
    (said,) = found.faults
    assert said.where == "copy.toml" and given.path.name in said.what and "Both files stay" in said.do
    assert begun(tmp_path).remarks == (said,) and begun(tmp_path).path == given.path


def test_a_file_of_a_newer_version_is_not_changed(tmp_path: Path) -> None:
    given = begun(tmp_path)
    given.give(rating_of(OWNER, 8, "often"))
    given.save()
    given.path.write_text(given.path.read_text().replace("schema = 1", "schema = 2"))
    before = given.path.read_bytes()
    with pytest.raises(StoreError, match="newer version"):
        begun(tmp_path)
    given.give(rating_of(OWNER, 1, "never"))
    with pytest.raises(StoreError, match="newer version"):
        given.save()
    assert given.path.read_bytes() == before


def test_a_link_leads_no_writing_out_of_the_folder(tmp_path: Path) -> None:
    given = begun(tmp_path)
    given.give(rating_of(OWNER, 8, "often"))
    given.save()
    target = tmp_path / "elsewhere.toml"
    given.path.rename(target)
    given.path.symlink_to(target)
    before = target.read_bytes()
    again = begun(tmp_path)
    again.give(rating_of(SKILLS, 3, "never"))
    with pytest.raises(StoreError, match="it is a link"):
        again.save()
    assert target.read_bytes() == before


def test_a_teams_own_practices_win_and_the_programs_are_sound(tmp_path: Path) -> None:
    shipped = scorecards.practices(tmp_path)
    assert {each.level for each in shipped.practices} == {"individual", "opportunity", "account", "industry"}
    assert faults_in(TOP / "src" / "session_tui" / "practices.toml") == ()
    (tmp_path / "practices.toml").write_text(
        'schema = 1\n[[practices]]\nid = "lunch"\nlevel = "individual"\ntext = "We have lunch together"\n'
    )
    assert [each.id for each in scorecards.practices(tmp_path).practices] == ["lunch"]
    (tmp_path / "practices.toml").write_text("schema = 1\n")
    with pytest.raises(StoreError, match="practices: is missing"):
        scorecards.practices(tmp_path)


def test_assessments_lie_beside_the_sessions_unless_the_configuration_says_where(tmp_path: Path) -> None:
    elsewhere = tmp_path / "team" / "sessions"
    found = paths.find(tmp_path, {"SESSION_TUI_SESSIONS": str(elsewhere)})
    assert found.assessments.path == tmp_path / "team" / "assessments"
    (tmp_path / paths.CONFIG_NAME).write_text('schema = 1\nassessments = "shared/looks"\n')
    assert paths.find(tmp_path, {}).assessments.path == tmp_path / "shared" / "looks"
