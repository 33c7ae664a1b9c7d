"""The capture line in a table for people: what to write, what it means. Help, README and line by line show it."""

GRAMMAR: tuple[tuple[str, str], ...] = (
    ("Ruth Vale, CFO", "in the stakeholder part: name, title. ? is somebody we cannot name yet"),
    ("@ben", 'who covers, tests or owns; a part of the name is enough; @"Ben Okafor" for more words'),
    ("due:fri", "today tomorrow mon…sun +3d +2w eow eom 30nov 2026-11-30"),
    ("role:approver", "approver decision_maker evaluator user influencer gatekeeper; role:app is enough"),
    ("!5", "power 1 to 5; of an assumption its importance"),
    ("++ + = - --", "support: mentor, supporter, neutral, non-supporter, enemy"),
    ("cov:brief", "coverage: none brief multiple in_depth"),
    ("to:ruth inf:mia", "reports to; influences"),
    ('pain:"…" note:"…"', "what hurts them; what is good to know"),
    ("%3", "evidence: 1 a guess, 2 told us, 3 customer said so, 4 showed us, 5 proven"),
    ("for:ruth for:a1", "what an action serves"),
    ("s> a> t> n>", "a stakeholder, assumption, action, note, whatever part is running"),
    ("=> ?>", "a decision; for another day (parking lot)"),
    ("+>", "somebody of ours is recognised: +> Mei for the finance reference"),
    ("*a1 ok · *a1 wrong why", "an assumption turned out true, or wrong"),
    ("*t3 done · drop · yes", "an action is done, dropped; its owner says yes"),
    ("*t3 @mia due:+3d", "change an entry by its id, from any part"),
    ("*s2 remove", "remove it (also a, t, d, p, n, r); undo brings it back"),
    ("\\@ \\: \\!", "the character itself"),
)
