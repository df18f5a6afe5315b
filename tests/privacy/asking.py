"""Every public way in, and every way in which asking can go wrong, each with a canary in it."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from tests.privacy.canaries import ADDRESS, AGENT, canary, worry
from tests.support.pages import Page

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_POINTS = re.compile(r'(?:href|action|src|formaction|data-worker)="([^"]*)"')


@dataclass
class Asker:
    """Somebody with one connection. Remembers how often each status came, and all heads and addresses in answers."""

    port: int
    statuses: dict[int, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(
        self, method: str, path: str, body: str | bytes | None = None, kind: str = FORM, **headers: str
    ) -> tuple[int, str]:
        """Status and text of the answer."""
        content = body.encode() if isinstance(body, str) else body
        head = {"Content-Type": kind} if content is not None else {}
        head |= {"User-Agent": AGENT, **{name.replace("_", "-"): value for name, value in headers.items()}}
        try:
            self._line.request(method, path, content, head)
            answer = self._line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            # Refused while it was still being sent.
            self._line.close()
            return 0, ""
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        self.seen |= {str(answer.getheaders()), *_POINTS.findall(text)}
        return answer.status, text

    def form(self, path: str, **fields: str) -> tuple[int, str]:
        return self.ask("POST", path, urlencode(fields))

    def json(self, path: str, body: object) -> tuple[int, str]:
        return self.ask("POST", path, json.dumps(body), JSON)

    def raw(self, sent: bytes) -> None:
        """Bytes that are no request, or half of one; whatever comes back. The server may hang up in the middle."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line, suppress(OSError):
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while line.recv(65_536):
                pass

    def close(self) -> None:
        self._line.close()


Way = Callable[[Asker, int], object]

WAYS: dict[str, Way] = {
    "api": lambda a, n: a.json("/api/v1/messages", {"text": worry(n)}),
    "api state": lambda a, n: a.json("/api/v1/messages", {"text": worry(n), "state": canary(n)}),
    "search": lambda a, n: a.form("/services/search", q=worry(n)),
    "search by filters": lambda a, n: a.form("/services/search", q=worry(n), category=canary(n), way=canary(n)),
    "state": lambda a, n: a.form("/say", text=worry(n), state=canary(n), carried=canary(n)),
    "multipart": lambda a, n: a.ask("POST", "/say", _multipart(n), "multipart/form-data; boundary=x"),
    "upload": lambda a, n: a.ask("POST", "/say", _upload(n), "multipart/form-data; boundary=x"),
    "category": lambda a, n: a.form("/choose", category=canary(n)),
    "answer": lambda a, n: a.form("/choose", answer=f"{canary(n)}={canary(n)}", action=canary(n)),
    "helped": lambda a, n: a.form("/helped", helped=canary(n), state=canary(n)),
    "look": lambda a, n: a.form("/look", way=canary(n), tongue=canary(n), carried=canary(n)),
    "sheet": lambda a, n: a.form("/sheet", state=canary(n), carried=canary(n)),
    "share": lambda a, n: a.form("/share", share="yes", carried=canary(n), state=canary(n)),
    "api answer": lambda a, n: a.json("/api/v1/answers", {"question": canary(n), "option": canary(n)}),
    "api category": lambda a, n: a.json("/api/v1/answers", {"category": canary(n)}),
    "api wrong shape": lambda a, n: a.json("/api/v1/messages", {"text": [worry(n)], canary(n): 1}),
    "api list": lambda a, n: a.json("/api/v1/messages", [worry(n)]),
    "api not json": lambda a, n: a.ask("POST", "/api/v1/messages", f'{{"text": "{worry(n)}', JSON),
    "api not text": lambda a, n: a.ask("POST", "/api/v1/messages", worry(n).encode("euc_jp", "replace"), JSON),
    "query": lambda a, n: a.ask("GET", f"/?q={quote(worry(n))}&lang={quote(canary(n))}"),
    "services by address": lambda a, n: a.ask("GET", f"/services?category={quote(canary(n))}"),
    "search by address": lambda a, n: a.ask("GET", f"/services/search?q={quote(worry(n))}"),
    "exit": lambda a, n: a.ask("GET", f"/exit?next={quote(canary(n))}"),
    "under 18": lambda a, n: a.ask("GET", f"/under18?name={quote(canary(n))}"),
    "unknown service": lambda a, n: a.ask("GET", f"/services/{quote(canary(n))}"),
    "unknown page": lambda a, n: a.ask("GET", f"/pages/{quote(canary(n))}"),
    "unknown file": lambda a, n: a.ask("GET", f"/static/{quote(canary(n))}"),
    "unknown address": lambda a, n: a.ask("GET", f"/{quote(worry(n))}"),
    "unknown address, posted": lambda a, n: a.form(f"/{quote(canary(n))}", text=worry(n)),
    "unknown api": lambda a, n: a.json(f"/api/v1/{quote(canary(n))}", {"text": worry(n)}),
    "api service": lambda a, n: a.ask("GET", f"/api/v1/services/{quote(canary(n))}"),
    "api services": lambda a, n: a.ask("GET", f"/api/v1/services?format={quote(canary(n))}"),
    "health": lambda a, n: a.ask("GET", f"/readyz?q={quote(worry(n))}"),
    "put": lambda a, n: a.ask("PUT", "/say", urlencode({"text": worry(n)})),
    "delete": lambda a, n: a.ask("DELETE", f"/services?q={quote(worry(n))}"),
    "odd method": lambda a, n: a.ask(f"KANARIA{n}", f"/?q={quote(worry(n))}"),
    "heads": lambda a, n: a.ask(
        "GET", "/", Referer=f"https://example.org/{quote(worry(n))}", Cookie=f"a={quote(worry(n))}",
        Accept_Language=quote(canary(n)), X_Forwarded_For=f"{ADDRESS}{n % 250}", X_Note=quote(worry(n)),
    ),
    "host": lambda a, n: a.ask("GET", "/", Host=f"qz9kanaria{n}.example"),
    "from elsewhere": lambda a, n: a.ask(
        "POST", "/say", urlencode({"text": worry(n)}), Sec_Fetch_Site="cross-site", Origin=f"https://qz9kanaria{n}"
    ),
    "long": lambda a, n: a.form("/say", text=worry(n) * 30),
    "too long": lambda a, n: a.form("/say", text=worry(n) * 400),
    "too long for the api": lambda a, n: a.json("/api/v1/messages", {"text": worry(n) * 800}),
    "wrong encoding": lambda a, n: a.ask("POST", "/say", "text=" + quote(worry(n).encode("cp932", "replace"))),
    "bare bytes": lambda a, n: a.ask("POST", "/say", worry(n).encode() + b"\xff\xfe\x80"),
    "nul": lambda a, n: a.form("/say", text=f"{worry(n)}\0{canary(n)}"),
    "half a request": lambda a, n: a.raw(_head(f"/say?{TAG_IN_ASCII}{n}", 9_999) + worry(n).encode()),
    "no request": lambda a, n: a.raw(f"{worry(n)}\r\n\r\n".encode()),
    "odd line": lambda a, n: a.raw(f"GET /{TAG_IN_ASCII}{n} {TAG_IN_ASCII} HTTP/9.9\r\nHost x\r\n\r\n".encode()),
    "pieces": lambda a, n: a.raw(_pieces(n)),
}  # fmt: skip
"""By name. Each is asked with many numbers."""
TAG_IN_ASCII = "qz9kanaria"


def consented(asker: Asker, number: int, yes: bool) -> str:
    """A whole journey to results, and the answer to the one question. Returns what was typed."""
    text = f"仕事を辞めさせられそうです。{canary(number)}のことで上司に責められています"
    _, html = asker.form("/say", text=text)
    page = Page(html)
    state = page.buttons[0].state
    for _ in range(12):
        if any(button.action == "/share" for button in page.buttons):
            break
        choice = next((b for b in page.buttons if b.name == "answer"), None)
        name, value = (choice.name, choice.value) if choice else ("category", "work")
        state = next(b.state for b in page.buttons if b.state)
        _, html = asker.form("/choose", **{"state": state, name: value, "carried": page.carried})
        page = Page(html)
    share = next(b for b in page.buttons if b.action == "/share" and b.value == ("yes" if yes else "no"))
    status, _ = asker.form("/share", state=share.state, carried=page.carried, share=share.value)
    assert status == 200
    return text


def _multipart(number: int) -> str:
    return f'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n{worry(number)}\r\n--x--\r\n'


def _upload(number: int) -> str:
    named = f'--x\r\nContent-Disposition: form-data; name="text"; filename="{canary(number)}"\r\n\r\n'
    return f"{named}{worry(number) * 100}\r\n--x--\r\n"


def _head(path: str, length: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {length}\r\n\r\n".encode()


def _pieces(number: int) -> bytes:
    body = f"text={quote(worry(number))}".encode()
    head = f"POST /say HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    return head + f"{len(body):x};note={TAG_IN_ASCII}\r\n".encode() + body + b"\r\n0\r\n\r\n"
