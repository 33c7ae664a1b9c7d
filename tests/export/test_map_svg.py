"""Covers: session_tui.export.map_svg.

The map is valid and small, legible in a real browser, and free of private fields.
"""

import html
import random
import re
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from msgspec.structs import replace

import browser
from profiles import examples
from session_tui.export.map_svg import svg
from session_tui.export.markdown import mermaid
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import BuyingRole, Coverage
from strategies import sessions

BASE = Session(id="2026-11-16-acme-0001", status="held", agenda="a", account="Acme Freight", opportunity="Pumps")
WORDS = (
    *("Ada", "Bela", "Cem", "Dora", "Egon", "Fritzi", "Grete", "Holm", "Ilse", "Jost"),
    *("Kira", "Lund", "Maja", "Nils", "Okafor", "Pell", "Quint", "Rosa", "Sten", "Tran"),
)
TITLES = ("CFO", "Head of transport", "Vice president of global procurement and logistics", "")


def crowd(many: int, seed: int = 4) -> Session:
    """A company of this many people: long and short names, several trees, some have no manager."""
    dice = random.Random(seed)
    return replace(
        BASE,
        stakeholders=tuple(
            Stakeholder(
                id=f"s{number}",
                name=" ".join(dice.choices(WORDS, k=dice.choice((2, 2, 3)))) if number % 9 else "?",
                title=dice.choice(
                    ("CFO", "Head of transport", "Vice president of global procurement and logistics", "")
                ),
                buying_role=dice.choice(get_args(BuyingRole)),
                power=dice.randint(1, 5),
                support=dice.randint(-2, 2),
                coverage=dice.choice(get_args(Coverage)),
                covered_by=tuple(dice.sample(("Ben Okafor", "Mei Tan", "Ana Ruiz"), dice.randint(0, 2))),
                reports_to=f"s{dice.randrange(number)}" if number % 7 and number else "",
                influences=(f"s{dice.randrange(many)}",) if number % 5 == 0 else (),
            )
            for number in range(many)
        ),
    )


def texts(picture: str) -> list[str]:
    return [each.text or "" for each in Xml.fromstring(picture).iter() if each.tag.endswith(("text", "title"))]


@given(sessions, sessions)
@examples(60)
def test_any_session_is_a_valid_picture_whatever_its_names_hold(session: Session, before: Session) -> None:
    for look, detail in (("light", "full"), ("dark", "shared")):
        picture = svg(session, look=look, detail=detail, before=before)  # type: ignore[arg-type]
        assert Xml.fromstring(picture).tag.endswith("svg")
        assert not re.search("[\\x00-\\x08\\x1b\\u202e]", picture)


def test_sixty_people_are_under_a_hundred_kilobytes() -> None:
    assert len(svg(crowd(60), before=crowd(60, 5)).encode()) < 100_000


def test_what_is_shared_has_no_power_no_support_and_no_status() -> None:
    session = replace(
        BASE,
        stakeholders=(
            Stakeholder(id="s1", name="Ruth Vale", power=5, support=-2, pain="Freight cost", note="A cousin"),
            Stakeholder(id="s2", name="Mia Tran", power=4, support=2, buying_role="approver", reports_to="s1"),
        ),
    )
    words = "\n".join(texts(svg(session, detail="shared"))) + mermaid(session, full=False)
    assert "Ruth Vale" in words
    for secret in ("power", "enemy", "mentor", "Map ", "◆", "Freight cost", "cousin"):
        assert secret not in words
    full = "\n".join(texts(svg(session)))
    assert all(word in full for word in ("power 5", "enemy", "Map amber", "◆"))
    assert "cousin" not in full


def test_a_name_is_never_a_tag_nor_a_mark() -> None:
    nasty = '<b>"Ruth"</b> & ]]> --> #quot; [x](y)'
    session = replace(BASE, stakeholders=(Stakeholder(id='"]; click', name=nasty, title="CFO\n%%{init}%%"),))
    assert any("<b>" in each for each in texts(svg(session)))
    flow = mermaid(session)
    assert flow.startswith('flowchart TD\n    n1["')
    assert len(flow.splitlines()) == 2
    label = flow.splitlines()[1].strip()[4:-2]
    assert not set('<>&"[](){}%#;') & set(re.sub(r"#[0-9]+;|<br/>", "", label))
    assert nasty.replace("\n", " ") in html.unescape(re.sub(r"#([0-9]+);", r"&#\1;", label))


def test_an_empty_map_says_so() -> None:
    assert "Nobody is on the map yet." in texts(svg(BASE))
    assert mermaid(BASE) == "flowchart TD\n"


OVERLAPS = """
const boxes = [...document.querySelectorAll('text')].map(each => [each.textContent, each.getBoundingClientRect()]);
const cards = [...document.querySelectorAll('rect.card')].map(each => each.getBoundingClientRect());
const page = document.querySelector('svg').getBoundingClientRect();
const found = [];
for (let i = 0; i < boxes.length; i++) {
  const [words, a] = boxes[i];
  if (a.right > page.right || a.bottom > page.bottom || a.left < 0) found.push(words + ' leaves the picture');
  for (const card of cards) {
    const inside = a.left >= card.left && a.right <= card.right && a.top >= card.top && a.bottom <= card.bottom;
    const apart = a.right <= card.left || a.left >= card.right || a.bottom <= card.top || a.top >= card.bottom;
    if (!inside && !apart) found.push(words + ' crosses the edge of a card');
  }
  for (let j = i + 1; j < boxes.length; j++) {
    const b = boxes[j][1];
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
      found.push(words + ' | ' + boxes[j][0]);
  }
}
document.title = '';
const out = document.createElement('pre');
out.id = 'found';
out.textContent = JSON.stringify({labels: boxes.length, found: found.slice(0, 5)});
document.body.append(out);
"""


@pytest.mark.parametrize(("many", "detail"), [(60, "full"), (25, "shared"), (1, "full")])
def test_in_a_real_browser_no_two_labels_cover_each_other(tmp_path: Path, many: int, detail: str) -> None:
    bold = Stakeholder(id="bold", name="?", title="Group CFO", power=5)  # nothing on the card is wider than the name
    session = replace(crowd(many), stakeholders=(*crowd(many).stakeholders, bold))
    picture = svg(session, detail=detail, before=crowd(many, 5)).split("\n", 1)[1]  # type: ignore[arg-type]
    page = tmp_path / "map.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body style='margin:0'>{picture}<script>{OVERLAPS}</script>")
    found = browser.found(tmp_path, page.as_uri())
    assert found["found"] == []
    assert found["labels"] >= many
