"""A folder that names one person in every possible place, for the tests of `forget`."""

import shutil
import unicodedata
from datetime import timedelta
from pathlib import Path

import msgspec

from conftest import START
from messages import message
from session_tui.index.index import Index
from session_tui.outbox.store import Outbox
from session_tui.store import drafts, paths
from session_tui.store.drafts import Draft, Waiting
from session_tui.store.paths import Paths

TOP = Path(__file__).resolve().parent.parent
NAME = "Ruth Vale"
NOVEMBER = "2026-11-09-acme-freight-2m9x"
OCTOBER = "2026-10-26-acme-freight-t4c1"
REMOVED = "2026-11-09-acme-freight-2m9q"
BOREALIS = "2026-11-03-borealis-foods-9kd3"
PAIN = "Freight cost per order up 11 % in a year"
DELIVERED, WAITING = "msg_delivered", "msg_waiting"
JOURNAL = 'schema = 1\nstate = "done"\nfrom = "Ben Okafor"\n\n[[steps]]\nsession = "x"\nreceiver = "ruth vale"\n'
SCORES = (
    'schema = 1\nkind = "scorecard"\nround = "2026-Q4"\nname = "Ruth Vale"\n\n[[answers]]\nid = "x"\nimportance = 3\n'
)
READERS = """\
# Ruth Vale asked for this
schema = 1

[[readers]]
name = "Ruth Vale"

[[comments]]
line = 1
author = "Ruth Vale"
text = "Why?" # RUTH VALE
"""


def world(home: Path) -> Paths:
    """Samples with copies of each kind, readers, a scorecard, and a full state folder."""
    sessions, state = home / "sessions", home / "state"
    shutil.copytree(TOP / "sessions", sessions)
    path = sessions / f"{NOVEMBER}.toml"
    content = path.read_text(encoding="utf-8")
    for word in ("before", "before-2", "ours", "theirs", "mine", "merged", "before-merge"):
        (sessions / f"{path.name}.{word}").write_text(f"# told by RUTH VALE\n{content}", encoding="utf-8")
    removed = sessions / "removed"
    removed.mkdir()
    (removed / f"{REMOVED}.toml").write_text(content.replace(NOVEMBER, REMOVED), encoding="utf-8")
    (removed / f"{REMOVED}.toml.before").write_text(f"# told by RUTH VALE\n{content}", encoding="utf-8")
    copy = sessions / f"{NOVEMBER} (Ana's conflicted copy 2026-11-24).toml"
    copy.write_text(content.replace("Ruth Vale", "RUTH\\u0020VALE"), encoding="utf-8")
    for folder in ("plans", "assessments", "state/outbox", "state/drafts", "state/plans", "state/handovers"):
        (home / folder).mkdir(parents=True)
    (home / "plans" / "acme.md").write_text("# Acme Freight\n", encoding="utf-8")
    (home / "plans" / "acme.readers.toml").write_text(READERS, encoding="utf-8")
    (home / "plans" / "acme.readers.toml.before").write_text(READERS, encoding="utf-8")
    (home / "assessments" / "2026-Q4-scorecard-ruth-vale-7k3q.toml").write_text(SCORES, encoding="utf-8")
    (state / "handovers" / "one.toml").write_text(JOURNAL, encoding="utf-8")
    (state / "plans" / f"{'0' * 64}.md").write_text("Ruth\nVale decides\n", encoding="utf-8")
    (state / "last-error.txt").write_text("KeyError: 'Ruth Vale'\n", encoding="utf-8")
    line = 'Ruth Vale, CFO !5 pain:"freight up"'
    draft = Draft(line, "s3", START, (Waiting("*s3 note:golf"),), {"s3": f"{line} note:golf", "a1": "as she said"})
    drafts.write(state / "drafts", path, draft)
    outbox = Outbox(state / "outbox")
    body = msgspec.json.encode(
        {"stakeholders": [{"name": NAME, "pain": PAIN, "note": "golf"}], "text": f"*Ruth Vale*: {PAIN}"}
    ).decode()
    about = {"session": NOVEMBER, "account": "Acme Freight", "body": body}
    outbox.put(message(WAITING, **about))
    outbox.put(message(DELIVERED, **about))
    outbox.record(message(DELIVERED, **about, state="delivered", next_at=None, last_at=START + timedelta(seconds=5)))
    found = where(home)
    with Index(found.sessions.path, found.cache.path) as index:
        index.refresh()
    return found


def where(home: Path) -> Paths:
    """The places of such a folder."""
    return paths.find(home, {"SESSION_TUI_STATE": str(home / "state")})


def saying(home: Path, *words: str) -> list[str]:
    """The files that contain one of these words, in any case and spacing; file names count too."""
    found = []
    for path in sorted(home.rglob("*")):
        if path.is_file() and ".git" not in path.parts:
            text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8", "replace") + path.name)
            text = " ".join(text.replace("\\u0020", " ").casefold().split())
            if any(word.casefold() in text for word in words):
                found.append(str(path.relative_to(home)))
    return found
