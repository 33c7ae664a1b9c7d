"""What an endpoint is asked, and what came back: values, before and after the one module that opens connections."""

from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

MOST_READ = 1024 * 1024  # bytes of an answer; what is beyond is not read


class Request(Struct, frozen=True):
    """One HTTP request, whole: nothing is added on the way but what HTTP needs. Secrets may stand in its headers."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __repr__(self) -> str:
        """Without path and headers, which may hold secrets: it may come to stand in a log or a traceback."""
        return f"Request({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What Rich and Textual print of it: left to itself, every field."""
        return [("method", self.method), ("host", urlsplit(self.url).netloc), ("bytes", len(self.body))]


class Answer(Struct, frozen=True):
    """What came back. `status` 0: no answer came, and `trouble` says why, in words for people.

    `headers` have lower-case names; `body` is at most `MOST_READ` bytes, and is untrusted text.
    """

    status: int
    trouble: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The value of a header by its lower-case name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")


def scrubbed(request: Request, answer: Answer) -> Answer:
    """The answer without the token that was asked with, should the receiver repeat it: a reason stands in a file."""
    for name, value in request.headers:
        if name.lower() == "authorization" and (token := value.rpartition(" ")[2]):
            headers = tuple((key, each.replace(token, "…")) for key, each in answer.headers)
            return Answer(answer.status, answer.trouble, headers, answer.body.replace(token.encode(), "…".encode()))
    return answer
