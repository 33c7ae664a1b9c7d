"""Covers: session_tui.store.validate.

All faults of a file at once: position, path counted from 1, value and bounds, to the letter.
"""

from pathlib import Path

import pytest

from conftest import DATA
from session_tui.store.validate import faults_in

FAULTY = sorted((DATA / "faulty").glob("*.toml"))
VALID = sorted((DATA / "valid").glob("*.toml"))


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_faulty_file_says_all_that_is_wrong_with_it(path: Path) -> None:
    said = [f"{fault.line}:{fault.column}: {fault}" for fault in faults_in(path)]
    assert said == path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_contracts_examples_are_sound(path: Path) -> None:
    assert faults_in(path) == ()


def test_the_samples_and_agendas_of_the_repository_are_sound() -> None:
    top = Path(__file__).parents[2]
    files = [*(top / "sessions").glob("*.toml"), *(top / "agendas").glob("*.toml")]
    assert len(files) >= 7
    assert {path.name: faults_in(path) for path in files if faults_in(path)} == {}


def test_what_is_no_file_is_a_sentence(tmp_path: Path) -> None:
    assert faults_in(tmp_path / "none.toml")[0].what == "there is no such file"
    assert faults_in(tmp_path)[0].what == "it is a folder"
    (tmp_path / "latin.toml").write_bytes(b'a = "caf\xe9"\n')
    assert faults_in(tmp_path / "latin.toml")[0].what == "the file is not UTF-8 text"
