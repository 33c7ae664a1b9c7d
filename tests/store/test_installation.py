"""Covers: session_tui.store.installation.

A missing extra is added the way the program was installed, and never from the index by a name
that is not ours.
"""

from pathlib import Path

import pytest

from session_tui.store.installation import Installation, here

PYTHON = "/opt/tools/bin/python"


@pytest.mark.parametrize(
    ("marker", "installation", "command"),
    [
        ("pipx_metadata.json", {}, "pipx inject session-tui resvg-py"),
        (
            "uv-receipt.toml",
            {"source": "/srv/session-tui"},
            "uv tool install --force '/srv/session-tui[png]'",
        ),
        ("uv-receipt.toml", {"has_pip": False}, f"uv pip install --python {PYTHON} resvg-py"),
        ("", {"has_pip": False}, f"uv pip install --python {PYTHON} resvg-py"),
        ("", {"source": "/srv/session-tui"}, f"{PYTHON} -m pip install resvg-py"),
    ],
)
def test_an_extra_is_added_by_the_tool_that_installed_the_program(
    tmp_path: Path, marker: str, installation: dict[str, str], command: str
) -> None:
    environment = tmp_path / "session-tui"
    environment.mkdir()
    if marker:
        (environment / marker).touch()
    found = Installation(environment, PYTHON, **installation)  # type: ignore[arg-type]
    assert found.adding("resvg-py", "png").replace('"', "'") == command


def test_no_command_takes_our_name_from_an_index() -> None:
    assert "install session-tui" not in here().adding("keyring", "keyring")
    assert "keyring" in here().adding("keyring", "keyring")
