"""Covers: session_tui.outbox.http.

Every behaviour of the network becomes a readable response in bounded time, and nothing is sent to
another address.
"""

import contextlib
import gzip
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from receiver import Handler, Receiver, free_port, hangs, plain_socket
from session_tui.outbox import http
from session_tui.outbox.http import Timeouts
from session_tui.outbox.request import Request
from session_tui.outbox.response import MOST_READ, Response

QUICK = Timeouts(connect=2, read=0.3, write=0.3, overall=3)
SECRET = "whsec_not-to-be-seen"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def push_service(url: str, body: bytes = b'{"type":"test"}', *headers: tuple[str, str]) -> Request:
    return Request("POST", url, (("Content-Type", "application/json"), ("Authorization", SECRET), *headers), body)


def answer_of(speaks: Callable[[Handler], object], timeouts: Timeouts = QUICK) -> Response:
    with Receiver(speaks) as receiver:
        return http.send(push_service(receiver.url), timeouts=timeouts)


# ---- what goes out, and what comes back ---------------------------------------------------------


def test_a_request_arrives_unchanged_and_nothing_is_added() -> None:
    with Receiver() as receiver:
        answer = http.send(push_service(receiver.url, "Größe".encode(), ("webhook-id", "msg_1")), timeouts=QUICK)
    assert (answer.status, answer.trouble) == (204, "")
    (came,) = receiver.requests
    assert (came.method, came.path, came.body) == ("POST", "/hook", "Größe".encode())
    assert set(came.headers) == {
        "host", "content-type", "authorization", "webhook-id", "user-agent", "accept-encoding", "connection",
        "content-length",
    }  # fmt: skip
    assert came.headers["accept-encoding"] == "identity"
    assert came.headers["user-agent"].startswith("session-tui/")


def test_an_answer_has_its_headers_by_lower_case_names_and_its_body() -> None:
    answer = answer_of(lambda handler: handler.says(412, {"ETag": '"v2"', "X-Twice": "a"}, b"no"))
    assert (answer.status, answer.header("etag"), answer.body) == (412, '"v2"', b"no")


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with Receiver() as other, Receiver(lambda handler: handler.says(307, {"Location": other.url})) as receiver:
        answer = http.send(push_service(receiver.url), timeouts=QUICK)
        assert (answer.status, answer.header("location")) == (307, other.url)
        assert other.requests == []
        assert len(receiver.requests) == 1


def test_of_two_gigabytes_one_megabyte_is_read_and_the_rest_is_left() -> None:
    sent = 0

    def floods(handler: Handler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.send_header("Content-Length", str(2 * 1024**3))
        handler.end_headers()
        while sent < 2 * 1024**3:
            sent += handler.connection.send(b"x" * 65536)

    began = time.monotonic()
    answer = answer_of(floods)
    assert (answer.status, len(answer.body)) == (200, MOST_READ)
    assert sent < 64 * 1024**2
    assert time.monotonic() - began < 2


def test_a_packed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(b"0" * 50_000_000, 1)
    answer = answer_of(lambda handler: handler.says(200, {"Content-Encoding": "gzip"}, bomb))
    assert (answer.status, answer.body) == (200, b"")


# ---- what goes wrong ----------------------------------------------------------------------------


def test_a_closed_port_is_reported() -> None:
    port = free_port()
    answer = http.send(push_service(f"http://127.0.0.1:{port}/secret-path"), timeouts=QUICK)
    assert answer == Response(0, f"127.0.0.1:{port} refuses the connection: nothing listens there")


def test_an_unknown_host_is_reported() -> None:
    answer = http.send(push_service("https://hooks.borealis.invalid/x"), timeouts=QUICK)
    assert answer.status == 0
    assert "no computer is known by the name of hooks.borealis.invalid" in answer.trouble


def test_a_receiver_that_hangs_is_let_go_of() -> None:
    with Receiver(hangs) as receiver:
        answer = http.send(push_service(receiver.url), timeouts=QUICK)
    assert answer.trouble == f"127.0.0.1:{receiver.port} took the message and did not answer for 0.3 seconds"


def test_a_receiver_that_does_not_take_the_message_is_let_go_of() -> None:
    with plain_socket(lambda _, over: over.wait(20)) as port:
        answer = http.send(push_service(f"http://127.0.0.1:{port}", b"x" * 16_000_000), timeouts=QUICK)
    assert answer.trouble == f"127.0.0.1:{port} did not take the message for 0.3 seconds"


def test_a_connection_that_is_reset_before_the_answer() -> None:
    answer = answer_of(lambda handler: handler.resets())
    assert answer.status == 0
    assert "broke off the connection before it answered" in answer.trouble


def test_a_connection_that_ends_in_the_middle_of_the_first_line() -> None:
    def half(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 20")
        handler.wfile.flush()
        handler.resets()

    answer = answer_of(half)
    assert answer.status == 0
    assert "broke off the connection before it answered" in answer.trouble


def test_a_status_that_came_stands_although_the_rest_was_lost() -> None:
    def half(handler: Handler) -> None:
        handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\nETag: "v1"\r\n\r\nhalf')
        handler.wfile.flush()
        handler.server.receiver.over.wait(0.05)
        handler.resets()

    answer = answer_of(half)
    assert (answer.status, answer.header("etag"), answer.trouble) == (200, '"v1"', "")


@pytest.mark.parametrize("tls", [False, True])
def test_an_answer_that_drips_ends_when_its_time_is_over(
    tls: bool, authority: trustme.CA, trusting: ssl.SSLContext
) -> None:
    """Each byte is within the time for a read; all of them together are not."""
    times = Timeouts(connect=2, read=1, write=1, overall=0.4)
    context = serving(authority.issue_cert("127.0.0.1")) if tls else None
    drip = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 4000
    began = time.monotonic()
    with Receiver(lambda handler: handler.drips(drip), context) as receiver:
        answer = http.send(push_service(receiver.url), timeouts=times, verify=trusting)
    assert answer == Response(0, f"127.0.0.1:{receiver.port} did not finish within 0.4 seconds")
    assert time.monotonic() - began < 2


def test_a_body_that_drips_ends_too_and_its_status_stands() -> None:
    times = Timeouts(connect=2, read=1, write=1, overall=0.4)
    began = time.monotonic()
    drip = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9000\r\n\r\n"

    def drips(handler: Handler) -> None:
        handler.wfile.write(drip)
        handler.drips(b"x" * 9000)

    answer = answer_of(drips, times)
    assert answer.status == 503
    assert time.monotonic() - began < 2


def test_what_is_no_http_is_said_to_be_none() -> None:
    def babbles(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(b"220 mail.example ESMTP\r\n\r\n")

    with plain_socket(babbles) as port:
        answer = http.send(push_service(f"http://127.0.0.1:{port}"), timeouts=QUICK)
    assert answer == Response(0, f"what 127.0.0.1:{port} answers is not HTTP")


def test_headers_without_an_end_are_let_go_of() -> None:
    def floods(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not over.is_set():
            connection.sendall(b"X: " + b"y" * 1000 + b"\r\n")

    with plain_socket(floods) as port:
        answer = http.send(push_service(f"http://127.0.0.1:{port}"), timeouts=QUICK)
    assert answer == Response(0, f"what 127.0.0.1:{port} answers is not HTTP")


# ---- TLS ----------------------------------------------------------------------------------------


def test_a_certificate_that_is_vouched_for_is_trusted(authority: trustme.CA, trusting: ssl.SSLContext) -> None:
    with Receiver(tls=serving(authority.issue_cert("127.0.0.1"))) as receiver:
        assert http.send(push_service(receiver.url), timeouts=QUICK, verify=trusting).status == 204


def test_the_systems_certificates_are_those_that_count(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver(tls=serving(authority.issue_cert("127.0.0.1"))) as receiver:
        answer = http.send(push_service(receiver.url), timeouts=QUICK)
        words = f"the certificate of 127.0.0.1:{receiver.port} is signed by nobody that this computer trusts"
        assert answer == Response(0, words)
        assert receiver.requests == []
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", os.fspath(tmp_path / "ca.pem"))
        assert http.send(push_service(receiver.url), timeouts=QUICK).status == 204


def test_a_certificate_of_another_host_is_refused(authority: trustme.CA, trusting: ssl.SSLContext) -> None:
    with Receiver(tls=serving(authority.issue_cert("hooks.borealis.example"))) as receiver:
        answer = http.send(push_service(receiver.url), timeouts=QUICK, verify=trusting)
    assert answer.trouble == f"the certificate that 127.0.0.1:{receiver.port} shows is for another host"
    assert receiver.requests == []


def test_a_certificate_that_has_expired_is_refused(authority: trustme.CA, trusting: ssl.SSLContext) -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    old = authority.issue_cert("127.0.0.1", not_before=past, not_after=past + timedelta(days=30))
    with Receiver(tls=serving(old)) as receiver:
        answer = http.send(push_service(receiver.url), timeouts=QUICK, verify=trusting)
    assert answer.trouble == f"the certificate of 127.0.0.1:{receiver.port} has expired"
    assert receiver.requests == []


def test_a_receiver_that_speaks_no_tls() -> None:
    with Receiver() as receiver:
        answer = http.send(push_service(receiver.url.replace("http:", "https:")), timeouts=QUICK)
    assert answer == Response(0, f"127.0.0.1:{receiver.port} does not speak TLS as https needs it")


def test_a_receiver_that_breaks_tls_off(trusting: ssl.SSLContext) -> None:
    def breaks(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(b"\x16\x03\x03\x00\x7a\x02")

    with plain_socket(breaks) as port:
        answer = http.send(push_service(f"https://127.0.0.1:{port}"), timeouts=QUICK, verify=trusting)
    assert answer.status == 0
    assert "does not speak TLS" in answer.trouble or "broke off" in answer.trouble


def test_a_receiver_that_never_finishes_the_handshake(trusting: ssl.SSLContext) -> None:
    with plain_socket(lambda _, over: over.wait(20)) as port:
        times = Timeouts(connect=0.3, read=0.3, write=0.3, overall=3)
        answer = http.send(push_service(f"https://127.0.0.1:{port}"), timeouts=times, verify=trusting)
    assert answer == Response(0, f"127.0.0.1:{port} could not be reached within 0.3 seconds")


# ---- where nothing is sent ----------------------------------------------------------------------

NOWHERE = [
    ("http://hooks.borealis.example/x", "hooks.borealis.example is another computer, and its address must begin with"),
    ("http://127.0.0.1.borealis.example/", "is another computer"),
    ("http://2130706433/", "is another computer"),
    ("http://127.1/", "is another computer"),
    ("http://localhost.example:80/", "is another computer"),
    ("https://ana:secret@hooks.borealis.example/", "the address has a name or password in it"),
    ("http://secret@127.0.0.1/", "the address has a name or password in it"),
    ("ftp://127.0.0.1/", "the address is not an https:// URL"),
    ("file:///etc/passwd", "the address is not an https:// URL"),
    ("hooks.borealis.example", "the address is not an https:// URL"),
    ("https://", "the address is not an https:// URL"),
    ("", "the address is not an https:// URL"),
    ("https://127.0.0.1:99999/", "the address is not a URL"),
    ("https://127.0.0.1:0/", "the address is not a URL"),
    ("https://127.0.0.1:x/", "the address is not a URL"),
    ("https://hooks.borealis.example\\@127.0.0.1/", "a character that must not stand in one"),
    ("https://hooks.borealis.example/\r\nX: y", "a character that must not stand in one"),
    ("https://hooks.bоrealis.example/", "a character that must not stand in one"),
]


@pytest.mark.parametrize(("url", "words"), NOWHERE, ids=[url for url, _ in NOWHERE])
def test_nothing_is_sent_to_an_address_that_is_not_safe(url: str, words: str) -> None:
    answer = http.send(push_service(url), timeouts=QUICK)
    assert answer.status == 0
    assert words in answer.trouble
    assert "secret" not in answer.trouble.replace("a secret belongs", "")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "::1", "[::1]"])
def test_loopback_is_this_computer(host: str) -> None:
    assert http.is_loopback(host)


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-A", "a\r\nX-B: b"), ("X-A", "a\nb"), ("X-A", "a\0"), ("X-A", "ž"), ("X A", "a"), ("X-A:", "a"), ("", "a"),
     ("Host", "hooks.borealis.example"), ("Content-Length", "1"), ("transfer-encoding", "chunked")],
)  # fmt: skip
def test_a_header_cannot_smuggle_another(name: str, value: str) -> None:
    with Receiver() as receiver:
        answer = http.send(push_service(receiver.url, b"", (name, value)), timeouts=QUICK)
    assert answer.status == 0
    assert answer.trouble.startswith(("a header has a name", "the header X-A holds"))
    assert receiver.requests == []


def test_no_word_of_trouble_holds_the_path_or_a_header() -> None:
    answer = http.send(push_service(f"http://127.0.0.1:{free_port()}/services/T0/{SECRET}"), timeouts=QUICK)
    assert answer.trouble
    assert SECRET not in answer.trouble
    assert "services" not in answer.trouble


# ---- proxies ------------------------------------------------------------------------------------


def test_a_proxy_of_the_environment_is_used_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def refuses(connection: socket.socket, _: threading.Event) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with plain_socket(refuses) as port:
        monkeypatch.setenv("https_proxy", f"http://ana:{SECRET}@127.0.0.1:{port}")
        answer = http.send(push_service("https://hooks.borealis.example/path"), timeouts=QUICK)
    assert answer.trouble.startswith(f"the proxy 127.0.0.1:{port} does not let it through: 407")
    assert SECRET not in answer.trouble
    assert asked[0].startswith(b"CONNECT hooks.borealis.example:443 ")
    assert SECRET.encode() not in asked[0]
    assert b"/path" not in asked[0]


def test_a_missing_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
    answer = http.send(push_service("https://hooks.borealis.example/path"), timeouts=QUICK)
    assert answer.trouble == f"the proxy 127.0.0.1:{port} refuses the connection: nothing listens there"


@pytest.mark.parametrize("value", ["socks5://127.0.0.1:1", "gopher://127.0.0.1:1", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("all_proxy", value)
    answer = http.send(push_service("https://hooks.borealis.example/path"), timeouts=QUICK)
    assert "the proxy that the environment names cannot be used" in answer.trouble


def test_nothing_for_this_computer_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver() as proxy, Receiver() as receiver:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("all_proxy", proxy.url)
        assert http.send(push_service(receiver.url), timeouts=QUICK).status == 204
        assert proxy.requests == []


@pytest.mark.parametrize(
    "listed", ["fe80::/10", "[::1]", "[fe80::]/10", "fd00::/8,10.0.0.0/8", "2001:db8::/32, ,::/x", "http://[x", ":"]
)
def test_no_entry_of_no_proxy_stops_a_message(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    port = free_port()
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{port}")
    monkeypatch.setenv("no_proxy", listed)
    answer = http.send(push_service("https://hooks.borealis.example/path"), timeouts=QUICK)
    assert answer.trouble == f"the proxy 127.0.0.1:{port} refuses the connection: nothing listens there"


@pytest.mark.parametrize(
    ("listed", "url", "direct"),
    [
        ("*", "https://a.example", True),
        ("a.example", "https://a.example", True),
        ("a.example", "https://x.A.example.", True),
        ("a.example", "https://ba.example", False),
        (".a.example", "https://x.a.example", True),
        ("*.a.example", "https://x.a.example", True),
        (".a.example", "https://a.example", False),
        ("a.example:443", "https://a.example", True),
        ("a.example:8443", "https://a.example", False),
        ("https://a.example", "https://a.example", True),
        ("http://a.example", "https://a.example", False),
        ("fe80::/10", "https://[fe80::1]", True),
        ("[fe80::]/10", "https://[fe80::1]:8443", True),
        ("fe80::/10", "https://[2001:db8::1]", False),
        ("[2001:db8::1]:443", "https://[2001:db8::1]", True),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://a.example", False),
        ("b.example, a.example", "https://a.example", True),
        ("", "https://a.example", False),
    ],
)
def test_no_proxy_names_hosts_addresses_and_ranges(listed: str, url: str, *, direct: bool) -> None:
    asked = urlsplit(url)
    found = http.proxy_of(asked.scheme, asked.hostname or "", asked.port, {"https": "http://proxy:3128", "no": listed})
    assert found == (None if direct else "http://proxy:3128")


def test_no_password_is_taken_from_a_netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login ana password {SECRET}\n", encoding="utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    monkeypatch.setenv("NETRC", os.fspath(tmp_path / ".netrc"))
    with Receiver() as receiver:
        http.send(Request("POST", receiver.url), timeouts=QUICK)
    assert "authorization" not in receiver.requests[0].headers


class _Counting(ThreadingHTTPServer):
    """Counts connections; answers every request with 200."""

    connections = 0

    def get_request(self) -> tuple[Any, Any]:
        self.connections += 1
        return super().get_request()


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"answer")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
        """Nothing is printed."""


def test_a_channel_keeps_its_connection_and_opens_another_where_the_server_closed_it() -> None:
    with _Counting(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        request = Request("GET", f"http://127.0.0.1:{server.server_address[1]}/x")
        with contextlib.closing(http.Channel()) as channel:
            assert [channel.send(request).body for _ in range(20)] == [b"answer"] * 20
            assert server.connections == 1
            assert channel.send(request, most=3).body == b"ans"
            assert channel.send(request).body == b"answer"
        assert http.send(request).body == b"answer"
        server.shutdown()
        thread.join()


def test_a_channel_that_is_cut_ends_its_request_and_sends_no_other() -> None:
    with Receiver(hangs) as receiver, contextlib.closing(http.Channel()) as channel:
        request = Request("GET", f"http://127.0.0.1:{receiver.port}/x")
        timer = threading.Timer(0.2, channel.cut)
        timer.start()
        begun = time.monotonic()
        assert channel.send(request).trouble == "it was stopped before the answer came"
        assert time.monotonic() - begun < 5
        assert channel.send(request).status == 0
        assert len(receiver.requests) == 1
        timer.join()
