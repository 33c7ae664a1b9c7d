"""Covers: session_tui.export.team.scorecard_page.

A round of scorecards as a picture: sound XML, told in words, hostile text as text.
"""

from xml.etree import ElementTree as Xml

from session_tui.export.team.scorecard_charts import picture
from session_tui.export.team.scorecard_page import page
from session_tui.model.team import scorecard
from session_tui.model.team.metrics import Figure
from session_tui.model.team.practices import Practice, Practices, Rating, Scorecard

HOSTILE = "</svg><script>alert(1)</script> \x1b[2J & each account has a clear owner to whom the team answers"
OWNER = Practice(id="owner", level="account", text=HOSTILE, record=("accounts_with_owner",))
CARD = Scorecard(
    kind="scorecard",
    round="2026-Q4",
    name="Ana Ruiz",
    ratings=(Rating(id="owner", level="account", text=HOSTILE, importance=10, execution="consistently"),),
)


def test_a_picture_has_every_practice_its_gap_and_the_record_that_contradicts_it() -> None:
    told = scorecard.report("2026-Q4", [CARD], Practices(practices=(OWNER,)), [Figure("accounts_with_owner", 3, 10)])
    root = Xml.fromstring(picture(told))
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Account: 0.0" in texts and "gap 0.0 of 30; importance 10; 1 consistently" in texts
    assert "▲ On record 30 %: 3 of 10 accounts with an owner" in texts
    assert not list(root.iter("{http://www.w3.org/2000/svg}script")) and "\x1b" not in "".join(root.itertext())
    height = int(root.attrib["height"])
    assert all(int(each.attrib["y"]) <= height for each in root.iter() if "y" in each.attrib)


def test_nothing_rated_is_a_picture_all_the_same() -> None:
    empty = scorecard.report("2026-Q4", [], Practices(practices=(OWNER,)), [])
    assert Xml.fromstring(picture(empty)).attrib["role"] == "img"


def test_the_page_of_a_round_loads_nothing_and_its_texts_are_texts() -> None:
    told = scorecard.report("2026-Q4", [CARD], Practices(practices=(OWNER,)), [Figure("accounts_with_owner", 3, 10)])
    made = page(told, (f"Rated consistently: {HOSTILE}",), "Round 2026-Q4", "2026-11-25").decode()
    assert "<script>" not in made and "\x1b" not in made
    assert "Rated consistently: &lt;/svg&gt;&lt;script&gt;alert(1)" in made
    assert "default-src &#39;none&#39;" in made or "default-src 'none'" in made
    assert made.count("<h1>") == 1 and '<th scope="row">' in made and "3 of 10" in made
    assert page(told, (), "", "2026-11-25") == page(told, (), "", "2026-11-25")
