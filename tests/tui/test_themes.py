"""Covers: session_tui.tui.themes, session_tui.store.themes and session_tui.model.colours.

Every text of every theme is readable on everything it is drawn on; a theme is chosen with a
preview and kept; the configuration wins; a faulty theme of one's own is a sentence with its line.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import Clock, no_places
from driver import Facilitator, browsing, facilitating
from profiles import examples
from program import Program, program
from session_tui.model.agenda import Agenda
from session_tui.model.colours import READABLE, ThemeFile, contrast
from session_tui.model.configuration import Configuration
from session_tui.model.vocabulary import Theme
from session_tui.store import paths, themes
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import BUILT_IN_THEMES, FoundPath, Paths
from session_tui.tui.screens.theme_picker import ThemeScreen
from session_tui.tui.themes import COLOURS, ON, TEXT, THEMES, TONES, WORDS

__all__ = ["program"]


@pytest.mark.parametrize("on", ON)
@pytest.mark.parametrize("text", TEXT)
@pytest.mark.parametrize("name", COLOURS)
def test_each_text_of_each_theme_is_readable_on_each_background(name: str, text: str, on: str) -> None:
    assert contrast(COLOURS[name][text], COLOURS[name][on]) >= READABLE


def test_every_tone_of_a_theme_is_one_of_these_pairs_and_the_digits_are_the_strongest() -> None:
    for name, colours in COLOURS.items():
        for tone, style in TONES[name].items():
            ground = style.bgcolor.name.upper() if style.bgcolor else ""
            assert not ground or ground in {colours[on].upper() for on in ON}
            colour = style.color.name.upper() if style.color else ""
            assert colour in {colours[text].upper() for text in TEXT}, tone
        strongest = max(contrast(colours[text], colours["background"]) for text in TEXT)
        digits = TONES[name]["digits"].color
        assert digits is not None and contrast(digits.name, colours["background"]) == strongest


def test_placeholders_of_fields_are_readable_too() -> None:
    muted = {theme.name: theme.variables["text-disabled"] for theme in THEMES if theme.name in COLOURS}
    assert muted == {name: colours["muted"] for name, colours in COLOURS.items()}


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#FFFFFF") == contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_every_built_in_theme_has_words_and_colours() -> None:
    assert set(WORDS) == {theme.name for theme in THEMES} == set(BUILT_IN_THEMES)
    assert set(COLOURS) == set(BUILT_IN_THEMES) - {"ansi"}


# ---- the choice ---------------------------------------------------------------------------------


def places_in(folder: Path, theme: str = "", config: bool = False) -> Paths:
    """Places whose state and themes are in this folder."""
    found = no_places(Configuration(theme=theme), folder / "sessions")
    named = FoundPath(folder / "session-tui.toml", "own", "here") if config else None
    state = FoundPath(folder / "state", "own", "here")
    return replace(found, state=state, themes=folder / "themes", config=named)


def own(folder: Path, name: str, text: str) -> None:
    (folder / "themes").mkdir(exist_ok=True)
    (folder / "themes" / f"{name}.toml").write_text(text, encoding="utf-8")


async def opens(facilitator: Facilitator) -> None:
    await facilitator.enters("/theme")
    await facilitator.comes(ThemeScreen)
    await facilitator.app.workers.wait_for_complete()
    await facilitator.pilot.pause()


async def test_the_highlighted_theme_is_shown_escape_takes_it_back_and_enter_keeps_it(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path
) -> None:
    places = places_in(tmp_path)
    async with facilitating(opened, agenda, clock, places=places) as facilitator:
        assert facilitator.app.theme == "session-dark"
        await opens(facilitator)
        await facilitator.presses("down")
        assert facilitator.app.theme == "session-light"
        await facilitator.presses("escape")
        assert facilitator.app.theme == "session-dark"
        assert themes.chosen(places).name == "session-dark"
        await opens(facilitator)
        await facilitator.presses("down", "down", "enter")
        await facilitator.waits_for(lambda: facilitator.app.screen is facilitator.screen, "the session")
        assert facilitator.app.theme == "session-contrast"
        assert "session-contrast is kept." in facilitator.says("preview")
    assert themes.chosen(places).name == "session-contrast"


async def test_the_choice_counts_at_the_next_start_and_the_configuration_wins(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path
) -> None:
    themes.choose(places_in(tmp_path), "session-paper")
    assert themes.chosen(places_in(tmp_path, "session-light")).name == "session-light"
    places = places_in(tmp_path, "session-light", config=True)
    async with facilitating(opened, agenda, clock, places=places) as facilitator:
        assert facilitator.app.theme == "session-light"
        await opens(facilitator)
        assert "theme in session-tui.toml wins at each start" in " ".join(facilitator.picture().split())


async def test_the_terminals_own_colours_count_from_the_next_start_on(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path
) -> None:
    places = places_in(tmp_path)
    async with facilitating(opened, agenda, clock, places=places) as facilitator:
        await opens(facilitator)
        await facilitator.presses(*["down"] * 4)
        assert facilitator.app.theme != "ansi"
        await facilitator.presses("enter")
        await facilitator.waits_for(lambda: facilitator.app.screen is facilitator.screen, "the session")
        assert "ansi counts from the next start on." in facilitator.says("preview")
    assert themes.chosen(places).name == "ansi"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"../x", b"nothing-like-it", b"x" * 100_000])
def test_a_choice_that_is_none_is_the_default(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "theme").write_bytes(content)
    assert themes.chosen(places_in(tmp_path)).name == "session-dark"


async def test_the_choice_opens_from_the_library_too(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    async with browsing(tmp_path) as reader:
        await reader.presses("w")
        await reader.comes(ThemeScreen)


# ---- themes of one's own ------------------------------------------------------------------------


async def test_a_theme_of_ones_own_is_a_file_and_what_it_does_not_name_is_as_in_the_base(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path
) -> None:
    own(tmp_path, "mine", 'base = "session-light"\naccent = "#5A2D82"\n')
    own(tmp_path, "pale", 'text = "#444444"\n')
    themes.choose(places_in(tmp_path), "mine")
    async with facilitating(opened, agenda, clock, places=places_in(tmp_path)) as facilitator:
        assert facilitator.app.theme == "mine"
        assert facilitator.app.current_theme.primary == "#5A2D82"
        assert facilitator.app.current_theme.background == COLOURS["session-light"]["background"]
        await opens(facilitator)
        await facilitator.presses("end")
        assert "text on row is hard to read" in " ".join(facilitator.picture().split())


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ('base = "session-dark"\nbad = "red"\n', 2, '"red" is no colour'),
        ('text = "#FFF"\n', 1, '"#FFF" is no colour'),
        ('# mine\n\nacent = "#FFFFFF"\n', 3, "acent"),
        ('base = "pink"\n', 1, '"pink" is not one of'),
        ("text = 7\n", 1, "text"),
        ("text = \n", 1, ""),
    ],
)
async def test_a_faulty_theme_is_a_sentence_with_its_line_and_the_default_is_shown(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path, text: str, line: int, sentence: str
) -> None:
    own(tmp_path, "mine", text)
    themes.choose(places_in(tmp_path), "mine")
    found = themes.chosen(places_in(tmp_path))
    assert found.fault is not None
    assert found.fault.where.startswith(f"mine.toml:{line}")
    assert sentence in str(found.fault)
    async with facilitating(opened, agenda, clock, size=(160, 36), places=places_in(tmp_path)) as facilitator:
        assert facilitator.app.theme == "session-dark"
        await facilitator.sees("The theme was not taken: mine.toml:")
        await opens(facilitator)
        await facilitator.presses("end", "enter")
        assert isinstance(facilitator.app.screen, ThemeScreen)
        assert "▲" in facilitator.picture()


def test_the_configuration_takes_own_themes_and_refuses_names_that_are_none(program: Program, tmp_path: Path) -> None:
    (tmp_path / "config" / "themes").mkdir(parents=True)
    config = tmp_path / "config" / "session-tui.toml"
    config.write_text('schema = 1\ntheme = "mine"\n', encoding="utf-8")
    found = paths.find(tmp_path, {}, config=config)
    (fault,) = found.faults
    assert '"mine" is not one of session-dark' in fault.what and fault.where.startswith(f"{config}:2:9: theme")
    assert found.configuration.theme == ""
    own(tmp_path / "config", "mine", 'text = "#FFFFFF"\n')
    found = paths.find(tmp_path, {}, config=config)
    assert (found.faults, themes.chosen(found).name) == ((), "mine")
    assert program.run("validate", str(config)).status == 0
    assert program.run("validate", str(tmp_path / "config" / "themes" / "mine.toml")).status == 0
    own(tmp_path / "config", "mine", 'text = "white"\n')
    done = program.run("validate", str(tmp_path / "config" / "themes" / "mine.toml"))
    assert done.status == 1 and "mine.toml:1:8: text" in done.out + done.err


KEYS = st.sampled_from([*ThemeFile.__struct_fields__, "other"])


@given(st.dictionaries(KEYS, st.one_of(st.text(), st.integers())))
@examples(100)
def test_any_theme_file_is_a_theme_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, object]
) -> None:
    from session_tui.tui.themes import own_theme

    path = tmp_path_factory.mktemp("themes") / "any.toml"
    path.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in tables.items()), encoding="utf-8")
    found = themes.read(path)
    if found.fault is None:
        assert own_theme("any", found.file).name == "any"
    else:
        assert found.fault.where.startswith("any.toml") or found.fault.what


def test_the_names_of_the_type_are_the_names_of_the_program() -> None:
    default: Theme = themes.DEFAULT
    assert default in BUILT_IN_THEMES
