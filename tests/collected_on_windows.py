"""Collect all tests as on Windows: without the modules and names that only POSIX systems have.

It stands in for a machine with Windows, and finds what would keep tests from being collected
there. Third-party packages are loaded first, since they have branches of their own for Windows.

Arguments are those of pytest; the exit status is pytest's.
"""

import asyncio
import contextlib
import importlib
import multiprocessing.util
import os
import pkgutil
import pty
import signal
import sys

import filelock
import httpx
import hypothesis.strategies
import keyring.backends
import pytest
import textual.app
import textual.drivers.linux_driver
import trustme
import uvicorn

MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty", "syslog")
OF_THE_SYSTEM = """
    chown fchmod fchown fork forkpty getegid geteuid getgid getpgid getuid killpg mkfifo openpty seteuid setsid
    statvfs wait4 WNOHANG O_DIRECTORY O_NOFOLLOW O_NONBLOCK sched_getaffinity
"""
OF_SIGNALS = "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGQUIT SIGSTOP SIGTSTP SIGTTOU SIGUSR1 SIGWINCH SIGXFSZ setitimer"
NAMES = {os: OF_THE_SYSTEM, signal: OF_SIGNALS}
LOADED = (asyncio, multiprocessing.util, pty, filelock, httpx, hypothesis.strategies, textual.app, trustme, uvicorn)


class Windows:
    """A plugin that takes away what Windows lacks, before the first conftest is loaded."""

    def pytest_load_initial_conftests(self) -> None:
        for name in MODULES:
            sys.modules[name] = None  # type: ignore[assignment]
        for owner, names in NAMES.items():
            for name in names.split():
                if hasattr(owner, name):
                    delattr(owner, name)
        sys.platform = "win32"


def main(arguments: list[str]) -> int:
    """Collect, and report as pytest does."""
    for package in (keyring.backends, textual.drivers):
        for module in pkgutil.iter_modules(package.__path__):
            with contextlib.suppress(ImportError, OSError):
                importlib.import_module(f"{package.__name__}.{module.name}")
    return int(pytest.main(["--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments], [Windows()]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
