"""A news site on loopback that records requests. Its sitemap lists a story for each day, its feed lists new stories."""

import datetime as dt
from http.server import BaseHTTPRequestHandler

from captures import page
from stack.loopback import LoopbackServer

FIRST_DAY = dt.datetime(2023, 5, 1, 6, 30, tzinfo=dt.UTC)


class NewsSite(LoopbackServer):
    """Open it with `with`. `asked` are the paths in the order of the requests; `fresh` is how many stories the feed lists.

    The feed has forgotten the stories of the sitemap, and the sitemap does not know those of the feed.
    """

    def __init__(self, port: int, *, days: int) -> None:
        self.days = [FIRST_DAY + dt.timedelta(days=n) for n in range(days)]
        self.fresh = 0
        self.asked: list[str] = []
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}"
        super().__init__(port, self._handler())

    def asked_below(self, folder: str) -> list[str]:
        return [path for path in self.asked if path.startswith(folder)]

    def _handler(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                found = site.page_at(self.path)
                self.send_response(200 if found else 404)
                content_type, body = found or ("text/plain", b"no such page")
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def page_at(self, path: str) -> tuple[str, bytes] | None:
        if path == "/robots.txt":
            return "text/plain", f"User-agent: *\nAllow: /\nSitemap: {self.url}/sitemap.xml\n".encode()
        if path == "/sitemap.xml":
            entries = "".join(f"<url><loc>{self.url}{story_path(day)}</loc><lastmod>{day.isoformat()}</lastmod></url>" for day in self.days)
            return "application/xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()
        if path == "/feed.xml":
            items = "".join(self._item(number) for number in range(self.fresh))
            return "application/rss+xml", f'<rss version="2.0"><channel><title>The Marlow Mail</title>{items}</channel></rss>'.encode()
        numbers = {story_path(day): ships for ships, day in enumerate(self.days, start=3)}
        numbers |= {fresh_path(number): 1000 + number for number in range(self.fresh)}
        return ("text/html; charset=utf-8", story_page(numbers[path])) if path in numbers else None

    def _item(self, number: int) -> str:
        address = f"{self.url}{fresh_path(number)}"
        return f"<item><title>Harbour</title><link>{address}</link><guid>{address}</guid></item>"


def story_path(day: dt.datetime) -> str:
    return f"/story/{day:%Y/%m/%d}/harbour"


def fresh_path(number: int) -> str:
    return f"/fresh/{number}"


def story_page(ships: int) -> bytes:
    return page(
        f"Harbour counts {ships} ships",
        f"The harbour of Marlow counted {ships} ships this week, the harbour master's office said in the evening, after a quiet start.",
        f"“We had {ships * 7} people on the quay at noon,” said Ines Calloway, who runs the port with a staff of twelve and two tugs.",
        f"Number {ships} came in late, with grain from Rotterdam, and leaves on the tide of the following day without any cargo at all.",
    )
