"""A team server in this process, and two members who have synced nothing yet; for test modules
that name this one in `pytest_plugins`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_members import LocalServer, TeamMember, local_server, member


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    with local_server(tmp_path / "server") as made:
        yield made


@pytest.fixture
def ana(tmp_path: Path, server: LocalServer) -> TeamMember:
    return member(tmp_path, server, "Ana")


@pytest.fixture
def ben(tmp_path: Path, server: LocalServer) -> TeamMember:
    return member(tmp_path, server, "Ben")
