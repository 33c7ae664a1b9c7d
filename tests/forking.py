"""Processes of the program without a new interpreter: a loaded process forks for each run.

What comes of it is a process like any other, with its own id, streams, folder and environment,
that ends as the interpreter ends and can be killed. Only what it loads is loaded already: whether
an import is late, and what a fresh interpreter makes of its locale, is for tests that start one.

Run as a program it is the process that forks: SOCKET is where it listens. One connection is one
run: the request and the three streams come in, the id of the process and, when it has ended, its
return code go out, a line each. Until the connection is closed what is left of the process stays,
as it does for a parent that has not waited: its id belongs to no other, and a signal harms nobody.
"""

import array
import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn, Self

if sys.platform != "win32":
    import fcntl
    import termios

LOADED = ("cli", "outbox", "export", "index", "store", "model", "server")  # packages of the program
SCREENS = ("cli", "tui", "outbox", "export", "index", "store", "model")  # what a program with screens loads
LONGEST = 1 << 20  # bytes of a request
FORKS = hasattr(os, "fork") and hasattr(os, "waitid") and hasattr(socket, "AF_UNIX")
_OURS = frozenset({"PYTHONPATH", "PYTHONUTF8"})  # variables that set up Python itself
_AT_START = ("PYTHON", "LD_", "DYLD_", "TEXTUAL")  # begin the names of those that are read when a program is loaded


def run(
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    input: str = "",
    timeout: float = 60,
) -> "subprocess.CompletedProcess[str]":
    """Like `subprocess.run([sys.executable, *arguments], …)`; UTF-8, with captured output."""
    if not can_fork(env) or env.get("PYTHONUTF8") != "1":
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=cwd, env=env, input=input, capture_output=True, encoding="utf-8", timeout=timeout, check=False
        )
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        streams[0].write(input.encode())
        streams[0].seek(0)
        code = forked(arguments, cwd, env, [each.fileno() for each in streams], timeout)
        caught = []
        for each in streams[1:]:
            each.seek(0)
            caught.append(each.read().decode().replace("\r\n", "\n").replace("\r", "\n"))
    return subprocess.CompletedProcess(list(arguments), code, *caught)


def can_fork(env: Mapping[str, str]) -> bool:
    """Whether a forked process with these variables is as a fresh one."""
    return FORKS and {name for name in env if name.startswith(_AT_START)} <= _OURS


def forked(arguments: Sequence[str], cwd: Path, env: Mapping[str, str], streams: list[int], timeout: float) -> int:
    """The return code of such a run; TimeoutExpired, and it is killed, where it does not end."""
    with ForkedProcess(arguments, cwd, env, streams) as process:
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


class ForkedProcess:
    """A run that goes on, with what a test uses of a `subprocess.Popen`.

    The three streams are those that it was given; with `terminal` the first is the terminal of a
    session of its own, and the screens are loaded too.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        streams: list[int],
        *,
        terminal: bool = False,
    ) -> None:
        self.args = list(arguments)
        self.returncode: int | None = None
        self._heard = b""
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(_server(SCREENS if terminal else LOADED))
        asked = {"arguments": self.args, "cwd": os.fspath(cwd), "env": dict(env), "terminal": terminal}
        request = json.dumps(asked).encode()
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))]
        self._connection.sendmsg([f"{len(request):08}".encode()], rights)
        self._connection.sendall(request)
        self.pid = self._number(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def poll(self) -> int | None:
        """Its return code, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its return code when it has ended; TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            self.returncode = self._number(timeout)
            self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _number(self, timeout: float | None) -> int:
        """The number of the next line that the forking process sends."""
        self._connection.settimeout(timeout)
        while b"\n" not in self._heard:
            try:
                heard = self._connection.recv(64)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            assert heard, "the process that forks has ended"
            self._heard += heard
        line, _, self._heard = self._heard.partition(b"\n")
        return int(line)


@functools.cache
def _server(loaded: tuple[str, ...]) -> str:
    """The address of the process that has loaded these packages and forks: one for each test
    process, started at first use.
    """
    folder = tempfile.mkdtemp(prefix="forking-")
    address = f"{folder}/socket"
    top = Path(__file__).parents[1]
    paths = os.pathsep.join([str(top / "src"), str(top / "tests")])
    process = subprocess.Popen(
        [sys.executable, __file__, address, *loaded],
        stdin=subprocess.PIPE,  # it ends where this process does
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
    )
    end = time.monotonic() + 60
    while not Path(address).exists():
        assert process.poll() is None and time.monotonic() < end, "the process that forks did not start"
        time.sleep(0.01)
    return address


class Request(NamedTuple):
    """What an interpreter is started with."""

    arguments: list[str]
    cwd: str
    env: dict[str, str]
    terminal: bool


def _serve(address: str, loaded: Sequence[str]) -> tuple[Request, list[int]] | None:
    """Fork for each request; returns the work in the child, and None in the parent at its end."""
    import session_tui

    for package in loaded:
        there = importlib.import_module(f"session_tui.{package}")
        for each in pkgutil.walk_packages(there.__path__, f"{there.__name__}."):
            if "tui" in loaded or not each.name.startswith("session_tui.cli.launch"):
                importlib.import_module(each.name)
    assert session_tui.__name__
    gc.collect()
    gc.freeze()  # else each child's first collection writes to, and so copies, all that they could share
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"{address}.new")
    listening.listen(64)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing)
    runs: dict[socket.socket, int] = {}  # the process of each connection that is open
    ended: set[int] = set()  # of these, whose return code was sent
    left: set[int] = set()  # processes whose connection is closed
    with selectors.DefaultSelector() as selector:
        for source in (0, reading, listening):
            selector.register(source, selectors.EVENT_READ)
        Path(f"{address}.new").rename(address)
        while True:
            for key, _ in selector.select():
                if key.fileobj == 0:
                    shutil.rmtree(Path(address).parent, ignore_errors=True)
                    return None
                if key.fileobj == reading:
                    os.read(reading, 4096)
                    _send_ends(runs, ended)
                elif key.fileobj == listening:
                    connection, _ = listening.accept()
                    request, streams = _request(connection)
                    pid = os.fork()
                    if pid == 0:
                        signal.set_wakeup_fd(-1)
                        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                        for other in (listening, connection, *runs):
                            other.close()
                        os.close(reading)
                        os.close(writing)
                        return request, streams
                    for stream in streams:
                        os.close(stream)
                    connection.sendall(f"{pid}\n".encode())
                    runs[connection] = pid
                    selector.register(connection, selectors.EVENT_READ)
                elif isinstance(key.fileobj, socket.socket):  # closed at the other side
                    selector.unregister(key.fileobj)
                    left.add(runs.pop(key.fileobj))
                    key.fileobj.close()
            left = {pid for pid in left if os.waitpid(pid, os.WNOHANG) == (0, 0)}
            ended &= set(runs.values())


def _send_ends(runs: dict[socket.socket, int], ended: set[int]) -> None:
    """Send the return code of each process that has ended; what is left of it stays (WNOWAIT)."""
    for connection, pid in runs.items():
        if pid in ended:
            continue
        end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if end is not None:
            code = end.si_status if end.si_code == os.CLD_EXITED else -end.si_status
            with contextlib.suppress(OSError):
                connection.sendall(f"{code}\n".encode())
            ended.add(pid)


def _request(connection: socket.socket) -> tuple[Request, list[int]]:
    head, streams, _, _ = socket.recv_fds(connection, 8, 3)
    left, content = int(head), b""
    while len(content) < left:
        content += connection.recv(LONGEST)
    return Request(**json.loads(content)), streams


def _become(request: Request, streams: list[int]) -> None:
    """Be the interpreter that was asked for: `-m MODULE …`, `-c CODE …` or `SCRIPT …`."""
    if request.terminal:
        os.setsid()
        fcntl.ioctl(streams[0], termios.TIOCSCTTY, 0)
    for number, each in enumerate(streams):
        os.dup2(each, number)
        os.close(each)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.env)
    time.tzset()
    for name, number, mode, errors in (
        ("stdin", 0, "r", "surrogateescape"),
        ("stdout", 1, "w", "surrogateescape"),
        ("stderr", 2, "w", "backslashreplace"),
    ):
        stream = open(number, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    first, *rest = request.arguments
    paths = request.env.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:1] = [os.getcwd() if first in ("-m", "-c") else os.path.dirname(first), *paths]  # noqa: PTH109, PTH120
    if first == "-m":
        sys.argv = list(rest)
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = [first, *rest]
        runpy.run_path(first, run_name="__main__")


def _end(run: Callable[[], None]) -> NoReturn:
    """Run, and end as an interpreter ends, but free no memory: that is longer than most runs."""
    status = 0
    try:
        run()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 (as the interpreter does)
        sys.excepthook(*sys.exc_info())
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        status = 120
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    asked = _serve(sys.argv[1], sys.argv[2:])
    if asked is not None:
        request, streams = asked
        _end(lambda: _become(request, streams))
