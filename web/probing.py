"""A synthetic person who walks a real journey through a running installation, and says where it breaks.

They type fixed sentences, press what stands on the page, and compare the numbers they are shown with the catalogue.
They say that they are not real (`web.synthetic`), never consent and never write to the operator, so that nothing is
counted or kept of them.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from catalog.model import Always, Catalog
from catalog.ruby import plain
from web.filters import tel
from web.probed_page import Button, Page
from web.synthetic import HEADER

WORRY = "家賃を三か月払えていなくて、来月には部屋を出るように言われました"
DANGER = "いま薬をたくさん飲んでしまいました"
SEARCHED = "家賃"
FIRST = "119"
"""The number that DANGER calls for before all others."""
MOST_STEPS = 12
"""Presses after which a journey that has not arrived is lost."""
SECONDS = 5.0
"""How long an answer may take."""


class Broken(Exception):  # noqa: N818
    """What a person would have met instead of help; one sentence for an operator."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one step went: `fault` is empty where it went well."""

    name: str
    milliseconds: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the installation."""

    status: int
    headers: Message
    body: str


class Probe:
    """One walk. `url`: the installation's address; `catalog`: what it should show."""

    def __init__(self, url: str, catalog: Catalog, *, seconds: float = SECONDS) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("the address must begin with http:// or https://")
        self._url, self._catalog, self._seconds = url, catalog, seconds
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Staying())
        self._known = {
            tel(channel.number)
            for service in catalog.services.values()
            for channel in service.channels
            if channel.number
        }
        self._strip = self._calls(catalog.strip)
        self._strips = [self._strip, *(self._calls(catalog.always_for(category)) for category in catalog.flows)]

    def walk(self) -> Iterator[Step]:
        """Every step in order, each on its own: after a broken one the others are walked all the same."""
        steps: tuple[Callable[[], None], ...] = (
            self.ready,
            self.start,
            self.worry,
            self.danger,
            self.under18,
            self.numbers,
            self.search,
            self.exit,
            self.api_worry,
            self.api_danger,
        )
        for step in steps:
            began = time.perf_counter()
            fault = ""
            try:
                step()
            except Broken as error:
                fault = str(error)
            except (OSError, ValueError, LookupError, TypeError) as error:
                fault = f"{type(error).__name__} while looking at the answer"
            yield Step(step.__name__.replace("_", "-"), round((time.perf_counter() - began) * 1000), fault)

    def ready(self) -> None:
        """Ready, with a model."""
        answer = self._ask("/readyz", well=(200, 503))
        told = json.loads(answer.body)
        _must(answer.status == 200, f"it says that it is not ready, without {', '.join(told.get('missing', []))}")

    def start(self) -> None:
        """The first page: a box to type in, twelve things to press, the strip, the quick exit."""
        page = self._page("/")
        _must(page.box("/say") is not None, "there is no box to type in")
        offered = {value for button in page.buttons for name, value in button.fields if name == "category"}
        lacking = {category.id for category in self._catalog.categories} - offered
        _must(not lacking, f"not to be pressed: {', '.join(sorted(lacking))}")

    def worry(self) -> None:
        """A worry that is typed leads by buttons to services that can be called."""
        page = self._say(WORRY)
        _must(page.choice("answer") is not None or self._arrived(page), "the words were not understood")
        self._to_result(page)

    def danger(self) -> None:
        """Words of danger bring the right number before anything else."""
        self._right_number(self._say(DANGER).numbers)

    def under18(self) -> None:
        """The entrance for under-18s leads to somebody they can call."""
        self._to_result(self._page("/under18"))

    def numbers(self) -> None:
        """The page of numbers holds those of the strip."""
        page = self._page("/numbers")
        lacking = set(self._strip) - set(page.numbers)
        _must(not lacking, f"not on the page: {_said(lacking)}")
        self._from_catalogue(page.numbers)

    def search(self) -> None:
        """A search finds services."""
        page = self._read(self._ask("/services/search", form={"q": SEARCHED}))
        _must(any("/services/" in link for link in page.links), "the search found nothing")

    def exit(self) -> None:
        """Away at once, to somewhere else."""
        answer = self._ask("/exit", well=(303,))
        away = urlsplit(answer.headers.get("Location", ""))
        _must(away.scheme == "https" and away.netloc != urlsplit(self._url).netloc, "it does not lead away")

    def api_worry(self) -> None:
        """The API hears and answers by itself."""
        reply = self._api("messages", {"text": WORRY})
        _must(bool(reply["understood"]), "nothing was understood")
        for _ in range(MOST_STEPS):
            step = reply["step"]
            if step["kind"] == "suggest":
                called = [c["number"] for s in step["services"] for c in s["channels"] if c.get("number")]
                _must(bool(called), "the services have no number")
                self._from_catalogue([tel(number) for number in called])
                return
            asked = (
                {"question": step["question"]["id"], "option": step["question"]["options"][0]["id"]}
                if step["kind"] in ("ask", "check")
                else {"category": (step.get("candidates") or step["categories"])[0]["id"]}
            )
            reply = self._api("answers", {"state": reply["state"], **asked})
        raise Broken(f"no services after {MOST_STEPS} answers")

    def api_danger(self) -> None:
        """The API brings help first."""
        urgent = self._api("messages", {"text": DANGER})["urgent"]
        self._right_number([tel(c["number"]) for s in urgent["services"] for c in s["channels"] if c.get("number")])

    def _calls(self, always: Always) -> list[str]:
        services = self._catalog.named(always.services)
        return [tel(next(c.number for c in service.channels if c.number)) for service in services]

    def _say(self, text: str) -> Page:
        box = self._page("/").box("/say")
        _must(box is not None, "there is no box to type in")
        return self._press(box, text=text)  # type: ignore[arg-type]

    def _to_result(self, page: Page) -> None:
        for _ in range(MOST_STEPS):
            if self._arrived(page):
                _must(bool(page.numbers), "the services have no number to press")
                self._from_catalogue(page.numbers)
                return
            button = page.choice("answer") or page.choice("category")
            _must(button is not None, "there is nothing to press")
            page = self._press(button)  # type: ignore[arg-type]
        raise Broken(f"no services after {MOST_STEPS} presses")

    def _arrived(self, page: Page) -> bool:
        return page.heading == plain(self._catalog.messages.suggest_title)

    def _right_number(self, numbers: list[str]) -> None:
        _must(numbers[:1] == [f"tel:{FIRST}"], f"the first number is {_said(numbers[:1]) or 'missing'}, not {FIRST}")

    def _from_catalogue(self, numbers: list[str]) -> None:
        unknown = set(numbers) - self._known
        _must(not unknown, f"not in the catalogue: {_said(unknown)}")

    def _press(self, button: Button, **typed: str) -> Page:
        return self._read(self._ask(button.action, form=dict(button.fields) | typed))

    def _page(self, path: str) -> Page:
        return self._read(self._ask(path))

    def _read(self, answer: Answer) -> Page:
        page = Page(answer.body)
        _must(page.strip in self._strips, f"the strip of urgent numbers is {_said(page.strip) or 'missing'}")
        _must(any(urlsplit(link).path == "/exit" for link in page.links), "there is no quick exit")
        return page

    def _api(self, name: str, body: dict[str, Any]) -> Any:
        return json.loads(self._ask(f"/api/v1/{name}", body=json.dumps(body).encode()).body)

    def _ask(
        self,
        path: str,
        *,
        form: dict[str, str] | None = None,
        body: bytes | None = None,
        well: tuple[int, ...] = (200,),
    ) -> Answer:
        data = urlencode(form).encode() if form is not None else body
        headers = {HEADER: "1"} | ({"Content-Type": "application/json"} if body is not None else {})
        asked = urllib.request.Request(urljoin(self._url, quote(path, safe="/?=&%")), data, headers)  # noqa: S310
        try:
            with self._opener.open(asked, timeout=self._seconds) as response:
                answer = _answer(response.status, response.headers, response)
        except urllib.error.HTTPError as error:
            with error:
                answer = _answer(error.code, error.headers, error)
        except OSError as error:
            raise Broken(f"no answer within {self._seconds:g} s ({_why(error)})") from None
        _must(answer.status in well, f"{path} answers {answer.status}")
        _must("Set-Cookie" not in answer.headers, f"{path} sets a cookie")
        _must(data is None or answer.headers.get("Cache-Control") == "no-store", f"{path} may be kept by a cache")
        return answer


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(  # noqa: PLR0917 - as the library has it
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def _answer(status: int, headers: Message, body: Any) -> Answer:
    return Answer(status, headers, body.read(4_000_000).decode("utf-8", "replace"))


def _must(well: bool, fault: str) -> None:
    if not well:
        raise Broken(fault)


def _said(numbers: Any) -> str:
    return " ".join(number.removeprefix("tel:") for number in numbers)


def _why(error: OSError) -> str:
    reason = getattr(error, "reason", error)
    return type(reason).__name__ if isinstance(reason, OSError) else "the address cannot be reached"
