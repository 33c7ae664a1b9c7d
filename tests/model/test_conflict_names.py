"""Covers: session_tui.model.merge.conflict_names.

Copies are found by the names that sync programs give; conflict markers of git are recognised.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model.merge.conflict_names import _SURE, Copy, copy_among, copy_of, sides

ID = "2026-11-23-acme-freight-7k3q"

NAMES = [
    (f"{ID} (Ana's conflicted copy 2026-11-24)", "Dropbox"),
    (f"{ID} (Ana’s conflicted copy 2026-11-24 (1))", "Dropbox"),
    (f"{ID} (LAPTOP-4's conflicted copy)", "Dropbox"),
    (f"{ID} (conflicted copy)", "Dropbox"),
    (f"{ID} (Case Conflict)", "Dropbox"),
    (f"{ID} (Case Conflict 1)", "Dropbox"),
    (f"{ID} (Unicode Encoding Conflict)", "Dropbox"),
    (f"{ID} (white space conflict)", "Dropbox"),
    (f"{ID} (Selective Sync Conflict)", "Dropbox"),
    (f"{ID}.sync-conflict-20261124-101500-ABCDEFG", "Syncthing"),
    (f"{ID}.sync-conflict-20261124-101500", "Syncthing"),
    (f"{ID} (conflicted copy 2026-11-24 101500)", "Nextcloud"),
    (f"{ID} (conflicted copy ana 2026-11-24 101500)", "Nextcloud"),
    (f"{ID}_conflict-20261124-101500", "Nextcloud"),
    (f"{ID} [conflict]", "Google Drive"),
    (f"{ID} (1) [conflict]", "Google Drive"),
    (f"{ID}[Conflict]", "Google Drive"),
    (f"{ID} (1)", "OneDrive or Google Drive"),
    (f"{ID}(2)", "OneDrive or Google Drive"),
    (f"{ID}-DESKTOP-7K2QF", "OneDrive"),
    (f"{ID}-ANA", "OneDrive"),
    (f"{ID}-Anas-MacBook", "OneDrive"),
    (f"{ID}-DESKTOP-7K2QF-2", "OneDrive"),
    (f"{ID}-ana-safeBackup-0001", "OneDrive"),
    (f"{ID} 2", "iCloud"),
    (f"{ID} copy", "a file manager"),
    (f"{ID} copy 2", "a file manager"),
    (f"{ID} - Copy", "a file manager"),
    (f"{ID} - Copy (2)", "a file manager"),
    (f"{ID} (copy)", "a file manager"),
    (f"{ID} (In Konflikt stehende Kopie von Ana 2026-11-24)", "a sync program"),
]


@pytest.mark.parametrize(("stem", "origin"), NAMES, ids=[stem.removeprefix(ID) for stem, _ in NAMES])
def test_a_conflicted_copy_is_known_by_its_name(stem: str, origin: str) -> None:
    assert copy_of(stem) == Copy(ID, origin)
    assert copy_of(stem, ID) == Copy(ID, origin)


@given(st.one_of([st.from_regex(pattern, fullmatch=True) for _, pattern in _SURE]))
def test_every_name_that_no_person_gives_by_hand_is_known_without_its_file(rest: str) -> None:
    found = copy_among(f"good{rest}", ())
    assert found is not None and found.id.startswith("good")


@pytest.mark.parametrize(
    "stem",
    [ID, "2026-11-23-acme-freight-west-9abc", f"{ID}-pc01", "notes", "conflict", f"{ID}x", f"backup of {ID}", f"{ID}-"],
)
def test_another_name_is_no_copy(stem: str) -> None:
    assert copy_of(stem) is None


@pytest.mark.parametrize("machine", ["pc01", "work-laptop", "ana"])
def test_a_machine_in_small_letters_is_told_from_another_session_by_the_id_inside(machine: str) -> None:
    stem = f"{ID}-{machine}"
    assert copy_of(stem, ID) == Copy(ID, "OneDrive")
    assert copy_of(stem, stem) is None
    assert copy_of(stem, "2026-11-23-acme-freight-west-9abc") is None


@pytest.mark.parametrize("base", ["short", "session-tui", "good.readers", "2026-q4-scorecard-ola-berg-7k3q", "a b-c"])
@pytest.mark.parametrize(("stem", "origin"), NAMES, ids=[stem.removeprefix(ID) for stem, _ in NAMES])
def test_a_copy_of_any_file_is_known_beside_it(base: str, stem: str, origin: str) -> None:
    name = f"{base}{stem.removeprefix(ID)}"
    found = copy_among(name, {base, "other"})
    assert found is not None and found.id == base
    assert copy_among(f"{name} (1)", {base, name}) is not None
    if origin in ("Syncthing", "Nextcloud", "Dropbox"):  # no person gives such a name by hand
        assert copy_among(name, ()) == Copy(base, origin)


@pytest.mark.parametrize("stem", ["short 2", "short (1)", "short copy", "no conflict", "a-B", "short"])
def test_what_is_only_called_like_a_copy_is_a_file_of_its_own(stem: str) -> None:
    assert copy_among(stem, {stem, "other"}) is None


PLAIN = """id = "x"
<<<<<<< HEAD
zone = "EMEA"
=======
zone = "DACH"
>>>>>>> ana
phase = "a"
<<<<<<< HEAD
outcome = "hold"
=======
>>>>>>> ana
"""


def test_git_marks_give_both_versions_back() -> None:
    both = sides(PLAIN)
    assert both is not None
    assert both.ours == 'id = "x"\nzone = "EMEA"\nphase = "a"\noutcome = "hold"\n'
    assert both.theirs == 'id = "x"\nzone = "DACH"\nphase = "a"\n'
    assert (both.our_name, both.their_name, both.line) == ("HEAD", "ana", 2)


def test_the_version_before_both_belongs_to_neither() -> None:
    diff3 = PLAIN.replace('zone = "EMEA"\n', 'zone = "EMEA"\n||||||| 4f1c2aa\n<<<<<<<<< deeper\nzone = ""\n')
    assert sides(diff3) == sides(PLAIN)


def test_only_an_end_of_line_ends_a_line() -> None:
    odd = PLAIN.replace("EMEA", "E\u2028=======\u2028>>>>>>> x")
    both = sides(odd)
    assert both is not None and "E\u2028=======\u2028>>>>>>> x" in both.ours and both.theirs == sides(PLAIN).theirs  # type: ignore[union-attr]


def test_line_ends_stay_as_they_are() -> None:
    both = sides(PLAIN.replace("\n", "\r\n"))
    assert both is not None and both.ours == 'id = "x"\r\nzone = "EMEA"\r\nphase = "a"\r\noutcome = "hold"\r\n'


@pytest.mark.parametrize(
    "content",
    [
        'note = """\n=======\n>>>>>>> x\n"""\n',
        PLAIN.replace(">>>>>>> ana\n", "", 1),
        PLAIN.rsplit(">>>>>>>", 1)[0],
        "<<<<<<< HEAD\n",
        "",
    ],
)
def test_marks_that_are_not_whole_are_none(content: str) -> None:
    assert sides(content) is None


@given(st.lists(st.sampled_from(["<<<<<<< a", "=======", ">>>>>>> b", "||||||| c", "x", ""])).map("\n".join))
def test_any_text_at_all_gives_two_versions_or_none(content: str) -> None:
    both = sides(content)
    assert both is None or "<<<<<<< a" not in both.ours.splitlines()
