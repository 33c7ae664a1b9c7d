"""Splits the bytes from a terminal into whole pieces: text, sequences, pastes. How the bytes
arrive does not matter.

Each call is given the time, in seconds. `terminal_keys` gives the pieces their meaning.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterator
from typing import Literal, NamedTuple

from session_tui.model.patterns import lazy_pattern

ESCAPE_WAIT = 0.3  # seconds to wait for the rest of a sequence after a bare ESC, which may be the escape key
LETTER_WAIT = 0.05  # after so many seconds a letter behind a bare ESC is a key of its own, not alt+letter
LONGEST = 65_536  # bytes of one sequence or answer; longer input is neither

PASTE_BEGINS, PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"

# The console's function keys, the old mouse, rxvt's keys with shift; all others.
_CSI = lazy_pattern(rb"\x1b\[(?:\[.|M.{3}|[0-9]+\$|(?![\[M])[0-?]*[ -/]*[@-~])", re.DOTALL)
_CSI_OPEN = lazy_pattern(rb"\x1b\[(?:\[|M.{0,2}|[0-?]*[ -/]*)\Z", re.DOTALL)
_SS3 = lazy_pattern(rb"\x1bO[0-9;]*[A-Za-z]")
_SS3_OPEN = lazy_pattern(rb"\x1bO[0-9;]*\Z")
# An answer of the terminal (OSC, DCS, APC, PM, SOS) up to BEL or ESC \. It contains no other
# control character.
_STRING = lazy_pattern(rb"\x1b[]P_^X][^\x00-\x1f]*(?:\x07|\x1b\\)")
_STRING_OPEN = lazy_pattern(rb"\x1b[]P_^X][^\x00-\x1f]*\x1b?\Z")
_OF_A_SEQUENCE, _OF_A_STRING = lazy_pattern(rb"[ -~]*"), lazy_pattern(rb"[^\x00-\x1f]*")
# The beginnings of answers. Anything else behind a bare ESC is typing.
_ANSWER_BEGINS = lazy_pattern(rb"\x1b(?:\][0-9lL]|P[0-9>!|$+=?]|_G)")
_INTRODUCERS = b"[O]P_^X"


class InputPiece(NamedTuple):
    """One of: `text` (characters), `alt` (a character with alt), `escape`, `sequence` (CSI or
    SS3), `paste`, `lost` (as many bytes as `text` is long were not UTF-8). Answers in strings are
    dropped: the program requests none.
    """

    kind: Literal["text", "alt", "escape", "sequence", "paste", "lost"]
    text: str = ""


class TerminalInput:
    """Takes bytes, returns pieces, keeps an unfinished piece. `only_sequences` is true once the
    terminal reports every key as a sequence.
    """

    def __init__(self) -> None:
        self.only_sequences = False
        self._held = b""  # an unfinished sequence; it begins with ESC
        self._paste: bytearray | None = None
        self._received_at = 0.0  # the time of the last byte of it
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")

    @property
    def deadline(self) -> float | None:
        """The time at which `tick` is due, when the held bytes become a key of their own; None if
        no bytes are held.
        """
        open_ended = len(self._held) == 1 or (len(self._held) == 2 and self._held[1] in _INTRODUCERS)
        return self._received_at + ESCAPE_WAIT if open_ended and not self.only_sequences else None

    def tick(self, now: float) -> list[InputPiece]:
        """The pieces of held bytes whose time is over: a held ESC was the escape key, ESC [ was
        alt+[.
        """
        if self.deadline is None or now < self.deadline:
            return []
        held, self._held = self._held, b""
        return [InputPiece("escape") if len(held) == 1 else InputPiece("alt", held[1:].decode())]

    def feed(self, data: bytes, now: float) -> list[InputPiece]:
        """Add bytes. Returns the pieces that are complete."""
        pieces: list[InputPiece] = []
        late = self._held == b"\x1b" and not self.only_sequences and now - self._received_at > LETTER_WAIT
        if late and data and data[0] not in _INTRODUCERS:
            self._held = b""
            pieces.append(InputPiece("escape"))
        data, self._held, self._received_at = self._held + data, b"", now
        pieces += self._pieces(data)
        return pieces

    def _pieces(self, data: bytes) -> Iterator[InputPiece]:
        at = 0
        while at < len(data):
            if self._paste is not None:
                at = yield from self._pasted(data, at)
            elif data[at] != 0x1B:
                end = data.find(b"\x1b", at)
                whole = end >= 0
                end = end if whole else len(data)
                yield from self._text(self._decoder.decode(data[at:end], final=whole))
                at = end
            else:
                yield from self._text(self._decoder.decode(b"", final=True))
                after, piece = self._sequence(data, at)
                if after is None:
                    self._held = data[at:]
                    return
                if piece == InputPiece("sequence", PASTE_BEGINS.decode()):
                    self._paste = bytearray()
                elif piece is not None and piece != InputPiece("sequence", PASTE_ENDS.decode()):
                    yield piece
                at = after

    def _text(self, text: str) -> Iterator[InputPiece]:
        known, lost = _known(text)
        if known:
            yield InputPiece("text", known)
        if lost:
            yield InputPiece("lost", lost)

    def _pasted(self, data: bytes, at: int) -> Generator[InputPiece, None, int]:
        """Take the bytes that belong to the paste. Returns the position behind them."""
        assert self._paste is not None
        before = len(self._paste)
        self._paste += data[at:]
        end = self._paste.find(PASTE_ENDS, max(0, before - len(PASTE_ENDS)))
        if end < 0:
            return len(data)
        known, lost = _known(self._paste[:end].decode("utf-8", "surrogateescape"))
        self._paste = None
        if known:
            yield InputPiece("paste", known.replace("\x00", ""))
        if lost:
            yield InputPiece("lost", lost)
        return at + end + len(PASTE_ENDS) - before

    def _sequence(self, data: bytes, at: int) -> tuple[int | None, InputPiece | None]:
        """The end of the sequence that begins at `at`, and its piece; None for the end if it is
        incomplete.
        """
        second = data[at + 1 : at + 2]
        if not second:
            return None, None
        if second == b"\x1b":  # the first one was a key of its own
            return at + 1, None if self.only_sequences else InputPiece("escape")
        if second not in (b"[", b"O") and not self._string(data, at):
            return self._alt(data, at)
        whole, begun = {b"[": (_CSI, _CSI_OPEN), b"O": (_SS3, _SS3_OPEN)}.get(second, (_STRING, _STRING_OPEN))
        if matched := whole.match(data, at):
            piece = InputPiece("sequence", matched[0].decode("latin-1")) if whole is not _STRING else None
            return matched.end(), piece
        if begun.match(data, at) and len(data) - at < LONGEST:
            return None, None
        return self._broken_off(data, at)

    def _string(self, data: bytes, at: int) -> bool:
        """Whether an answer of the terminal begins at `at`: alt+] and alt+P begin in the
        same way.
        """
        if data[at + 1] not in b"]P_^X":
            return False
        return self.only_sequences or len(data) == at + 2 or _ANSWER_BEGINS.match(data, at) is not None

    def _alt(self, data: bytes, at: int) -> tuple[int | None, InputPiece | None]:
        lead = data[at + 1]
        size = 1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        letter = data[at + 1 : at + 1 + size]
        try:
            text = getincrementaldecoder("utf-8")().decode(letter)
        except UnicodeDecodeError:
            return at + 2, InputPiece("lost", "?")
        return (at + 1 + size, InputPiece("alt", text)) if text else (None, None)

    def _broken_off(self, data: bytes, at: int) -> tuple[int, InputPiece | None]:
        """Drop the beginning of an invalid sequence; alt+[ and alt+O are keys."""
        introducer = data[at + 1]
        if introducer == 0x4F:
            return at + 2, InputPiece("alt", "O")
        rest = _OF_A_SEQUENCE if introducer == 0x5B else _OF_A_STRING
        matched = rest.match(data, at + 2)
        end = min(matched.end(), at + LONGEST) if matched else at + 2
        alone = end == at + 2 and not self.only_sequences
        return end, InputPiece("alt", chr(introducer)) if alone else None


def _known(text: str) -> tuple[str, str]:
    """The text without undecodable bytes, and a `?` for each of them."""
    if text.isascii():
        return text, ""
    known = "".join(letter for letter in text if not "\udc80" <= letter <= "\udcff")
    return known, "?" * (len(text) - len(known))
