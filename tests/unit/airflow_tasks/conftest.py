"""A mail server behind Airflow's SMTP connection."""

import email
import json
import socketserver
import threading

import pytest


class MailServer(socketserver.StreamRequestHandler):
    """The part of SMTP that is needed to receive a mail; `mails` has the received ones with their recipients."""

    mails: list = []  # noqa: RUF012 emptied by the fixture

    def handle(self):
        receivers = []
        self.say("220 mail.test")
        while line := self.rfile.readline().decode().strip():
            command = line.upper()
            if command.startswith("RCPT TO:"):
                receivers.append(line[8:].strip("<> "))
            if command == "DATA":
                self.say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.mails.append((receivers, email.message_from_bytes(body)))
            if command == "QUIT":
                return self.say("221 bye")
            self.say("250 fine")
        return None

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def mails(monkeypatch):
    """The mails received by the server of Airflow's connection `smtp_default`."""
    MailServer.mails.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        extra = {"from_email": "desk@example.org", "disable_tls": True, "disable_ssl": True}
        connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": server.server_address[1], "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection))
        yield MailServer.mails
        server.shutdown()
