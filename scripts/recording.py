"""Make README's moving picture: a session, typed key by key in a headless terminal.

`make shots` writes it to docs/pictures/session.svg. The clock is turned by hand. A row of the
terminal that does not change is in the file once, and shown for as long as it stood: so some
hundred frames are smaller than ten pictures. Where motion is not wanted
(`prefers-reduced-motion`) the last frame stands still.
"""

import asyncio
import os
import random
import re
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import shots
from msgspec import Struct
from textual.pilot import Pilot

from session_tui.context import AppContext
from session_tui.index.sessions import SessionLibrary
from session_tui.tui.app import live
from session_tui.tui.screens.live.screen import LiveScreen

SIZE = (80, 24)
TYPING, PACE = 0.2, 4  # seconds a frame while typing, and keys in it
LOOK = 10  # seconds of the session between two looks at the clock
READING = 1.7  # seconds to read what a line became


class Step(Struct, frozen=True):
    """`seconds` pass in the session, then `text` is typed and `keys` are pressed, a frame each.

    The last frame stands for `hold` seconds.
    """

    seconds: int
    text: str = ""
    keys: tuple[str, ...] = ("enter",)
    hold: float = READING


STEPS = (
    Step(60, "Ruth Vale, CFO role:app !5 - @ben"),
    Step(110, "Mia Tran, COO role:dec !4 ++ @mei to:ruth"),
    Step(120, "Jonas Pell, Head of transport ++ @mei to:mia"),
    Step(80, "?, Steering committee chair role:app !5"),
    Step(60, keys=("ctrl+l",), hold=3.0),
    Step(150, keys=("ctrl+n",), hold=1.0),
    Step(90, "The budget is approved for this fiscal year !5 %2"),
    Step(130, "The CFO cares about freight cost per order !4 %3"),
    Step(100, "=> No pilot before the CFO meeting"),
    Step(120, keys=("ctrl+n",), hold=1.0),
    Step(200, "Bring the CFO the payback model for:ruth"),
    Step(200, keys=("ctrl+n",), hold=1.4),
    Step(40, "@ben due:fri"),
    Step(60, "@mei due:+3d"),
    Step(90, keys=("ctrl+q",), hold=1.6),
    Step(10, keys=("e",), hold=2.0),
)


class Frame(Struct, frozen=True):
    """How long a screen stood, in seconds, and its rows, each as SVG."""

    seconds: float
    rows: tuple[str, ...]


async def record() -> str:
    """The moving picture, as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        opened, begun = shots.held(Path(folder), ())
        moments = [begun]
        places = shots.context_in(Path(folder), "session-dark").places
        context = AppContext(lambda: places, lambda: moments[-1], random.Random(7), {})
        library = SessionLibrary(shots.TOP / "sessions", Path(folder) / "cache")
        opened.alive(begun)
        app = live(opened, shots.AGENDA, context, session_library=library, background=None)
        frames: list[Frame] = []
        async with app.run_test(size=SIZE) as pilot:
            screen = app.screen_stack[0]
            assert isinstance(screen, LiveScreen)
            while screen.live.load is None:
                await pilot.pause(0.05)
            first = await shots.still(pilot)
            frames.append(Frame(1.0, rows(first)))
            for step in STEPS:
                frames += await _frames(pilot, screen, step, moments)
        opened.close()
    return moving(shots.plain(first), frames)


async def _frames(pilot: Pilot[str], screen: LiveScreen, step: Step, moments: list[datetime]) -> list[Frame]:
    made = []
    for at in range(0, len(step.text), PACE):
        await pilot.press(*step.text[at : at + PACE])
        await pilot.pause()
        made.append(Frame(TYPING, rows(pilot.app.export_screenshot(title="session-tui"))))
    if step.text:
        made[-1] = Frame(0.8, made[-1].rows)  # the preview is read before enter
    for _ in range(0, step.seconds, LOOK):  # a longer silence would count as time away
        moments.append(moments[-1] + timedelta(seconds=LOOK))
        screen.live.look_at_the_clock()
    await pilot.press(*step.keys)
    made.append(Frame(step.hold, rows(await shots.still(pilot))))
    return made


def rows(svg: str) -> tuple[str, ...]:
    """The rows of a picture: the backgrounds and texts of each, with their styles inside."""
    svg = shots.plain(svg)
    styles = dict(re.findall(r"\.terminal-\d+-(r\d+) \{ ([^}]*?) \}", svg))
    found: list[list[str]] = [[] for _ in range(SIZE[1])]
    for rect, y in re.findall(r'(<rect fill="[^"]*" x="[^"]*" y="([^"]*)"[^>]*shape-rendering="crispEdges"/>)', svg):
        found[round((float(y) - 1.5) / 24.4)].append(rect)
    text = r'class="terminal-\d+-(r\d+)" (x="[^"]*" y="([^"]*)"[^>]*?)clip-path="[^"]*">(.*?)</text>'
    for style, place, y, words in re.findall(text, svg, re.DOTALL):
        if words.strip():
            paint = styles[style].replace("fill: ", 'fill="', 1).replace(";", '" style="', 1)
            found[round((float(y) - 20) / 24.4)].append(
                f'<text xml:space="preserve" {paint}" {place.strip()}>{words}</text>'
            )
    return tuple("".join(each) for each in found)


def moving(first: str, frames: list[Frame]) -> str:
    """The frames as one picture, in the window of the first one."""
    ends, total = [], 0.0
    for frame in frames:
        total += frame.seconds
        ends.append(total)
    starts = [0.0, *ends[:-1]]
    pieces, rules = [], {}
    for number in range(SIZE[1]):
        at = 0
        while at < len(frames):
            until = at
            while until < len(frames) and frames[until].rows[number] == frames[at].rows[number]:
                until += 1
            row = frames[at].rows[number]
            if (at, until) == (0, len(frames)):
                pieces.append(row)
            else:
                name = f"f{at}-{until}"
                rules[name] = _rule(name, starts[at] / total, ends[until - 1] / total, until == len(frames))
                pieces.append(f'<g class="{name}">{row}</g>')
            at = until
    style = (
        f"g[class^=f]{{animation-duration:{total:.2f}s;animation-timing-function:step-end;"
        "animation-iteration-count:infinite}\n"
        + "\n".join(rules.values())
        + "\n@media (prefers-reduced-motion:reduce){g[class^=f]{animation:none}}"
    )
    window = re.sub(r"\.terminal-\d+-r\d+ \{[^}]*\}\n?", "", first)
    window = re.sub(r"<clipPath id=\"terminal-\d+-line-\d+\">.*?</clipPath>\n?", "", window, flags=re.DOTALL)
    window = re.sub(r"terminal-\d+-", "terminal-", window)
    window = re.sub(r'<rect fill="[^"]*" x="[^"]*" y="[^"]*"[^>]*shape-rendering="crispEdges"/>', "", window)
    window = re.sub(
        r'(<g class="terminal-matrix">).*?</g>',
        lambda made: f"{made[1]}{''.join(pieces)}</g>",
        window,
        count=1,
        flags=re.DOTALL,
    )
    return window.replace("</style>", f"{style}\n    </style>", 1)


def _rule(name: str, start: float, end: float, last: bool) -> str:
    """The animation of what is shown from `start` to `end`, parts of the whole time."""
    shown = "visible" if last else "hidden"
    steps = f"{'0%{visibility:hidden}' if start else ''}{start:.3%}{{visibility:visible}}"
    steps += "" if last else f"{end:.3%}{{visibility:hidden}}"
    return f".{name}{{visibility:{shown};animation-name:{name}}}@keyframes {name}{{{steps}100%{{visibility:{shown}}}}}"


def main() -> None:
    """Write the moving picture."""
    path = shots.PICTURES / "session.svg"
    path.write_text(asyncio.run(record()), encoding="utf-8")
    print(path.relative_to(shots.TOP))


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    main()
