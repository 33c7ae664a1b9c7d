"""The proof that two members hold the same: a line that each makes from the files he has."""

from collections.abc import Mapping

from msgspec import Struct

from session_tui.model.fault import Fault
from session_tui.model.formats import count
from session_tui.model.sync import inventory
from session_tui.model.vocabulary import Detail
from session_tui.outbox.sync.team_client import ServerDigest, TeamClient

_FEW_BUCKETS = 2  # with the digest three requests; of more buckets the whole inventory is asked for


class SyncProof(Struct, frozen=True):
    """The line for two members to compare; it is made from the files alone.

    `differs` are the sessions that the server has otherwise, with what is different in a word;
    `stopped` is why that was not compared.
    """

    endpoint: str
    line: str
    differs: Mapping[str, str] = {}
    stopped: Fault | None = None

    @property
    def status(self) -> int:
        """The exit status: 0 the same, 3 it differs, 1 not compared."""
        return 1 if self.stopped is not None else 3 if self.differs else 0


def proof_line(contents: Mapping[str, str], detail: Detail) -> str:
    """The line for these content digests by session id."""
    digest = inventory.root(inventory.buckets(contents))
    return f"{count(len(contents), 'session')}, {detail}, {inventory.short(digest)}"


def differences(contents: Mapping[str, str], there: ServerDigest, client: TeamClient) -> dict[str, str]:
    """The sessions that differ; two requests at most for up to two buckets, and the whole
    inventory for more.
    """
    differing = inventory.differing(inventory.buckets(contents), there.buckets)
    if not differing:
        return {}
    if len(differing) <= _FEW_BUCKETS:
        heads = {key: head for name in differing for key, head in client.inventory(name).items()}
    else:
        heads = client.inventory()
    found = {}
    for session in sorted({*heads, *contents}):
        if inventory.bucket_of(session) not in differing:
            continue
        head = heads.get(session)
        there_now = head.content if head is not None and head.state == "here" else ""
        if (ours := contents.get(session, "")) != there_now:
            gone = "removed on the server" if head is not None and head.state == "removed" else "not on the server"
            found[session] = "not here" if not ours else gone if not there_now else "other content on the server"
    return found
