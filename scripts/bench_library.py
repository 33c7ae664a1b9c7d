"""The library's figures for `make bench`: a company's sessions of years, each figure beside the
machine's own.

Ten thousand real files; for a hundred thousand the same files under ten names each (hard links),
and an index filled
with what was read of them once, because reading them all would measure the cold index ten times
over.
"""

import gc
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec
import rtoml
from generate import write
from msgspec.structs import replace

from session_tui.index.index import TOGETHER, Index
from session_tui.index.scanner import ScannedFile, SessionCard, scan_file
from session_tui.index.search import search
from terminal import Terminal

FILES = 10_000
TENFOLD = 10
CHANGED = 100
WORD = "payback"
QUERIES = (WORD, "pay", '"rate table"', "people:nunez", "annex harrow", "oduya tender candor")
COLD_ROUNDS = 5  # seconds each
ROUNDS = 11
SURE = 2.2  # seconds after which a file's time tells whether it changed
SETTLES = 60.0  # seconds at most until the screen has looked at everything

Measured = tuple[str, float, float, float]  # what, ours, the limit's own figure, the ratio allowed


class Bench(Protocol):
    """What is needed of the bench: a folder, an environment, and how long a process takes."""

    folder: Path
    environment: dict[str, str]

    def process(self, *command: str) -> float:
        """Milliseconds of a whole process."""


class Library:
    """A folder of many sessions, one of more, and an empty one, measured by whole programs."""

    def __init__(self, bench: Bench, say: Callable[[str], None]) -> None:
        self.bench = bench
        self.say = say
        self.many, self.more, self.empty = (bench.folder / name for name in ("library", "tenfold", "empty"))
        self.cache = bench.folder / "state" / "cache"
        for folder in (self.many, self.more, self.empty):
            folder.mkdir()
        say(f"making {FILES:,} sessions")
        self.paths = write(self.many, FILES)

    def times(self) -> list[Measured]:
        """Every figure that is a time, in milliseconds."""
        cold = self._cold()
        unchanged, changed, found, once = self._whole_processes()
        rows = self._first_rows()
        self._fill()
        query = self._queries()
        return [cold, unchanged, changed, found, rows, query, *once]

    def memory(self) -> Measured | None:
        """Megabytes at most, of the program with the library on its screen; None where the system
        does not say.
        """
        if not Path("/proc/self/status").exists():
            return None
        ours, none = self._most(self.more), self._most(self.empty)
        return f"memory of the program with {FILES * TENFOLD:,} indexed (with none)", ours, none, 1.5

    def _cold(self) -> Measured:
        """In one process each, both from files that the system still has in memory."""
        ours, alone = [], []
        for number in range(COLD_ROUNDS + 1):
            self.say(f"cold index {number}/{COLD_ROUNDS}")
            shutil.rmtree(self.cache, ignore_errors=True)
            began = time.perf_counter()
            with Index(self.many, self.cache) as index:
                index.refresh()
            ours.append(_since(began))
            began = time.perf_counter()
            for path in self.many.iterdir():
                rtoml.load(path)
            alone.append(_since(began))
        return f"cold index of {FILES:,} (rtoml alone reads them)", _median(ours), _median(alone), 2.0

    def _whole_processes(self) -> tuple[Measured, Measured, Measured, list[Measured]]:
        """Nothing changed, a hundred changed, and a search, by turns; ripgrep for the same word
        where it is there.
        """
        empty, listed, changed, found, grepped = [], [], [], [], []
        several = ("list", "--limit", "20")
        grep = shutil.which("rg")
        for number in range(ROUNDS + 1):
            self.say(f"list and search {number}/{ROUNDS}")
            time.sleep(SURE)
            self._asks(self.many, *several)  # what was written a moment ago leaves no doubt any more
            empty.append(self._asks(self.empty, *several))
            listed.append(self._asks(self.many, *several))
            found.append(self._asks(self.many, "search", WORD))
            if grep:
                began = time.perf_counter()
                subprocess.run([grep, "-l", "-i", WORD, str(self.many)], check=True, capture_output=True)
                grepped.append(_since(began))
            for path in self.paths[number :: FILES // CHANGED]:
                path.write_bytes(path.read_bytes().replace(b'headline = "', b'headline = "Again: ', 1))
            changed.append(self._asks(self.many, *several))
        nothing = _median(listed)
        once = [
            (f"search {WORD}, whole process (ripgrep, the files it stands in)", _median(found), _median(grepped), 0.0)
        ]
        return (
            (f"list --limit 20 of {FILES:,}, nothing changed (empty folder)", nothing, _median(empty), 2.0),
            (f"list --limit 20 of {FILES:,}, {CHANGED} changed (nothing changed)", _median(changed), nothing, 1.5),
            (f"search {WORD} in {FILES:,}, whole process (list --limit 20)", _median(found), nothing, 1.5),
            once if grep else [],
        )

    def _first_rows(self) -> Measured:
        """From the start to the first rows on the screen; of the empty folder to the first word
        about it.
        """
        ours, none = [], []
        time.sleep(SURE)
        self._asks(self.many, "list", "--limit", "1")
        for number in range(ROUNDS + 1):
            self.say(f"first rows {number}/{ROUNDS}")
            ours.append(self._shows(self.many, r"[0-9]{2} [A-Z][a-z]{2} 20[0-9]{2}"))
            none.append(self._shows(self.empty, "No session yet|Reading the sessions"))
        return f"library screen, first rows of {FILES:,} (empty folder)", _median(ours), _median(none), 1.3

    def _queries(self) -> Measured:
        """The query alone, the index open: some usual ones together, common words and rare
        ones.
        """
        with Index(self.many, self.cache) as few, Index(self.more, self.cache) as many:
            times: dict[int, list[float]] = {few.count(): [], many.count(): []}
            for _ in range(ROUNDS + 1):
                for index in (few, many):
                    began = time.perf_counter()
                    for query in QUERIES:
                        list(search(index, query))
                    times[index.count()].append(_since(began))
        (less, ours_less), (more, ours_more) = times.items()
        return f"{len(QUERIES)} queries alone, {more:,} ({less:,})", _median(ours_more), _median(ours_less), 2.0

    def _fill(self) -> None:
        """Ten names for each file, and an index that has them all."""
        self.say(f"making an index of {FILES * TENFOLD:,}")
        names: dict[bytes, list[bytes]] = {}
        for path in self.paths:
            name = os.fsencode(path.name)
            names[name] = [name[:-6] + b"%d" % number + name[-6:] for number in range(TENFOLD)]
            for each in names[name]:
                os.link(path, self.more / os.fsdecode(each))
        time.sleep(SURE)
        gc.disable()
        with Index(self.more, self.cache) as index:
            _, looks, _ = index._compared()
            copies = (copy for name in sorted(names) for copy in _copies(scan_file(self.many, name), names[name]))
            while lot := [(name, looks[name], found) for name, found in islice(copies, TOGETHER)]:
                with index._database.transaction():
                    index._take(lot)
        gc.enable()

    def _asks(self, folder: Path, *words: str) -> float:
        return self.bench.process("-m", "session_tui", "--sessions", str(folder), *words)

    def _opened(self, folder: Path) -> Terminal:
        command = [sys.executable, "-m", "session_tui", "--sessions", str(folder)]
        return Terminal(command, 120, 36, self.bench.environment, self.bench.folder)

    def _shows(self, folder: Path, words: str) -> float:
        terminal = self._opened(folder)
        try:
            shown = terminal.waits_for(partial(_stands, words))
            return (shown - terminal.started) * 1e3
        finally:
            terminal.close()

    def _most(self, folder: Path) -> float:
        terminal = self._opened(folder)
        try:
            terminal.waits_for(partial(_stands, "No session is due| due[.] "), SETTLES)
            terminal.rests(0.5, 3)
            status = Path(f"/proc/{terminal.pid}/status").read_text(encoding="utf-8")
            return int(status.split("VmHWM:")[1].split()[0]) / 1024
        finally:
            terminal.close()


def _copies(found: ScannedFile, names: list[bytes]) -> list[tuple[bytes, ScannedFile]]:
    card = _CARDS.decode(found.card)
    stems = ((name, os.fsdecode(name).removesuffix(".toml")) for name in names)
    return [
        (name, replace(found, seen=time.time_ns(), card=_PACK.encode(replace(card, file=name, id=stem))))
        for name, stem in stems
    ]


def _stands(words: str, text: str) -> bool:
    return re.search(words, text) is not None


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1e3


def _median(times: list[float]) -> float:
    """Without the first, which warms the disk's cache."""
    return statistics.median(times[1:]) if times else 0.0


_CARDS = msgspec.msgpack.Decoder(SessionCard)
_PACK = msgspec.msgpack.Encoder()
