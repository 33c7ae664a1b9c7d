"""What is said where the computer's clock and the session's are not the same."""

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def duration(seconds: float) -> str:
    """About how long, in the largest unit of which there are at least two: `55 minutes`, `1 second`."""
    whole = max(1, round(abs(seconds)))
    size, name = next(((size, name) for size, name in _UNITS if whole >= 2 * size), _UNITS[-1])
    many = round(whole / size)
    return f"{many} {name}" if many == 1 else f"{many} {name}s"


def step_words(seconds: int) -> str:
    """The computer's clock was set forward by so many seconds, or back where they are negative."""
    way = "forward" if seconds > 0 else "back"
    return f"The computer's clock was set {way} by {duration(seconds)}; no second is lost."


def elsewhere_words(behind: float, *, known: bool) -> str:
    """The session was taken up where nothing but the computer's clock tells the time since it was left.

    `known`: that this is another boot, or another machine, is known; else it may be the same. `behind` is by how many
    seconds the computer's clock is behind the last recorded moment.
    """
    if behind >= 2:
        return f"This computer's clock is {duration(behind)} behind the session's, which goes on."
    which = "Restarted, or another computer: its" if known else "This computer's"
    return f"{which} clock tells how long the session was left."
