"""A folder whose texts all hold control sequences, and a search for them in raw bytes."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from conftest import DATA, START
from forgotten import TOP, where
from messages import message
from session_tui.outbox.store import Outbox
from session_tui.store import drafts, session_file, toml
from session_tui.store.drafts import Draft, Waiting
from session_tui.store.paths import Paths

# The clipboard's sequence, a title, a C1 control, a cursor move that the program never makes, a
# bell, delete, an override and an isolate of the reading order, a line break, a hidden mark.
EVIL = "\x1b]52;c;UFdORUQ=\x1b\\\x1b]0;owned\x07\x9b31m\x1b[77;88H\x07\x7f\u202e\u2066\n\u200b"
LATEST, OTHER = "2026-11-09-acme-freight-2m9x", "2026-10-26-acme-freight-t4c1"
PREPARED, TWOFOLD = "2026-11-23-borealis-foods-x3fd", "2026-11-03-borealis-foods-9kd3"

# Keys at which a file must hold one of a few words, an id, a digest or a path for the rest to be
# read at all.
_STRUCTURE = {
    "id", "kind", "part", "status", "support", "coverage", "buying_role", "importance", "evidence", "outcome", "event",
    "about", "reports_to", "influences", "first_raised_in", "previous", "sha256", "agenda", "currency", "field",
    "entry", "theme", "weekday", "detail", "url", "level", "record", "round", "execution", "sessions", "agendas",
    "plans", "pipeline",
    "answers", "state", "type", "session", "on", "source",
}  # fmt: skip

_SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x1b\]22;\w*\x07")
_RAW = {
    "the clipboard": rb"\x1b\]52;c;UFdORUQ",
    "a title": rb"\x1b\]0;",
    "a cursor move": rb"\x1b\[77;88H",
    "a C1 control": rb"\xc2[\x80-\x9f]",
    "the reading order": rb"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]",
    "a hidden mark": rb"\xe2\x80\x8b",
}


def raw_in(written: bytes) -> list[str]:
    """What of it a terminal would act upon, and is none of the program's own sequences."""
    found = [name for name, pattern in _RAW.items() if re.search(pattern, written)]
    left = _SEQUENCE.sub(b"", written)
    return found + [f"a control: {each!r}" for each in sorted(set(re.findall(rb".{0,12}[\x00-\x08\x0b-\x1f\x7f].{0,9}",
        left.replace(b"\r", b""))))][:5]  # fmt: skip


def evil(value: Any, key: str = "") -> Any:
    """The same tables with the marks behind every text that may be any text."""
    if isinstance(value, dict):
        return {name: evil(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [evil(each, key) for each in value]
    return value + EVIL if isinstance(value, str) and value and key not in _STRUCTURE else value


def world(home: Path) -> Paths:
    """A home folder with a file of each kind, every text of which is hostile.

    Sessions with a conflicted copy and a broken one, an agenda, a plan with readers, a pipeline,
    scorecards, enemies, a configuration; in the state folder an outbox, a draft and a journal.
    """
    sessions, state = home / "sessions", home / "state"
    for folder in (sessions, home / "plans", home / "agendas", home / "assessments", state / "handovers"):
        folder.mkdir(parents=True)
    for path in sorted((TOP / "sessions").glob("*.toml")):
        put(sessions / path.name, path)
        session_file.read((sessions / path.name).read_bytes())
    (sessions / "removed").mkdir()
    put(sessions / "removed" / f"{LATEST[:-4]}2m9q.toml", TOP / "sessions" / f"{LATEST}.toml")
    latest = sessions / f"{LATEST}.toml"
    text = latest.read_text(encoding="utf-8")
    attached = f'\n[plan]\nsource = "plans/acme.md"\nsha256 = "{"0" * 64}"\n'
    latest.write_text(text + attached, encoding="utf-8")
    conflicting_versions = (sessions / f"{TWOFOLD}.toml").read_text(encoding="utf-8")
    copy = conflicting_versions.replace("power = 4", "power = 2").replace('headline = "', 'headline = "Theirs: ')
    (sessions / f"{TWOFOLD} (Ana's conflicted copy 2026-11-24).toml").write_text(copy, encoding="utf-8")
    broken = toml.dumps({"schema": 1, "id": "2026-11-01-broken-0000", "status": EVIL, f"key{EVIL}": EVIL})
    (sessions / "2026-11-01-broken-0000.toml").write_text(broken, encoding="utf-8")
    (sessions / "2026-11-02-evil\x1b]0;owned\x07-0001.toml").write_text("schema = \x1b[77;88H", encoding="utf-8")
    plan = f"# Acme {EVIL}\n\n## Assumptions\n\n- The budget {EVIL} is there\n\n| a{EVIL} | b |\n|--|--|\n| c | d |\n"
    (home / "plans" / "acme.md").write_text(
        f"{plan}\n```\ncode {EVIL}\n```\n\n[link](http://x/{EVIL})\n", encoding="utf-8"
    )
    put(home / "plans" / "acme.readers.toml", DATA / "valid" / "acme-freight.readers.toml")
    put(home / "agendas" / "strategy-30.toml", DATA / "valid" / "agenda.toml")
    for name in ("2026-Q4-scorecard-ana-ruiz-7k3q", "account-acme-freight-enemies-2026-Q4-7k3q", "practices"):
        put(home / "assessments" / f"{name}.toml", DATA / "valid" / f"{name}.toml")
    shutil.copy(DATA / "valid" / "2026-Q4-enemies-7k3q.toml", home / "assessments")
    put(home / "session-tui.toml", DATA / "valid" / "config.toml")
    cell = '"' + EVIL.replace("\n", " ") + '"'
    header = "account,opportunity,phase,amount,currency,close_on,owner\n"
    deal = f'"Acme Freight{EVIL}","Rollout{EVIL}",{cell},100,EUR,2026-12-01,"Ben{EVIL}"\n'
    faulty = f'"Borealis{EVIL}",,{cell},{cell},{cell},{cell},\n'
    (home / "pipeline.csv").write_text(header + deal + faulty, encoding="utf-8")
    contacts = f'Name,Title,Account\n"Noor{EVIL}","CIO{EVIL}","Contacts of {EVIL}"\n'
    (home / "contacts.csv").write_text(contacts, encoding="utf-8")
    draft = Draft(f"Ruth {EVIL}", "s3", START, (Waiting(f"*s3 note:{EVIL}"),), {"s3": EVIL})
    drafts.write(state / "drafts", sessions / f"{PREPARED}.toml", draft)
    outbox = Outbox(state / "outbox")
    about = {"session": LATEST, "account": f"Acme{EVIL}", "endpoint": f"team{EVIL}", "body": "{}"}
    outbox.put(message("msg_waiting", **about))
    outbox.put(message("msg_failed", **about))
    last = START + timedelta(seconds=5)
    outbox.record(message("msg_failed", **about, state="failed", next_at=None, last_at=last, reason=f"no {EVIL}"))
    (state / "outbox" / "msg_broken.toml").write_text(toml.dumps({"schema": 1, "id": EVIL}), encoding="utf-8")
    journal = {"schema": 1, "state": "done", "from": f"Ben{EVIL}", "steps": [{"session": EVIL, "receiver": EVIL}]}
    (state / "handovers" / "one.toml").write_text(toml.dumps(journal), encoding="utf-8")
    (state / "trusted.toml").write_text(toml.dumps({f"team{EVIL}": {"url": EVIL, "kind": EVIL}}), encoding="utf-8")
    return where(home)


def put(to: Path, sample: Path) -> None:
    """The sample with the marks in it."""
    to.write_text(toml.dumps(evil(toml.parse(sample.read_bytes()))), encoding="utf-8")
