"""Regular expressions that are compiled at their first use.

To compile one takes from 0.05 to 4 ms, and a command uses few of those that its modules have.
"""

import re
from typing import Any, AnyStr, cast


def lazy_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern with the methods of a compiled one. A faulty one raises `re.error` at its first
    use only.
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))


class _LazyPattern:
    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        # While it is copied or unpickled it has no pattern yet, and is asked for `__setstate__`.
        if name == "pattern" or name.startswith("_"):
            raise AttributeError(name)
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)  # the next use finds it without this method
        return found
