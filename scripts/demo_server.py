"""Start a team server with the sample sessions on it, as `make serve DEMO=1` does.

The arguments are those of `session-tui serve`. The sessions go to it as any client's do.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from session_tui.store import session_file

TOP = Path(__file__).resolve().parent.parent
PROGRAM = [sys.executable, "-m", "session_tui", "serve"]


def main(arguments: list[str]) -> int:
    """Start the server, give it the samples, say how to ask it, and wait for its end."""
    server = subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    line = server.stdout.readline().strip()
    if not line.startswith("listening on "):
        return server.wait()
    url = f"{line.removeprefix('listening on ')}/api/v1/sessions"
    data = arguments[arguments.index("--data") + 1]
    asked = [*PROGRAM, "token", "Ana Ruiz", "--role", "facilitator", "--label", "demo", "--data", data]
    token = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    headers = {"Authorization": f"Bearer {token}", "If-None-Match": "*", "Content-Type": "application/json"}
    with httpx.Client(headers=headers) as client:
        for path in sorted((TOP / "sessions").glob("*.toml")):
            session = session_file.fresh(session_file.read(path.read_bytes()).session)
            body = json.dumps({"schema": 1, "detail": "full", "session": session}, default=str)
            answer = client.put(f"{url}/{path.stem}", content=body)
            if answer.status_code not in (201, 412):  # 412: it is there since the last start
                print(f"{path.stem}: {answer.status_code} {answer.text}", file=sys.stderr)
    print(line)
    print(f"The sample sessions are on it. As a facilitator:\n\n    curl -H 'Authorization: Bearer {token}' {url}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        return server.wait()
    except KeyboardInterrupt:
        return server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
