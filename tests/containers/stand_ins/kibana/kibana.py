#!/usr/bin/python3
"""The routes of Kibana that newsdesk uses, with objects in memory.

Like Kibana it needs Elasticsearch and the password of `kibana_system`, and passes each caller's login on to Elasticsearch.
"""

import json
import os
import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ELASTICSEARCH = "https://elasticsearch:9200"
TRUST = ssl.create_default_context(cafile="/authority/ca.crt")
SYSTEM = "Basic " + b64encode(f"kibana_system:{os.environ['ELASTIC_KIBANA_PASSWORD']}".encode()).decode()

dashboards = {}


def may_enter(authorization):
    request = urllib.request.Request(f"{ELASTICSEARCH}/_security/_authenticate", headers={"Authorization": authorization or ""})
    try:
        with urllib.request.urlopen(request, timeout=5, context=TRUST):
            return True
    except (urllib.error.URLError, OSError):
        return False


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.path == "/":
            ready = may_enter(SYSTEM)
            self.answer(302 if ready else 503, {} if ready else {"message": "Kibana server is not ready yet"}, Location="/login")
        elif self.path == "/api/status":
            if not may_enter(SYSTEM):
                self.answer(503, {"message": "Kibana server is not ready yet"})
            else:
                self.answer(200, {"status": {"overall": {"level": "available"}}, "version": {"number": "9.5.2"}})
        elif self.path.startswith("/api/dashboards/") and self.allowed():
            kept = dashboards.get(self.path)
            self.answer(200 if kept else 404, {"data": kept} if kept else {"message": "no such dashboard"})
        else:
            self.answer(404, {"message": "no such page"})

    def do_POST(self):
        body = self.body()
        if not self.allowed():
            return
        if not self.path.startswith("/api/saved_objects/_import"):
            self.answer(404, {"message": "no such page"})
            return
        form = message_from_bytes(f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode() + body)
        lines = form.get_payload()[0].get_payload(decode=True).decode().splitlines()
        self.answer(200, {"success": True, "successCount": len([json.loads(line) for line in lines])})

    def do_PUT(self):
        body = self.body()
        if self.allowed():
            dashboards[self.path] = json.loads(body)
            self.answer(200, {"data": dashboards[self.path]})

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def allowed(self):
        if self.command != "GET" and not self.headers.get("kbn-xsrf"):
            self.answer(400, {"message": "Request must contain a kbn-xsrf header."})
        elif not may_enter(self.headers.get("Authorization")):
            self.answer(401, {"message": "security_exception"})
        else:
            return True
        return False

    def answer(self, status, content, **headers):
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 5601), Handler).serve_forever()
