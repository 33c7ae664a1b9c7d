"""Our people's addresses: found by name, and taken in a stricter form than mail itself allows."""

import re
from collections.abc import Iterable, Mapping

from session_tui.model.configuration import Person
from session_tui.model.name_keys import name_key

_LONGEST_USERNAME = 64  # as mail has it
# Stricter than mail itself, which takes quotes, comments and encoded words where an address is meant.
_USERNAME = re.compile(r"[\w!#$%&'*+/=^`{|}~-]+(\.[\w!#$%&'*+/=^`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)


def book(people: Iterable[Person]) -> Mapping[str, Person]:
    """People by what their name is compared as; of two with one name the first."""
    return {name_key(person.name): person for person in reversed(tuple(people))}


def address(person: Person | None) -> str:
    """The person's address, or nothing where there is none, or none that a mail program would take."""
    username, _, domain = person.email.strip().rpartition("@") if person else ("", "", "")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        return ""
    fits = len(username) <= _LONGEST_USERNAME and _USERNAME.fullmatch(username) and _DOMAIN.fullmatch(domain)
    return f"{username}@{domain}" if fits else ""
