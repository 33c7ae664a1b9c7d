"""Covers: session_tui.store.privacy.

A forgotten person is in no file of the program, also when the command was killed in between.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import forking
from conftest import EXAMPLE, START
from forgotten import NAME, PAIN, saying, where, world
from profiles import examples
from session_tui.store import atomic, session_file, toml
from session_tui.store.privacy import erase, report

FORGET = Path(__file__).parent / "forget_and_be_killed.py"


def run(home: Path, number: int) -> subprocess.CompletedProcess[str]:
    own = {"SESSION_TUI_STATE": str(home / "state"), "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    return forking.run([str(FORGET), str(home), NAME, str(number)], cwd=home, env={**os.environ, **own})


@pytest.mark.parametrize("number", [1, 2, 4, 6, 9, 12, 15, 18])
def test_kill_9_leaves_whole_files_and_saying_it_again_does_the_rest(number: int, tmp_path: Path) -> None:
    world(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.toml*") if path.is_file()}
    killed = run(tmp_path, number)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    changed = 0
    for path, content in before.items():
        if path.exists() and path.read_bytes() != content:
            toml.parse(path.read_bytes())
            changed += 1
    # The first rename is that of a draft; all those before the kill are done.
    assert changed <= number
    assert saying(tmp_path, NAME)
    done = run(tmp_path, 10_000)
    assert done.returncode == 0, done.stderr
    assert saying(tmp_path, NAME, PAIN, "golf") == []
    marks = {
        found for path in tmp_path.rglob("*.toml*") for found in re.findall(r"person-[0-9a-z]{6}", path.read_text())
    }
    assert len(marks) == 1
    assert run(tmp_path, 10_000).returncode == 0


WORDS = st.sampled_from([NAME, "RUTH VALE", "ruth\u00a0 vale", "Ruth", "Vale", "Mia Tran", "asks", "Ruth\nVale", "x"])
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)


@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, min_size=6, max_size=6), st.booleans(), st.sampled_from(["", ".before", ".ours-2"]))
def test_whatever_stands_where_no_text_says_the_name(tmp_path: Path, texts: list[str], escapes: bool, end: str) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir(exist_ok=True)
    tables = toml.parse(EXAMPLE.read_bytes())
    for at, (key, field) in enumerate(
        [("stakeholders", "name"), ("assumptions", "text"), ("action_items", "owner"), ("decisions", "text")]
    ):
        tables[key][0][field] = texts[at] or "x"
    tables["headline"], tables["house"] = texts[4], {texts[5] or "x": [texts[4]]}
    text = toml.dumps(tables)
    if escapes:
        text = text.replace('"Ruth', '"\\u0052uth')
    path = folder / f"{EXAMPLE.name}{end}"
    atomic.write(path, f"# {' '.join(texts[0].split())}\n{text}".encode())
    there = where(tmp_path)
    about = report.find(there, NAME, whole=True)
    mark = erase.mark(about, there.state.path, lambda many: b"k" * many)
    assert not [each for each in erase.forget(about, mark, there.state.path, START) if each.fault]
    content = path.read_bytes()
    said = str(toml.parse(content)) + content.decode()
    for other in about.name.others:
        said = said.replace(other, "")
    plain = re.sub(r"(\\xa0|\\n|\s)+", " ", said)
    assert "ruth vale" not in plain.casefold() or about.name.others
    session_file.read(content)
    assert erase.forget(report.find(there, NAME, whole=True), mark, there.state.path, START) == []
    path.unlink()
