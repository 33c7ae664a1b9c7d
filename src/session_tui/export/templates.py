"""The templates of documents, files beside this module: whatever is put into one is shown as text."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from session_tui.model.sanitize import one_line, safe_text


def safe_line(text: str) -> str:
    """A text as one line without anything that acts: no control characters, nothing that turns the order around."""
    return " ".join(safe_text(one_line(text)).split())


def render_template(name: str, **values: object) -> str:
    """The template of this name with these values in it."""
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
    """Asked for every value of a template: a template cannot forget to clean one."""
    return safe_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value
