"""Covers: session_tui.store.exchange.

A replaced file is checked first: by an exchange of the names, or by a second name where the system
has no exchange.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from promises.test_concurrent_writers import rename_over
from session_tui.store import atomic, conflict_files, exchange


def refusing(one: Path, other: Path) -> None:
    raise OSError(errno.ENOSYS, "this file system exchanges no names")


SWAPS = [exchange.system_swap(), refusing]


@pytest.mark.parametrize("swap", SWAPS)
def test_what_was_expected_is_replaced_and_nothing_is_left_beside(tmp_path: Path, swap: exchange.Swap) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    assert exchange.exchange(path, b"new", b"old", swap) is None
    assert exchange.exchange(path, b"new", b"old", swap) is None, "a try again, after a sync that failed"
    assert path.read_bytes() == b"new" and [each.name for each in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o640
    path.unlink()
    assert exchange.exchange(path, b"newer", b"new", swap) is None, "a file that had gone is written anew"
    assert path.read_bytes() == b"newer"


@pytest.mark.parametrize("swap", SWAPS)
def test_what_was_not_expected_stands_there_still(tmp_path: Path, swap: exchange.Swap) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(b"theirs")
    assert exchange.exchange(path, b"new", b"old", swap) == exchange.Other(b"theirs")
    assert path.read_bytes() == b"theirs" and [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_version_that_arrives_in_the_very_moment_of_the_exchange_is_put_back(tmp_path: Path) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(b"old")

    def swap(one: Path, other: Path) -> None:
        if path.read_bytes() == b"old":
            rename_over(path, "old", "theirs")
        found = exchange.system_swap()
        assert found is not None
        found(one, other)

    assert exchange.exchange(path, b"new", b"old", swap) == exchange.Other(b"theirs")
    assert path.read_bytes() == b"theirs" and [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_third_version_that_arrives_while_the_second_is_put_back_is_kept(tmp_path: Path) -> None:
    path, times = tmp_path / "2026-11-02-acme-7k3q.toml", 0
    path.write_bytes(b"old")

    def swap(one: Path, other: Path) -> None:
        nonlocal times
        times += 1
        path.write_bytes(f"theirs {times}".encode())
        found = exchange.system_swap()
        assert found is not None
        found(one, other)

    other = exchange.exchange(path, b"new", b"old", swap)
    assert other is not None and other.content == b"theirs 1" == path.read_bytes()
    assert other.kept is not None and other.kept.read_bytes() == b"theirs 2"
    assert conflict_files.beside_files(tmp_path) == (("2026-11-02-acme-7k3q", other.kept),)


def test_a_program_that_writes_into_the_old_file_in_place_is_found_where_names_are_not_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(b"old")
    real = atomic.rename

    def rename(beside: Path, target: Path) -> None:
        if path.read_bytes() == b"old":
            path.write_bytes(b"theirs")
        real(beside, target)

    monkeypatch.setattr(atomic, "rename", rename)
    assert exchange.exchange(path, b"new", b"old", refusing) == exchange.Other(b"theirs")
    assert path.read_bytes() == b"theirs" and [each.name for each in tmp_path.iterdir()] == [path.name]


def test_what_killed_programs_left_is_swept_but_never_another_version(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-02-acme-7k3q.toml"
    path.write_bytes(b"old")
    digests = [exchange.digest(each) for each in (b"known", b"next")]
    known, foreign = (tmp_path / f"{path.name}.replaced-{'-'.join(digests)}-{each}" for each in ("known0", "foreign0"))
    known.write_bytes(b"known")
    foreign.write_bytes(b"foreign")
    half, fresh = tmp_path / f".{path.name}.abcd1234.tmp", tmp_path / f".{path.name}.efgh5678.tmp"
    half.write_bytes(b"ha")
    fresh.write_bytes(b"fr")
    for each in (known, foreign, half):
        os.utime(each, (1, 1))
    path.write_bytes(b"new")
    exchange.sweep(path)
    assert {each.name for each in tmp_path.iterdir()} == {path.name, foreign.name, fresh.name}


def test_a_rename_that_windows_refuses_while_somebody_reads_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[[Path, Path], Path] = Path.replace
    refusals = [5, 32, 33]

    def replace_(self: Path, target: Path) -> Path:
        if refusals:
            error = PermissionError(errno.EACCES, "in use")
            error.winerror = refusals.pop()  # type: ignore[attr-defined]
            raise error
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace_)
    atomic.write(tmp_path / "file", b"written")
    assert (tmp_path / "file").read_bytes() == b"written" and not refusals
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(errno.EACCES, "no")))
    with pytest.raises(PermissionError):
        atomic.write(tmp_path / "file", b"again")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
