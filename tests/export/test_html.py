"""Covers: session_tui.export.html.

Text stays text, the page loads nothing from outside, private fields are absent, and it is
accessible.
"""

import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from msgspec.structs import replace

import browser
from export.samples import NOW, PRIVATE, SETTING, WHOLE, hostile, other_secrets, told
from profiles import examples
from session_tui.export.formats import Setting, render
from session_tui.export.summary import summarise
from session_tui.export.svg import COLOURS
from session_tui.export.templates import safe_line
from session_tui.model.session import Attendee, Session
from session_tui.model.vocabulary import Detail
from session_tui.store import session_file

SESSIONS = Path(__file__).resolve().parent.parent.parent / "sessions"
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer", "p", "h1", "h2",
    "bdi", "span", "strong", "dl", "dt", "dd", "ul", "li", "figure", "table", "caption", "thead", "tbody", "tr",
    "th", "td", "svg", "desc", "g", "rect", "path", "marker", "text", "tspan",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "role", "id", "aria-label", "aria-labelledby",
    "aria-describedby", "tabindex", "scope", "colspan", "xmlns", "x", "y", "width", "height", "rx", "d", "dx",
    "transform", "viewbox", "refx", "refy", "markerwidth", "markerheight", "orient", "marker-end",
}  # fmt: skip

# What a half hour with five people of the customer leaves, with the notes of each.
USUAL = tuple(
    session_file.read((SESSIONS / f"{name}.toml").read_bytes()).session
    for name in ("2026-11-09-acme-freight-2m9x", "2026-11-17-borealis-foods-r7ya")
)


def grown(session: Session, other: Session) -> Session:
    """The session with the other's entries, to eight people, six assumptions, eight actions."""
    apart = (
        replace(each, id=f"s{10 + number}", reports_to="", influences=())
        for number, each in enumerate(other.stakeholders)
    )
    beliefs = (replace(each, id=f"a{10 + number}") for number, each in enumerate(other.assumptions))
    actions = (replace(each, id=f"t{10 + number}") for number, each in enumerate(other.action_items))
    return replace(
        session,
        stakeholders=(*session.stakeholders, *apart)[:8],
        assumptions=(*session.assumptions, *beliefs)[:6],
        action_items=(*session.action_items, *actions)[:8],
    )


_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


class Read(HTMLParser):
    """The page as the standard library's parser reads it: elements, attributes, text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.comments: list[str] = []
        self.style = ""
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.style += data
        else:
            self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def page(session: Session, detail: Detail = "full", setting: Setting = SETTING) -> str:
    return render(summarise(session, detail), "html", setting).decode()


@given(hostile())
@examples(60)
def test_whatever_a_text_holds_it_comes_out_as_text(session: Session) -> None:
    read = Read(page(session))
    assert {tag for tag, _ in read.elements} <= TAGS
    assert {name for _, attributes in read.elements for name in attributes} <= ATTRIBUTES
    assert read.comments == []
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", read.text)
    for text in told(session):
        assert safe_line(text) in read.text


def test_the_browser_is_told_to_load_nothing_and_only_the_pages_own_style_holds() -> None:
    read = Read(page(WHOLE))
    policy = next(each["content"] for tag, each in read.elements if each.get("http-equiv") == "Content-Security-Policy")
    own = b64encode(sha256(read.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{own}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|expression|https?:", read.style)
    assert not {"href", "src", "style"} & {name for _, attributes in read.elements for name in attributes}


def test_what_is_shared_holds_nothing_of_what_stays_with_us() -> None:
    shared = page(WHOLE, "shared").casefold()
    assert [word for word in PRIVATE if word.casefold() in shared] == []
    full = Read(page(WHOLE)).text
    assert [
        word for word in ("quagga", "quince", "quill", "quartz", "quinoa", "enemy", "Map amber") if word not in full
    ] == []
    assert "For the team alone" in full


@given(hostile())
@examples(30)
def test_what_we_think_of_people_does_not_change_one_byte_of_what_is_shared(session: Session) -> None:
    assert page(session, "shared") == page(other_secrets(session), "shared")


def test_who_owns_something_and_was_not_there_is_marked() -> None:
    text = Read(page(WHOLE, "shared")).text
    assert "Mei Tan (was not there)" in text
    assert "Ben Okafor (was not there)" not in text


def test_a_session_that_has_not_begun_is_a_page_too() -> None:
    bare = Session(id="2026-11-23-acme-0001", status="prepared", agenda="strategy-30", account="Acme Freight")
    assert "Prepared, not begun" in Read(page(bare, "shared")).text


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "card"])
@pytest.mark.parametrize("kind", ["text", "muted", "good", "bad", "warn", "accent"])
def test_every_colour_of_a_text_has_the_contrast_that_eyes_need(look: str, ground: str, kind: str) -> None:
    colours = COLOURS[look]  # type: ignore[index]
    lights = sorted((highlight(colours[kind]), highlight(colours[ground])))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5  # WCAG 2.2, AA


def highlight(colour: str) -> float:
    """Relative luminance, as WCAG has it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ---- in a real browser --------------------------------------------------------------------------

# The page lets no script run, so the page around it looks: one frame for each width and look.
LOOKING = """<!doctype html><meta charset=utf-8><link rel=icon href=data:,><body><script>
const frames = [[360, 'light'], [360, 'dark'], [800, 'light'], [1300, 'dark']].map(([width, look]) => {
  const frame = document.createElement('iframe');
  frame.style = `width:${width}px;height:900px;border:0;color-scheme:${look}`;
  frame.src = 'page.html';
  document.body.append(frame);
  return [width, look, frame];
});
onload = () => {
  const out = document.createElement('pre');
  out.id = 'found';
  out.textContent = JSON.stringify(frames.map(([width, look, frame]) => {
    const page = frame.contentDocument, view = frame.contentWindow;
    const pictures = [...page.querySelectorAll('svg')].filter(each => each.getBoundingClientRect().width > 0);
    const inside = each => each.closest('.wide') === null && each.getBoundingClientRect().width > 0;
    return {
      width, look,
      wide: page.documentElement.scrollWidth,
      beyond: [...page.querySelectorAll('main *')].filter(inside)
        .filter(each => each.getBoundingClientRect().right > width + 1).map(each => each.outerHTML.slice(0, 80)),
      ground: view.getComputedStyle(page.body).backgroundColor,
      card: view.getComputedStyle(page.querySelector('rect.card')).fill,
      loaded: view.performance.getEntriesByType('resource').map(each => each.name),
      headings: [...page.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(each => each.tagName + ' ' + each.textContent),
      tables: [...page.querySelectorAll('table')].map(each => [each.caption.textContent,
        [...each.querySelectorAll('th')].every(head => head.scope !== ''),
        [...each.rows].every(row => row.cells[0].tagName === 'TH')]),
      pictures: pictures.map(each => [each.getAttribute('role'),
        page.getElementById(each.getAttribute('aria-labelledby')).textContent,
        page.getElementById(each.getAttribute('aria-describedby')).textContent]),
      letters: Math.min(...pictures.flatMap(each => [...each.querySelectorAll('text')])
        .map(each => each.getBoundingClientRect().height)),
      ids: [...page.querySelectorAll('[id]')].map(each => each.id),
      foreign: page.querySelectorAll('script,img,iframe,object,embed,link,a,form,base').length,
      text: page.body.textContent.replace(/\\s+/g, ' '),
    };
  }));
  document.body.append(out);
};
</script>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A real server on loopback for the files of a folder; it remembers what it was asked for."""
    (tmp_path / "look.html").write_text(LOOKING, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    assert set(server.asked) <= {"/look.html", "/page.html"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("detail", ["full", "shared"])
def test_in_a_real_browser_it_fits_loads_nothing_and_is_right_for_a_screen_reader(
    tmp_path: Path, address: str, detail: Detail
) -> None:
    long = replace(WHOLE, account=f"{'Freight' * 12} <img src=http://127.0.0.1:9/x>", opportunity="x" * 300)
    (tmp_path / "page.html").write_text(page(long, detail), encoding="utf-8")
    seen = browser.found(tmp_path, f"{address}/look.html")
    assert [each["width"] for each in seen] == [360, 360, 800, 1300]
    for each in seen:
        assert (each["wide"], each["beyond"]) == (each["width"], [])
        assert (each["loaded"], each["foreign"]) == ([], 0)
        assert each["letters"] > 12
        assert (each["ground"], each["card"]) == (rgb(each["look"], "ground"), rgb(each["look"], "card"))
        assert each["headings"][0] == f"H1 {long.account} · EMEA"
        assert {heading[:3] for heading in each["headings"][1:]} == {"H2 "}
        assert all(caption and scopes and rows for caption, scopes, rows in each["tables"])
        assert len(set(each["ids"])) == len(each["ids"])
        (_, chart, people), (_, bars, parts) = each["pictures"]
        assert {role for role, _, _ in each["pictures"]} == {"img"}
        assert (chart, bars) == ("Stakeholder map", "Time spent of time planned, by part")
        assert "Mia Tran reports to Ruth Vale" in people
        assert parts == "Stakeholder map: 11:05 of 10:00, 1:05 over. Who does what: 16:40 of 20:00."
    private = ["Notes"] if detail == "full" else []
    assert [heading[3:] for heading in seen[0]["headings"][1:]] == [
        *("Action items", "Riskiest assumptions", "What was tested", "Decisions", "People", "Parking lot", *private),
        *("Changed since it ended", "Time kept", "About the session"),
    ]
    assert seen[0]["tables"][0][0] == "Action items: 3 open, 1 overdue, 1 without an owner, 1 done"


def rgb(look: str, kind: str) -> str:
    colour = COLOURS[look][kind]  # type: ignore[index]
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_in_a_real_browser_texts_that_would_be_markup_are_read_as_they_are(tmp_path: Path, address: str) -> None:
    nasty = "</title></style></svg><script>document.title=1</script><img src=x onerror=alert(1)>{{ 7 * 7 }} &amp; ]]>"
    hurt = replace(
        WHOLE,
        headline=nasty,
        stakeholders=tuple(replace(each, name=nasty, title=nasty) for each in WHOLE.stakeholders),
        parts=tuple(replace(each, title=nasty) for each in WHOLE.parts),
        action_items=tuple(replace(each, text=nasty, owner=nasty) for each in WHOLE.action_items),
    )
    (tmp_path / "page.html").write_text(page(hurt), encoding="utf-8")
    for each in browser.found(tmp_path, f"{address}/look.html"):
        assert each["foreign"] == 0
        assert each["text"].count(nasty) >= 1 + 4 + 2 * 2
        assert nasty in each["pictures"][0][2] and nasty in each["pictures"][1][2]


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_in_a_real_browser_it_prints_a_usual_session_on_one_page(tmp_path: Path, paper: str) -> None:
    acme, borealis = USUAL
    for session in (grown(acme, borealis), grown(borealis, acme)):
        assert (session.id, sheets(tmp_path, page(session), paper)) == (session.id, 1)


def sheets(folder: Path, text: str, paper: str) -> int:
    """How many sheets of the paper the browser prints the page on."""
    made, printed = folder / "page.html", folder / "page.pdf"
    # The page leaves the paper to the printer, and its policy refuses another style.
    style = f"<style>@page{{size:{paper}}}</style></head>"
    made.write_text(_POLICY.sub("", text).replace("</head>", style), encoding="utf-8")
    browser.run(folder, made.as_uri(), "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    pdf = printed.read_bytes()
    assert pdf.startswith(b"%PDF-")
    (size,) = set(re.findall(rb"/MediaBox\s*\[0 0 ([0-9]+)", pdf))
    assert int(size) == {"A4": 594, "letter": 612}[paper]
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_on_paper_no_text_is_set_smaller_than_eight_points() -> None:
    style = Read(page(WHOLE)).style
    printed = style[style.index("@media print") :]
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:([0-9.]+)pt", printed)]
    assert sizes and min(sizes) >= 8


def test_in_a_real_browser_no_word_makes_it_wider_than_a_phone(tmp_path: Path, address: str) -> None:
    word = "Abcdefghijklmnopqrstuvwxyz-Unbreakable-Department-Of-Transport" * 3
    hurt = replace(
        WHOLE,
        account=word,
        headline=word,
        facilitator=word,
        previous=word,
        attendees=(Attendee(name=word, role=word),),
        stakeholders=tuple(replace(each, name=word, title=word, pain=word) for each in WHOLE.stakeholders),
        assumptions=tuple(replace(each, text=word, tested_by=word) for each in WHOLE.assumptions),
        action_items=tuple(replace(each, text=word, owner=word, result=word) for each in WHOLE.action_items),
        decisions=tuple(replace(each, text=word, id=word) for each in WHOLE.decisions),
    )
    (tmp_path / "page.html").write_text(page(hurt), encoding="utf-8")
    for each in browser.found(tmp_path, f"{address}/look.html"):
        assert (each["wide"], each["beyond"]) == (each["width"], [])


def test_the_same_summary_is_the_same_page() -> None:
    assert page(WHOLE) == page(WHOLE, setting=Setting(NOW))
