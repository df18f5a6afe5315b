"""A real Chromium before a real server: nothing typed is run, no page of others frames, reads or sends anything."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from tests.security.hostile import CALL, markup
from tests.support.serving import served
from web.app import build
from web.settings import Settings
from web.wiring import wire

pytestmark = pytest.mark.browser
SAMPLE = markup()[:400:23] + markup()[400::13]
WATCH = """
window.refused = 0;
document.addEventListener('securitypolicyviolation', () => { window.refused += 1; });
"""


@pytest.fixture(scope="module")
def address(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The public application without a database, so that a message is shown again."""
    (tmp_path_factory.getbasetemp() / "no-folder").touch()
    url = f"sqlite:///{tmp_path_factory.getbasetemp()}/no-folder/x.sqlite"
    app = build(wire(Settings(hitorijanai_instance=instance, database_url=url)))
    app.test_client().post("/services/search", data={"q": "家賃"})  # the first search makes the index
    with served(app) as here:
        yield here


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="ja-JP")
    context.set_default_timeout(60_000)
    context.add_init_script(WATCH)
    yield context
    context.close()


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    page = ""

    def do_GET(self) -> None:
        body = self.page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def elsewhere() -> Iterator[tuple[type[_Elsewhere], str]]:
    """A site of somebody else, and its address; `page` is what it shows."""
    kind = type("Elsewhere", (_Elsewhere,), {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kind, f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


def watched(page: Page) -> list[str]:
    """The dialogs that open from now on."""
    opened: list[str] = []

    def noted(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", noted)
    return opened


def test_the_policy_stops_what_would_get_through(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    dialogs = watched(page)
    page.goto(address)
    page.evaluate(
        """run => {
          const raw = `<img src=x onerror="${run}"><a id=go href="javascript:${run}">x</a>`;
          document.body.insertAdjacentHTML('beforeend', raw);
          const script = document.createElement('script');
          script.textContent = run;
          document.body.append(script);
          document.getElementById('go').click();
        }""",
        CALL,
    )
    for _ in range(100):
        if page.evaluate("window.refused") >= 3:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("window.refused") >= 3
    assert dialogs == []


def test_nothing_typed_is_run(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    dialogs = watched(page)
    page.goto(f"{address}/nowhere")
    for number, payload in enumerate(SAMPLE):
        field, place = (("q", "/services/search"), ("text", "/contact"), ("text", "/say"))[number % 3]
        with page.expect_navigation(url=f"{address}{place}"):
            page.evaluate(
                """([place, field, typed]) => {
              const form = document.createElement('form');
              form.method = 'post'; form.action = place;
              const box = document.createElement('textarea');
              box.name = field; box.value = typed;
              form.append(box); document.body.append(form);
              HTMLFormElement.prototype.submit.call(form);
            }""",
                [place, field, payload],
            )
        assert page.evaluate("window.refused") == 0, payload
        assert page.locator("script:not([src]), iframe, object, embed, base, x0ss, svg[onload]").count() == 0, payload
    assert dialogs == []


def test_typing_and_sending_by_script_runs_nothing(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    dialogs = watched(page)
    page.goto(f"{address}/services")
    for payload in SAMPLE[::6]:
        page.locator("[name=q]").fill(payload.replace("\x00", "").replace("\r\n", " "))
        page.locator("[name=q]").press("Enter")
        page.wait_for_load_state()
        page.locator("#page:not([aria-busy=true])").wait_for(state="attached")
        assert page.evaluate("window.refused") == 0
    assert dialogs == []


def test_no_page_can_be_framed(context: BrowserContext, address: str, elsewhere: tuple[type[_Elsewhere], str]) -> None:
    kind, other = elsewhere
    kind.page = f"<iframe id=a src='{address}/'></iframe><iframe id=b src='{address}/api/v1/categories'></iframe>"
    page = context.new_page()
    page.goto(other)
    page.wait_for_load_state()
    assert len(page.frames) == 3
    for frame in page.frames[1:]:
        assert "相談" not in frame.content()
        assert frame.url in ("", "about:blank", "chrome-error://chromewebdata/")


def test_another_site_neither_sends_nor_reads(
    context: BrowserContext, address: str, elsewhere: tuple[type[_Elsewhere], str]
) -> None:
    kind, other = elsewhere
    kind.page = f"<form method=post action='{address}/say'><input name=text value='家賃が払えない'></form>"
    page = context.new_page()
    page.goto(other)
    read = page.evaluate(
        """async address => {
          const tried = [];
          for (const [path, how] of [['/', {}], ['/api/v1/categories', {}],
              ['/api/v1/messages', {method: 'POST', body: '{"text": "x"}'}]]) {
            tried.push(await fetch(address + path, how).then(answer => answer.text(), () => 'refused'));
          }
          const opened = window.open(address);
          await new Promise(done => setTimeout(done, 300));
          let seen = 'refused';
          try { seen = opened && opened.document ? opened.document.body.innerText : 'refused'; } catch { }
          return [...tried, seen];
        }""",
        address,
    )
    assert read == ["refused"] * 4
    with page.expect_navigation() as arrived:
        page.evaluate("document.forms[0].submit()")
    assert arrived.value.status in (400, 403)
    assert "119" in page.content()


def test_nothing_is_kept_and_no_address_holds_a_word(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    visited: list[str] = []
    page.on("request", lambda request: visited.append(request.url))
    page.goto(address)
    page.locator("[name=text]").first.fill("夫に殴られて家賃も払えない")
    page.locator("main form.typing button").first.click()
    page.locator("#page:not([aria-busy=true])").wait_for(state="attached")
    page.wait_for_load_state()
    kept = page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie, history.length]")
    assert kept[:3] == [0, 0, ""]
    assert context.cookies() == []
    assert all(url.startswith(address) and "%" not in url for url in visited)
