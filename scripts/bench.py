"""Measure what the program promises, each figure beside the machine's own limit, in one run
(`make bench`).

Ratios alone are compared: the two of a pair alternate, so that a busy machine slows both. The
whole run writes its figures into docs/benchmarks.md, with the day; 1 is returned where a limit is
passed. Nothing here is a test: `make test` never measures time.

`make bench BENCH="start library"` measures these parts alone and prints them; the page stays as it
is.
"""

import compileall
import json
import math
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "src"), str(TOP / "tests"), str(TOP / "scripts")]

import bench_disks  # noqa: E402
import bench_files  # noqa: E402
import bench_printing  # noqa: E402
import bench_server  # noqa: E402
from bench_hostile import growth, hostile  # noqa: E402
from bench_library import FILES, Library  # noqa: E402
from bench_sync import sync_figures  # noqa: E402
from generate import write as generate  # noqa: E402
from msgspec.structs import replace  # noqa: E402

import cuts  # noqa: E402
from session_tui.export.formats import FORMATS  # noqa: E402
from session_tui.model.agenda import session_parts  # noqa: E402
from session_tui.model.session import ActionItem, LastIds, Session, Stakeholder  # noqa: E402
from session_tui.model.stakeholder_map.layout import elbows, lay_out  # noqa: E402
from session_tui.store import agendas, drafts, session_file  # noqa: E402
from session_tui.store.drafts import Draft  # noqa: E402
from terminal import Terminal  # noqa: E402 - the path has to be set first

ROUNDS = 11  # of each pair
CHART = 60  # people
CHARTS = (250, 1_000, 4_000)  # people, each four times the one before
GROWTH = 5.5  # four times the people may take: linear, and what the machine's caches cost
TYPED = "Q"  # stands on neither screen by itself
KEYS = "abcdefghijkl"
KILLS = 100
CUTS = 60
CUTS_OF_ONE = 12  # cuts of one script, which is typed slowly once
CUT_STEPS = 40
BROKEN = "BROKEN: "
BY_NAME_ALONE = ("hostile",)  # half an hour
PAGE = TOP / "docs" / "benchmarks.md"
BEGINS = "## The last run\n\n"  # what is between these two headings is written by the whole run
ENDS = "## Measured by itself\n"
SESSIONS = 10_000  # a company's, over years
DEALS = 2_000
DUE_ROUNDS = 5  # seconds each
EXAMPLE = TOP / "tests" / "data" / "valid" / "2026-11-23-acme-freight-7k3q.toml"

BARE = """
import sys
from textual.app import App
from textual.widgets import DataTable, Footer, Header, Input
class Bare(App):
    CSS = "DataTable { height: 1fr; }"
    def compose(self):
        yield Header()
        yield DataTable()
        yield Input()
        yield Footer()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("id", "Name", "Role", "Power", "Support", "Covered by")
        for number in range(int(sys.argv[1])):
            table.add_row(f"s{number}", f"Person {number}, Boss", "approver", "5", "neutral", "Ben")
        self.query_one(Input).focus()
Bare().run()
"""


@dataclass
class Row:
    """One line of the report: ours and the limit's own figure in ms (or a count), and the ratio
    allowed.
    """

    what: str
    ours: float
    limit: float
    allowed: float  # 0: told, and no promise
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours by the limit."""
        return self.ours / self.limit

    @property
    def kept(self) -> bool:
        """The ratio is within what was promised."""
        return not self.allowed or self.ratio <= self.allowed

    @property
    def line(self) -> str:
        """Its line of the table."""
        allowed = f"{self.allowed:.2f}" if self.allowed else "none"
        cells = (
            self.what,
            f"{self.ours:.1f} {self.unit}",
            f"{self.limit:.1f} {self.unit}",
            f"{self.ratio:.2f}",
            allowed,
        )
        return f"| {' | '.join(cells)} |"


class Bench:
    """A folder of its own for sessions, state and the bare application."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("SESSION_TUI", "NO_COLOR"))},
            "SESSION_TUI_STATE": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONPATH": str(TOP / "src"),
        }
        (folder / "bare.py").write_text(BARE, encoding="utf-8")
        # Both sides run from compiled files, as they do once installed.
        compileall.compile_dir(TOP / "src", quiet=2)
        compileall.compile_dir(folder, quiet=2)

    def sessions(self, people: int) -> Path:
        """A folder with one live session of so many stakeholders, its clock not started."""
        folder = self.folder / f"sessions-{people}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        agenda = agendas.find(agendas.STANDARD, TOP / "agendas")
        stakeholders = tuple(
            Stakeholder(
                id=f"s{number}",
                name=f"Person {number}",
                title="Boss",
                power=5,
                covered_by=("Ben Okafor",),
                reports_to=f"s{number // 3}" if number > 2 else "",
            )
            for number in range(1, people + 1)
        )
        session = Session(
            id="2026-11-23-acme-7k3q",
            status="live",
            agenda=agenda.name,
            account="Acme",
            parts=session_parts(agenda),
            last_ids=LastIds(s=people),
            stakeholders=stakeholders,
        )
        path = folder / f"{session.id}.toml"
        path.write_bytes(session_file.new(session).content())
        drafts.forget(self.folder / "state" / "drafts", path)
        return folder

    def many(self) -> tuple[Path, Path]:
        """A folder of held sessions, five a deal, and the pipeline with these deals."""
        folder, pipeline = self.folder / "many", self.folder / "many.csv"
        folder.mkdir()
        example = session_file.read(EXAMPLE.read_bytes()).session
        first = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        for number in range(SESSIONS):
            began = first - timedelta(days=number // 10)
            session = replace(
                example,
                id=f"{began:%Y-%m-%d}-account-{number:04}",
                account=f"Account {number % DEALS // 2}",
                opportunity=f"Deal {number % DEALS}",
                started_at=began,
                ended_at=began + timedelta(minutes=30),
            )
            (folder / f"{session.id}.toml").write_bytes(session_file.new(session).content())
        deals = (f"Account {each // 2},Deal {each},negotiation,380000,EUR,2027-01-15,\n" for each in range(DEALS))
        pipeline.write_text("account,opportunity,phase,amount,currency,close_on,owner\n" + "".join(deals))
        return folder, pipeline

    def live(self, people: int) -> tuple[list[str], Callable[[str], bool]]:
        """Our live screen, and how its screen shows that it is whole."""
        folder = self.sessions(people)
        command = [sys.executable, "-m", "session_tui", "--sessions", str(folder), "resume", "latest"]
        return command, lambda text: "Owners" in text and "❯" in text and "actions" in text

    def bare(self, people: int) -> tuple[list[str], Callable[[str], bool]]:
        """The bare application, and how its screen shows that it is whole."""
        command = [sys.executable, str(self.folder / "bare.py"), str(people)]
        return command, lambda text: "Covered by" in text and "palette" in text

    def presents(self) -> tuple[list[str], Callable[[str], bool]]:
        """The presenter's view, and how its screen shows that it is whole."""
        command = [sys.executable, "-m", "session_tui", "--sessions", str(self.sessions(0)), "present", "latest"]
        return command, lambda text: "Owners" in text and "following" in text and "closing list" in text

    def start(
        self,
        whole: Callable[[str], bool],
        command: list[str],
        typed: str = TYPED,
        answers: Callable[[str], bool] | None = None,
    ) -> float:
        """Milliseconds from start to the whole screen with a typed key on it, or its answer."""
        terminal = Terminal(command, 120, 36, self.environment, self.folder)
        try:
            terminal.waits_for(whole)
            terminal.types(typed)
            shown = terminal.waits_for(answers or partial(_shows, typed))
            return (shown - terminal.started) * 1e3
        finally:
            terminal.close()

    def keys(self, whole: Callable[[str], bool], command: list[str], *, chart: bool = False) -> list[float]:
        """Milliseconds from each key to the screen that shows it; with the chart the first is
        that which opened it.
        """
        terminal = Terminal(command, 120, 36, self.environment, self.folder)
        times = []
        try:
            terminal.waits_for(whole)
            terminal.rests(0.3, 1.5)
            if chart:
                # Nobody opens it within a second of the start; by then it is made ready, out of
                # sight.
                terminal.rests(1.2, 2.0)
                terminal.types("/zoom cards")
                terminal.rests(0.3, 1.5)
                sent = time.perf_counter()
                terminal.types("\r")
                times.append((terminal.waits_for(lambda text: "Chart: cards" in text and "─── s" in text) - sent) * 1e3)
                terminal.rests(0.3, 1.5)
            typed = ""
            for key in KEYS:
                typed += key
                sent = time.perf_counter()
                terminal.types(key)
                times.append((terminal.waits_for(partial(_shows, typed)) - sent) * 1e3)
                terminal.rests(0.05, 0.3)
        finally:
            terminal.close()
        return times if chart else times[1:]

    def process(self, *command: str) -> float:
        """Milliseconds of a whole process."""
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, *command], env=self.environment, cwd=self.folder, check=True, capture_output=True
        )
        return (time.perf_counter() - began) * 1e3

    def kill(self, run: int) -> tuple[int, int, bool]:
        """One kill -9 at another moment each time: entries shown as saved, entries on disk, and
        the file parses.
        """
        home = self.folder / f"kill-{run}"
        (home / "sessions").mkdir(parents=True)
        script = TOP / "tests" / "promises" / "hold_and_be_killed.py"
        child = subprocess.Popen(
            [sys.executable, str(script), str(home)], stdout=subprocess.PIPE, text=True, env=self.environment
        )
        assert child.stdout is not None
        saved = 0
        for line in child.stdout:
            saved = json.loads(line)["saved"]
            if saved >= 1 + run * 3:
                break
        child.kill()
        rest = [json.loads(line)["saved"] for line in child.stdout if line.endswith("}\n")]
        child.wait()
        (path,) = (home / "sessions").glob("*.toml")
        names = [person.name for person in session_file.read(path.read_bytes()).session.stakeholders]
        shutil.rmtree(home)
        return max([saved, *rest]), len(names), names == [f"Person {number}" for number in range(len(names))]


def main(wanted: list[str]) -> int:
    """Measure, report, and say whether every promise is kept."""
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    rows: list[Row] = []
    words: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for name in wanted or (each for each in PARTS if each not in BY_NAME_ALONE):
            for found in PARTS[name](bench):
                (rows if isinstance(found, Row) else words).append(found)  # type: ignore[arg-type]
    machine = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    rounds = f"medians of {ROUNDS} rounds, of processor time the best of {bench_printing.ROUNDS}"
    lines = [
        textwrap.fill(f"{date.today():%d %B %Y}, {machine}; {rounds}.", 99),
        "",
        "| what | ours | limit | ratio | allowed |",
        "| --- | --- | --- | --- | --- |",
        *(row.line for row in rows),
        "",
        *(textwrap.fill(f"- {each}", 99, subsequent_indent="  ", break_on_hyphens=False) for each in words),
    ]
    report = "\n".join(lines)
    print(report)
    if not wanted:
        before, begins, rest = PAGE.read_text(encoding="utf-8").partition(BEGINS)
        PAGE.write_text(f"{before}{begins}{report}\n\n{ENDS}{rest.partition(ENDS)[2]}", encoding="utf-8")
    missed = [row.what for row in rows if not row.kept]
    missed += [said for said in words if said.startswith(BROKEN)]
    for what in missed:
        print(f"not kept: {what}", file=sys.stderr)
    return 1 if missed else 0


def _start(bench: Bench) -> Row:
    ours, bare = [], []
    for number in range(ROUNDS + 1):
        _say(f"start {number}/{ROUNDS}")
        command, whole = bench.live(0)
        ours.append(bench.start(whole, command))
        command, whole = bench.bare(0)
        bare.append(bench.start(whole, command))
    return Row("start to the live screen with a key on it (bare app)", _median(ours), _median(bare), 1.25)


def _present(bench: Bench) -> Row:
    ours, bare = [], []
    for number in range(ROUNDS + 1):
        _say(f"present {number}/{ROUNDS}")
        command, whole = bench.presents()
        ours.append(bench.start(whole, command, "c", lambda text: "No open action item." in text))
        command, whole = bench.bare(0)
        bare.append(bench.start(whole, command))
    return Row("start of `present` with the answer to a key (bare app)", _median(ours), _median(bare), 1.25)


def _version(bench: Bench) -> Iterator[Row]:
    """What is answered before the model is loaded: processor time, the best of all rounds."""
    completion = {"_SESSION_TUI_COMPLETE": "bash_complete", "COMP_LINE": "session-tui li"}
    asked: dict[str, tuple[list[str], dict[str, str]]] = {
        "import click": (["-c", "import click"], {}),
        "`session-tui --version`": (["-m", "session_tui", "--version"], {}),
        "completion of a command's name": (["-m", "session_tui"], completion),
    }
    best = dict.fromkeys(asked, math.inf)
    for number in range(2 * ROUNDS):
        _say(f"--version {number}/{2 * ROUNDS}")
        for name, (words, more) in asked.items():
            took = bench_printing.processor([sys.executable, *words], bench.environment | more)
            best[name] = min(best[name], took)
    limit = best.pop("import click")
    for name, took in best.items():
        yield Row(f"processor: {name} (`import click`)", took, limit, 1.2)


def _keys(bench: Bench, people: int) -> Row:
    ours: list[float] = []
    bare: list[float] = []
    for number in range(ROUNDS // 2):
        _say(f"keys with {people} stakeholders {number}/{ROUNDS // 2}")
        command, whole = bench.live(people)
        ours += bench.keys(whole, command)
        command, whole = bench.bare(people)
        bare += bench.keys(whole, command)
    return Row(
        f"key to screen, {people} stakeholders (bare app)", statistics.median(ours), statistics.median(bare), 1.2
    )


def _chart_keys(bench: Bench) -> list[Row]:
    """The chart of so many people: opened for the first time, and open while somebody types."""
    opened: list[float] = []
    ours: list[float] = []
    bare: list[float] = []
    for number in range(ROUNDS // 2):
        _say(f"keys with a chart of {CHART} {number}/{ROUNDS // 2}")
        command, whole = bench.live(CHART)
        first, _, *typed = bench.keys(whole, command, chart=True)
        opened.append(first)
        ours += typed
        command, whole = bench.bare(CHART)
        bare += bench.keys(whole, command)
    limit = statistics.median(bare)
    return [
        Row(f"key to screen, a chart of {CHART} open (bare app)", statistics.median(ours), limit, 1.5),
        Row(f"opening a chart of {CHART} (one key of the bare app)", statistics.median(opened), limit, 4.0),
    ]


def _printing(bench: Bench) -> Iterator[Row]:
    # `person` reads what lies beside the sessions too, so nothing of the other parts may.
    folder = bench.folder / "printing" / "sessions"
    folder.mkdir(parents=True)
    generate(folder, FILES)
    for what, ours, other, allowed in bench_printing.printed(folder, bench.environment, _say):
        yield Row(f"processor: {what}", ours, other, allowed)
    shutil.rmtree(folder.parent)


def _due(bench: Bench) -> Row:
    """Whole processes, both as JSON: a table of 10,000 lines would slow `list` and flatter us."""
    folder, pipeline = bench.many()
    command = ("-m", "session_tui", "--sessions", str(folder))
    ours, plain = [], []
    for number in range(DUE_ROUNDS + 1):
        _say(f"due {number}/{DUE_ROUNDS}")
        ours.append(bench.process(*command, "due", "--json", "--pipeline", str(pipeline)))
        plain.append(bench.process(*command, "list", "--json"))
    what = f"due over {SESSIONS:,} sessions and {DEALS:,} pipeline lines (`list` over the same)"
    return Row(what, _median(ours), _median(plain), 2.0)


def _team(bench: Bench) -> list[Row]:
    """Whole processes over the same folder as `due`, all as JSON."""
    folder = bench.folder / "many"
    if not folder.exists():
        bench.many()
    command = ("-m", "session_tui", "--sessions", str(folder))
    asked = {
        "list": ("list", "--json"),
        "people": ("people", "--json"),
        "handover": ("handover", "Ben Okafor", "--json"),
    }
    times: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(DUE_ROUNDS + 1):
        _say(f"people {number}/{DUE_ROUNDS}")
        for name, words in asked.items():
            times[name].append(bench.process(*command, *words))
    plain = _median(times.pop("list"))
    return [
        Row(f"{name} over {SESSIONS:,} sessions (`list`)", _median(found), plain, 2.0) for name, found in times.items()
    ]


def _exports(bench: Bench) -> Row:
    """Whole processes: a session of 60 people and 60 actions in all formats, beside JSON alone."""
    folder = bench.sessions(CHART)
    (path,) = folder.glob("*.toml")
    opened = session_file.read(path.read_bytes())
    actions = tuple(
        ActionItem(
            id=f"t{number}",
            text=f"Action {number}: get a meeting, bring the payback model",
            owner=f"Owner {number % 9}",
            due=date(2026, 12, 1) + timedelta(days=number % 30),
            about=(f"s{number}",),
        )
        for number in range(1, CHART + 1)
    )
    path.write_bytes(opened.with_session(replace(opened.session, status="held", action_items=actions)).content())
    command = (
        "-m",
        "session_tui",
        "--sessions",
        str(folder),
        "export",
        path.stem,
        "-o",
        str(folder / "out"),
        "--force",
    )
    times: dict[str, list[float]] = {",".join(FORMATS): [], "json": []}
    for number in range(ROUNDS + 1):
        _say(f"export {number}/{ROUNDS}")
        for names, found in times.items():
            found.append(bench.process(*command, "--to", names))
    ours, one = (_median(found) for found in times.values())
    return Row(f"export of {CHART} people and {CHART} actions in all formats (JSON alone)", ours, one, 3.0)


def _charts() -> list[Row]:
    """The organisation chart of so many people beside that of a quarter of them: a tree of all
    shapes in one.
    """
    times: dict[int, list[float]] = {many: [] for many in CHARTS}
    for number in range(ROUNDS + 1):
        _say(f"chart {number}/{ROUNDS}")
        for many in CHARTS:
            people = tuple(_report(at) for at in range(many))
            sizes = {person.id: (22, 4) for person in people}
            began = time.perf_counter()
            elbows(lay_out(people, sizes, (2, 1), 120))
            times[many].append((time.perf_counter() - began) * 1e3)
    return [
        Row(f"layout of {many:,} people ({few:,} people)", _median(times[many]), _median(times[few]), GROWTH)
        for few, many in pairwise(CHARTS)
    ]


def _report(at: int) -> Stakeholder:
    """A chain, a wide star, branches by halves, and people who stand alone, a quarter each."""
    boss = (at - 4 if at > 4 else 0, 1, (at - 1) // 2, at)[at % 4]
    return Stakeholder(id=f"s{at}", name=f"Person {at}", reports_to=f"s{boss}" if boss != at else "")


def _library(bench: Bench) -> Iterator[Row]:
    library = Library(bench, _say)
    for measured in library.times():
        yield Row(*measured)
    if (memory := library.memory()) is not None:
        yield Row(*memory, "MB")


def _kills(bench: Bench) -> str:
    losses = broken = 0
    for run in range(KILLS):
        _say(f"kill {run}/{KILLS}")
        saved, there, whole = bench.kill(run)
        losses += max(0, saved - there)
        broken += not whole
    said = f"{KILLS} times kill -9: {losses} entries lost that had shown as saved, {broken} broken files."
    return f"{BROKEN}{said}" if losses or broken else said


def _write(bench: Bench) -> str:
    from session_tui.store import atomic

    path = bench.folder / "written.toml"
    content = EXAMPLE.read_bytes()
    drafts.write(bench.folder / "state", path, Draft())
    times = []
    for _ in range(50):
        began = time.perf_counter()
        atomic.write(path, content)
        times.append((time.perf_counter() - began) * 1e3)
    written = statistics.median(times)
    return f"Writing a session of 6 KB (whole file, synced, renamed, folder synced): {written:.1f} ms."


def _entry() -> Row:
    ours, bare = bench_disks.entry()
    return Row("an entry, typed key by key, to saved (its file alone written)", ours, bare, 3.0)


def _save() -> Row:
    ours, blind = bench_files.save(EXAMPLE.read_bytes())
    return Row("save that looks at what it replaces (one that does not)", ours, blind, 1.5)


def _shows(typed: str, text: str) -> bool:
    return typed in text


def _median(times: list[float]) -> float:
    """Without the first, which warms the disk's cache."""
    return statistics.median(times[1:])


def _cuts(bench: Bench) -> str:
    """The same keys in packets at random, with random stops: the same files as typed slowly?"""
    other = 0
    for number in range(CUTS):
        if number % CUTS_OF_ONE == 0:
            keys = cuts.script(number, CUT_STEPS)
            slowly = cuts.typed_slowly(bench.folder / f"slowly-{number}", keys)
        _say(f"cut {number}/{CUTS}")
        try:
            other += cuts.cut(bench.folder / f"cut-{number}", keys, random.Random(number)) != slowly
        except AssertionError:  # it did not come to its end
            other += 1
    told = f"{CUTS} times the same keys in packets at random, with random stops: {other} times another session."
    return BROKEN + told if other else told


def _say(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{words:<60}", end="", file=sys.stderr, flush=True)


PARTS: dict[str, Callable[[Bench], Iterable[Row | str]]] = {
    "start": lambda bench: [_start(bench), _present(bench)],
    "version": _version,
    "keys": lambda bench: (_keys(bench, people) for people in (10, 200, 500)),
    "sync": lambda bench: (Row(*found) for found in sync_figures(bench, ROUNDS // 2, _say)),
    "chart": _chart_keys,
    "due": lambda bench: [_due(bench)],
    "people": _team,
    "export": lambda bench: [_exports(bench)],
    "library": _library,
    "printing": _printing,
    "layout": lambda _: _charts(),
    "kills": lambda bench: [_kills(bench)],
    "packets": lambda bench: [_cuts(bench)],
    "write": lambda bench: [_write(bench)],
    "save": lambda _: [_save()],
    "window": lambda _: [bench_files.window()],
    "entry": lambda _: [_entry()],
    "power": lambda _: [bench_disks.cuts(BROKEN)],
    "disks": lambda _: bench_disks.disks(BROKEN),
    "colleagues": lambda _: bench_files.colleagues(BROKEN),
    "growth": lambda _: (Row(*found) if isinstance(found, tuple) else found for found in growth(_say)),
    "server": lambda _: (Row(*found) if isinstance(found, tuple) else found for found in bench_server.measured(_say)),
    "hostile": lambda _: (Row(*found) if isinstance(found, tuple) else found for found in hostile(_say)),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
