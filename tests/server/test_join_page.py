"""Covers: session_tui.server.join_page in a real browser, by its keyboard.

A device is let in without a mouse and without a script, nothing is wider than a narrow window, and
the page stays whole at 200 %.
"""

from pathlib import Path

import httpx
import pytest

from browser_keys import Page, page
from session_tui.server.join_routes import GRANT
from team_server import TeamServer

pytestmark = pytest.mark.slow

FOCUSED = "document.activeElement.id || document.activeElement.value || document.activeElement.tagName"
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def begin(server: TeamServer) -> dict[str, str]:
    form = {"machine": "ben-laptop-with-a-name-that-does-not-end-at-once.example.com", "name": ""}
    found: dict[str, str] = httpx.post(f"{server.url}/api/v1/device", data=form).json()
    return found


def looks(browser: Page, server: TeamServer, code: str, credential: str) -> None:
    """Fill in the first form, by keys alone."""
    browser.opens(f"{server.url}/join")
    browser.waits_for(f"({FOCUSED}) === 'code'")
    browser.types(code)
    browser.presses("Tab")
    assert browser.says(FOCUSED) == "credential"
    browser.types(credential)
    browser.presses("Enter")
    browser.waits_for("document.querySelector('h1')?.innerText === 'Is this the computer?'")


def token(server: TeamServer, begun: dict[str, str]) -> httpx.Response:
    fields = {"grant_type": GRANT, "device_code": begun["device_code"]}
    return httpx.post(f"{server.url}/api/v1/token", data=fields)


def test_a_device_is_let_in_by_the_keyboard_alone(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server, page(tmp_path) as browser:
        invitation = server.run("invite", "Ben Okafor", "--role", "member").stdout.strip()
        administrator = server.token("Ana Ruiz", "administrator")
        for width, zoom in ((360, 1.0), (1200, 1.0), (640, 2.0)):
            size = {"width": width, "height": 600, "deviceScaleFactor": zoom, "mobile": False}
            browser.asks("Emulation.setDeviceMetricsOverride", **size)
            begun = begin(server)
            looks(browser, server, begun["user_code"], administrator)
            assert not browser.says(WIDER)
            browser.waits_for(f"({FOCUSED}) === 'name'")
            browser.types("Mei Tan")
            browser.presses("Tab", " ", "ArrowDown")  # the first role, then the one below it
            assert browser.says(FOCUSED) == "coach"
            browser.presses("Tab")
            assert browser.says("document.activeElement.innerText") == "Let it in"
            browser.presses("Enter")
            browser.waits_for("document.querySelector('h1')?.innerText === 'It has joined'")
            assert not browser.says(WIDER)
            assert token(server, begun).json()["role"] == "coach"
        begun = begin(server)
        looks(browser, server, begun["user_code"], invitation)
        browser.presses("Tab", "Tab")
        assert browser.says("document.activeElement.innerText") == "Refuse"
        browser.presses("Enter")
        browser.waits_for("document.querySelector('h1')?.innerText === 'Refused'")
        assert token(server, begun).json() == {"error": "access_denied"}
        assert browser.says("document.cookie") == ""


def test_a_page_of_another_site_sends_nothing(tmp_path: Path) -> None:
    with TeamServer(tmp_path / "data") as server, page(tmp_path) as browser:
        invitation = server.run("invite", "Ben Okafor", "--role", "member").stdout.strip()
        begun = begin(server)
        field = '<input name="{}" value="{}">'
        fields = field.format("code", begun["user_code"]) + field.format("credential", invitation)
        evil = tmp_path / "evil.html"
        evil.write_text(f'<form method="post" action="{server.url}/join">{fields}<button autofocus>Win</button></form>')
        browser.opens(evil.as_uri())
        browser.waits_for(f"({FOCUSED}) === 'BUTTON'")
        browser.presses("Enter")
        browser.waits_for("document.body.innerText.includes('was not sent by this page')")
