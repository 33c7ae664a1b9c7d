"""Textual's styles are parsed once in this process, not again for each screen that is opened.

Textual keeps what it parsed with each application; here those with the same variables share it.
"""

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

SOURCES = 1024  # that are kept for each set of variables; one application has about a hundred

ParsedRules = LRUCache[tuple, list[RuleSet]]  # type: ignore[type-arg]  # as Textual declares it

_parsed: dict[frozenset[tuple[str, str]], ParsedRules] = {}


def _shared(variables: dict[str, str]) -> ParsedRules:
    return _parsed.setdefault(frozenset(variables.items()), LRUCache(SOURCES))


def install() -> None:
    """Let all applications in this process share what is parsed."""
    begin, change = Stylesheet.__init__, Stylesheet.set_variables
    assert hasattr(Stylesheet(), "_parse_cache"), "Textual keeps parsed styles in another way now"

    def shared_from_the_beginning(self: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        begin(self, variables=variables)
        self._parse_cache = _shared(self._variables)

    def shared_after_a_change(self: Stylesheet, variables: dict[str, str]) -> None:
        self._parse_cache = LRUCache(1)  # it is cleared
        change(self, variables)
        self._parse_cache = _shared(variables)

    Stylesheet.__init__ = shared_from_the_beginning  # type: ignore[method-assign]
    Stylesheet.set_variables = shared_after_a_change  # type: ignore[method-assign]
