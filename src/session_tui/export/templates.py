"""Jinja templates of documents, in files beside this module. Every value becomes plain text."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from session_tui.model.sanitize import one_line, safe_text


def safe_line(text: str) -> str:
    """Return the text as one line without control characters and bidirectional formatting."""
    return " ".join(safe_text(one_line(text)).split())


def render_template(name: str, **values: object) -> str:
    """Render the template of this name with these values."""
    return _environment().get_template(name).render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("session_tui", "export"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_final,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _final(value: object) -> object:
    """Clean a value. Jinja calls it for every value, so that no template can forget to."""
    return safe_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value
