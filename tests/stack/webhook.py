"""A webhook on loopback that records posted messages."""

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from stack.loopback import LoopbackServer


class Webhook(LoopbackServer):
    """A context manager that serves the webhook. `posted` lists the messages in order."""

    def __init__(self, port: int) -> None:
        self.posted: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{port}/alerts"
        super().__init__(port, self._handler())

    def states_of(self, rule: str, subject: str) -> list[str]:
        """The states of one alert (raised, recovered) in the order of the posts."""
        told = [alert for message in self.posted for alert in message["alerts"]]
        return [alert["state"] for alert in told if (alert["rule"], alert["subject"]) == (rule, subject)]

    def _handler(hook) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler
