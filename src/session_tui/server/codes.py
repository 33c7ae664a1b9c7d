"""Codes that people read, type and say: of letters and digits that are not taken for one another.

A device's code has 8 (32^8 values, valid for ten minutes, ten tries an address); an invitation has
25, which is 125 bits.
"""

import hashlib
import hmac
from random import Random

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U
_TAKEN_FOR = str.maketrans("ILO", "110")
_CODE, _CODE_GROUP = 8, 4
_INVITATION, _INVITATION_GROUP = 25, 5
_DEVICE_BYTES = 32
_TOKEN = b"session-tui token"


def new_code(rng: Random) -> str:
    """A code for a device: `7Q2K-M9XD`."""
    return _grouped(rng, _CODE, _CODE_GROUP)


def new_invitation(rng: Random) -> str:
    """An invitation: five groups of five."""
    return _grouped(rng, _INVITATION, _INVITATION_GROUP)


def new_device(rng: Random) -> str:
    """What a device alone knows: 256 bits of chance."""
    return f"{rng.getrandbits(8 * _DEVICE_BYTES):0{2 * _DEVICE_BYTES}x}"


def new_id(kind: str, rng: Random) -> str:
    """An id that is no secret: `i_…` of an invitation, `d_…` of a device, `t_…`, `p_…`."""
    return f"{kind}_{rng.getrandbits(64):016x}"


def plain(typed: str) -> str:
    """A typed code without signs and case; empty where it has a letter that no code has."""
    text = "".join(each for each in typed.upper() if each.isalnum()).translate(_TAKEN_FOR)
    return text if set(text) <= set(_LETTERS) else ""


def code_hash(typed: str) -> str:
    """What is kept of a code, however it was typed."""
    return hashlib.sha256(plain(typed).encode()).hexdigest()


def token_of(device: str) -> str:
    """The token of the device that knows this. It is computed from what the device alone holds, so
    that an answer that was lost can be given again, though the server keeps hashes only.
    """
    return f"stt_{hmac.new(device.encode(), _TOKEN, hashlib.sha256).hexdigest()}"


def _grouped(rng: Random, letters: int, group: int) -> str:
    text = "".join(rng.choice(_LETTERS) for _ in range(letters))
    return "-".join(text[start : start + group] for start in range(0, letters, group))
