"""New ids for sessions: `DATE-ACCOUNTSLUG-XXXX`."""

import random
import re
import unicodedata
from datetime import date

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"  # Douglas Crockford's base 32: no i, l, o, u
LONGEST_SLUG = 40


def new_id(account: str, day: date, rng: random.Random) -> str:
    """Return an id for a session of this account that begins on this day."""
    return f"{day.isoformat()}-{slug(account)}-{''.join(rng.choices(CROCKFORD, k=4))}"


def slug(name: str, nothing: str = "account") -> str:
    """Return a name as ASCII letters, digits and hyphens, at most 40; `nothing` where none is
    left.

    Never a path: every other character becomes a hyphen.
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("Ø", "o"))
    plain = plain.replace("ł", "l").replace("Ł", "l").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or nothing
