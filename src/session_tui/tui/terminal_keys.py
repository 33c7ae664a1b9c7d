"""Turns the pieces of the terminal's input into messages: keys, pastes, mouse, focus.

The names of keys and of the old sequences come from the framework's tables. Keys of kitty's
protocol are read here, because Textual 8.2.8 cannot read one that carries the letter of another
keyboard layout.
"""

from collections.abc import Iterator

from textual import constants, events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import IS_ITERM, SPECIAL_KEY_TO_CHARACTER, XTermParser
from textual.keys import Keys, _character_to_key
from textual.message import Message

from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import typed
from session_tui.tui.terminal_input import InputPiece, TerminalInput

_SEQUENCE = lazy_pattern(r"\x1b\[([<=>?]?)([0-9:;]*)([ -/]*)([@-~])")
_SS3_MODIFIED = lazy_pattern(r"\x1bO([0-9]{1,3})([A-S])")
_MOUSE = lazy_pattern(r"\x1b\[<[0-9]{1,4};-?[0-9]{1,5};-?[0-9]{1,5}[Mm]")
_RESIZED = lazy_pattern(r"\x1b\[48((?:;[0-9]{1,5}(?::[0-9:]*)?){4})t")
_MODE = lazy_pattern(r"\x1b\[\?([0-9]{1,5});([0-9]{1,5})\$y")

SHIFT, ALT, CTRL = 1, 2, 4
_MODIFIERS = ("shift", "alt", "ctrl", "super", "hyper", "meta")  # in the order of their bits; higher bits are locks
_TEXT_MODIFIERS = SHIFT | ALT  # with these a key still gives a text: alt is AltGr, or the option key of a Mac
_LOCKS = {"caps_lock", "scroll_lock", "num_lock"}
_PRIVATE = range(57344, 63744)  # kitty's numbers for keys without a letter

# Keys that shift or ctrl do not change: terminals without the protocol send the plain key.
_SAME = {
    **{f"{held}+enter": "enter" for held in ("shift", "ctrl", "ctrl+shift")},
    **{f"shift+{key}": key for key in ("backspace", "delete", "escape")},
}


class BytesLost(Message):
    """Some typed or pasted bytes were not UTF-8 text, and are left out."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


class KeyReader:
    """Takes bytes, returns the framework's messages; `deadline` and `tick` are those of
    `TerminalInput`.
    """

    def __init__(self) -> None:
        self.input = TerminalInput()
        self._names = XTermParser()

    @property
    def deadline(self) -> float | None:
        """The time at which `tick` is due, or None."""
        return self.input.deadline

    def feed(self, data: bytes, now: float) -> list[Message]:
        """Add bytes. Returns the messages that are complete."""
        return [message for piece in self.input.feed(data, now) for message in self._messages(piece)]

    def tick(self, now: float) -> list[Message]:
        """The messages of held bytes whose time is over."""
        return [message for piece in self.input.tick(now) for message in self._messages(piece)]

    def _messages(self, piece: InputPiece) -> Iterator[Message]:
        match piece.kind:
            case "text":
                yield from self._text(piece.text)
            case "alt":
                yield from self._alt(piece.text)
            case "escape":
                yield events.Key("escape", "\x1b")
            case "paste":
                yield events.Paste(piece.text)
            case "lost":
                yield BytesLost(len(piece.text))
            case "sequence":
                yield from self._sequence(piece.text)

    def _text(self, text: str) -> Iterator[Message]:
        for letter in text:
            if _is_key(letter):
                yield from self._names._sequence_to_key_events(letter)
            elif _is_text(letter):
                # A joiner, a wide space, a character newer than Python's table: text, but no key
                # of the framework.
                yield events.Paste(letter)

    def _alt(self, letter: str) -> Iterator[Message]:
        if (names := ANSI_SEQUENCES_KEYS.get(f"\x1b{letter}")) is not None:
            yield from self._named(names)
        elif letter == "[":  # no text: it may be the beginning of an arrow key whose end arrives very late
            yield events.Key("alt+left_square_bracket", None)
        elif _is_key(letter):
            yield from self._names._sequence_to_key_events(letter, alt=True)

    def _sequence(self, sequence: str) -> Iterator[Message]:
        if sequence == "\x1b[I":
            yield events.AppFocus()
        elif sequence == "\x1b[O":
            yield events.AppBlur()
        elif matched := _SEQUENCE.fullmatch(sequence):
            mark, fields, between, final = matched.groups()
            if mark or between or (fields and final in "tcnxyq") or (final == "R" and ";" in fields):
                yield from self._report(sequence, mark, fields, final)
            elif final != "M":
                yield from self._key(sequence, fields, final)
        elif matched := _SS3_MODIFIED.fullmatch(sequence):
            yield from self._key(sequence, f"1;{matched[1]}", matched[2])
        elif (names := ANSI_SEQUENCES_KEYS.get(sequence)) is not None:
            yield from self._named(names)
        elif sequence[1:2] == "O":
            yield from self._alt("O")
            yield from self._text(sequence[2:])

    def _report(self, sequence: str, mark: str, fields: str, final: str) -> Iterator[Message]:
        """The mouse, and answers of the terminal; answers that are not needed are dropped."""
        if _MOUSE.fullmatch(sequence):
            if (moved := self._names.parse_mouse_code(sequence)) is not None:
                yield moved
        elif matched := _RESIZED.fullmatch(sequence):
            height, width, pixel_height, pixel_width = (int(each.split(":")[0]) for each in matched[1][1:].split(";"))
            resized = events.Resize.from_dimensions((width, height), (pixel_width, pixel_height))
            self._names.terminal_size, self._names.terminal_pixel_size = resized.size, resized.pixel_size
            self._names.mouse_pixels = True
            yield resized
        elif matched := _MODE.fullmatch(sequence):
            mode, setting = matched[1], int(matched[2])
            if mode == "2026" and setting > 0:
                yield messages.TerminalSupportsSynchronizedOutput()
            elif mode == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
                yield messages.InBandWindowResize.from_setting_parameter(setting)
        elif mark == "?" and final == "u" and fields.isdecimal():
            self.input.only_sequences = bool(int(fields[:4]) & 1)

    def _key(self, sequence: str, fields: str, final: str) -> Iterator[Message]:
        key = _kitty_key(fields, final)
        if isinstance(key, str):
            yield from self._text(key)
        elif key is not None:
            yield key
        elif final != "u":
            yield from self._named(ANSI_SEQUENCES_KEYS.get(sequence))

    def _named(self, names: object) -> Iterator[Message]:
        """The keys of a sequence in the framework's table."""
        if isinstance(names, tuple):
            for each in names:
                if each is not Keys.Ignore:
                    name = _SAME.get(each.value, each.value)
                    yield events.Key(name, SPECIAL_KEY_TO_CHARACTER.get(name))
        elif isinstance(names, str):
            yield from self._text(names)


def _is_key(letter: str) -> bool:
    return letter.isprintable() or letter < " " or letter == "\x7f"


def _is_text(letter: str) -> bool:
    return letter > "\x9f" and typed(letter) == letter


def _kitty_key(fields: str, final: str) -> events.Key | str | None:
    """The key, or its text, of `CSI code:shifted:base;modifiers:event;text final`; None if it is
    neither.
    """
    code, held, text = [*(_numbers(each) for each in fields.split(";")), [], [], []][:3]
    if final == "~" and code[:1] == [27] and text[:1]:  # xterm's own form of the same key
        code, text, final = text, [], "u"
    if held[1:2] == [3]:  # a key release
        return None
    bits = (held[0] - 1 if held and held[0] else 0) & 0b111111
    number = code[0] if code and code[0] is not None else 1
    name = FUNCTIONAL_KEYS.get(f"{number}{final}", "")
    if name in MODIFIER_FUNCTIONAL_KEYS or name in _LOCKS:
        return None
    given = "".join(chr(each) for each in text if each)
    if given and not bits & ~_TEXT_MODIFIERS:
        return "".join(letter for letter in given if letter.isprintable() or _is_text(letter))
    if not name and (final != "u" or number in _PRIVATE):
        return None
    if not name:
        letter = _letter(code, bits)
        if not letter:
            return None
        if not bits & ~SHIFT:
            return letter
        name = _character_to_key(letter)
    tokens = sorted(word for at, word in enumerate(_MODIFIERS) if bits >> at & 1)
    name = "+".join((*tokens, name))
    name = _SAME.get(name, name)
    return events.Key(name, SPECIAL_KEY_TO_CHARACTER.get(name))


def _letter(code: list[int | None], bits: int) -> str:
    """The letter of a key; with ctrl or alt that of the first layout, if the current layout has no
    ASCII letter here.
    """
    number, shifted, base = [*code, None, None, None][:3]
    if bits & ~SHIFT:
        if number is not None and number > 127 and base is not None and base < 128:
            number = base
    elif bits & SHIFT:
        number = shifted if shifted is not None else ord(chr(number or 0).upper()[:1])
    letter = chr(number or 0)
    return letter if letter.isprintable() else ""


def _numbers(field: str) -> list[int | None]:
    """The numbers between colons; None for one that is missing or is not a character's code."""
    numbers: list[int | None] = []
    for each in field.split(":"):
        number = int(each) if each.isdecimal() and len(each) < 8 else None
        valid = number is not None and number < 0x110000 and not 0xD800 <= number < 0xE000
        numbers.append(number if valid else None)
    return numbers
