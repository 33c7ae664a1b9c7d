"""New ids for sessions: `DATE-ACCOUNTSLUG-XXXX`."""

import random
import re
import unicodedata
from datetime import date

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"  # Douglas Crockford's base 32: no i, l, o, u
LONGEST_SLUG = 40


def new_id(account: str, day: date, rng: random.Random) -> str:
    """An id for a session of this account that begins on this day."""
    return f"{day.isoformat()}-{slug(account)}-{''.join(rng.choices(CROCKFORD, k=4))}"


def slug(name: str, nothing: str = "account") -> str:
    """A name as letters, digits and hyphens, at most 40; `nothing` where nothing is left.

    Never a path: whatever is no letter or digit becomes a hyphen.
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("Ø", "o"))
    plain = plain.replace("ł", "l").replace("Ł", "l").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or nothing
