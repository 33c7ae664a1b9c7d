"""Test the oldest versions of the dependencies that `pyproject.toml` admits.

Makes an environment in a temporary folder with the lowest version of each direct dependency
(extras included), the newest of what the tests need, and runs the quick tests in it, or the tests
named as arguments. Prints the versions. The exit status is that of the tests; 2 where uv is
missing or the versions cannot be found.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
LOWEST = (
    "--quiet",
    "--resolution",
    "lowest-direct",
    "--no-header",
    "--no-annotate",
    "--extra",
    "png",
    "--extra",
    "keyring",
)


def main(arguments: list[str]) -> int:
    """Make the environment, run the tests, remove it."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        print(f"uv is needed: {sys.executable} -m pip install uv", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="session-tui-floors-") as folder:
        python, versions = Path(folder, "venv", "bin", "python"), Path(folder, "lowest.txt")
        try:
            _run(uv, "venv", "--quiet", "--python", sys.executable, str(python.parents[1]))
            _run(uv, "pip", "compile", *LOWEST, "--python", str(python), "pyproject.toml", "-o", str(versions))
            install = (uv, "pip", "install", "--quiet", "--python", str(python))
            _run(*install, "--requirements", str(versions), "--group", "dev")
            _run(*install, "--no-deps", ".")
        except subprocess.CalledProcessError as error:
            print(f"the lowest versions could not be installed: {' '.join(error.cmd[1:3])} failed", file=sys.stderr)
            return 2
        print(*(line for line in versions.read_text(encoding="utf-8").splitlines() if line[0].isalpha()))
        # The pins are newer than the floors, and are tested by `make test`.
        tests = arguments or ["-m", "not slow", "--ignore", "tests/test_pins.py", "tests"]
        command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=dev"]
        command += ["-n", "2", "--dist", "load", "--maxschedchunk=1", *tests]
        return subprocess.run(command, cwd=TOP, check=False).returncode


def _run(*command: str) -> None:
    subprocess.run(command, cwd=TOP, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
