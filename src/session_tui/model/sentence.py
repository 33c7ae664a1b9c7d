"""The beginning of a sentence: messages are kept in small letters, because many of them stand
behind a place or a name.
"""

# The words with which messages begin. A message that begins with something else begins with a
# value: an id, a key or a typed name keeps its letters.
OPENINGS = frozenset({
    "a", "accounts", "an", "another", "beyond", "by", "cannot", "each", "evidence", "git's", "how",
    "importance", "in", "is", "it", "its", "line", "lists", "no", "nobody", "nothing", "of", "on", "one",
    "only", "open", "power", "somebody", "that", "the", "there", "these", "this", "too", "two",
    "until", "version", "what", "which", "who",
})  # fmt: skip


def sentence(words: str) -> str:
    """The words with a capital letter, unless they begin with a value."""
    first = words.split(maxsplit=1)[0].rstrip(",;:.?") if words[:1].islower() else ""
    return f"{words[0].upper()}{words[1:]}" if first in OPENINGS else words


def capital(words: str) -> str:
    """The words with a capital letter; they are our own, and begin with no value."""
    return f"{words[:1].upper()}{words[1:]}"
