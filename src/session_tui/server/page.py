"""A page of the server: a template beside this module, in which every value is harmless text.

It runs no script, loads nothing from elsewhere, sends its forms to this server alone, stands in no
frame, is not kept and not named to other servers: its address may be a secret.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from session_tui.model.sanitize import one_line, safe_text

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # "no-referrer" makes a form's Origin null
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Permissions-Policy": "",
}


def page(template: str, status: int, **values: object) -> Response:
    """The page made of a template with these values."""
    text = _environment().get_template(template).render(values)
    return Response(text, status, _HEADERS, "text/html; charset=utf-8")


def style(template: str) -> Response:
    """The style of a page."""
    text = _environment().get_template(template).render()
    return Response(text, 200, {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}, "text/css")


def is_own(request: Request) -> bool:
    """Whether a form was sent by a page of this server, as far as the browser says."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("session_tui.server"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_final,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _final(value: object) -> object:
    """Clean a value: Jinja calls it for every one, so that no template can forget to."""
    return safe_text(one_line(value)) if isinstance(value, str) and not isinstance(value, Markup) else value
