"""A page as a person meets it: its text, its buttons and its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient

VOID = {"meta", "link", "br", "input", "img", "hr"}


@dataclass
class Button:
    label: str
    name: str
    value: str
    action: str
    state: str


@dataclass
class Page(HTMLParser):
    """Parsed strictly: a tag that is not closed in order is an AssertionError."""

    html: str
    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    carried: str = ""
    """What was typed, encrypted, as the page's forms carry it on."""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str], int]] = []
        self._form: dict[str, str] = {}
        self._skip = 0
        self.feed(self.html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert not any(name.startswith("on") for name in given), "a script in an attribute"
        assert tag not in ("iframe", "img", "object"), tag
        if tag == "script":
            assert given["src"].startswith("/static/"), "a script that is not ours"
        if tag == "form":
            self._form = {"action": given["action"], "state": ""}
            assert given["method"] == "post"
        if tag == "input":
            assert given["type"] == "hidden"
            self._form[given["name"]] = given["value"]
            if given["name"] == "carried":
                self.carried = given["value"]
        if tag in ("rt", "rp"):
            self._skip += 1
        if tag not in VOID:
            self._open.append((tag, given, len(self.text)))

    def handle_endtag(self, tag: str) -> None:
        opened, given, start = self._open.pop()
        assert opened == tag, f"</{tag}> does not close <{opened}>"
        inner = " ".join(self.text[start:].split())
        if tag in ("rt", "rp"):
            self._skip -= 1
        elif tag == "a":
            self.links.append((inner, given["href"]))
        elif tag == "button":
            place = (given.get("name", ""), given.get("value", ""), self._form["action"], self._form["state"])
            self.buttons.append(Button(inner, *place))
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(inner)

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text += data

    @property
    def numbers(self) -> list[str]:
        """What the call links would dial."""
        return [href.removeprefix("tel:").replace("%23", "#") for _, href in self.links if href.startswith("tel:")]

    @property
    def button_or_door(self) -> bool:
        """Whether the page leads somewhere: to the text box, or to the start."""
        return any(b.action == "/say" for b in self.buttons) or any(text == "はじめから" for text, _ in self.links)

    def button(self, label: str) -> Button:
        """The first button that shows this text."""
        found = [b for b in self.buttons if label in b.label]
        assert found, f"no button {label!r} among {[b.label for b in self.buttons]}"
        return found[0]


class Person:
    """Somebody in front of the page, without scripts."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = self._read(client.get("/"))

    def open(self, path: str) -> Page:
        self.page = self._read(self.client.get(path))
        return self.page

    def say(self, text: str) -> Page:
        return self.send("/say", {"state": self.page.button("さがす").state, "text": text})

    def press(self, label: str) -> Page:
        button = self.page.button(label)
        return self.send(button.action, {"state": button.state, button.name: button.value})

    def send(self, path: str, form: dict[str, str]) -> Page:
        carried = {"carried": self.page.carried} if self.page.carried else {}
        self.page = self._read(self.client.post(path, data=form | carried))
        return self.page

    @staticmethod
    def _read(response) -> Page:  # type: ignore[no-untyped-def]
        assert response.status_code == 200, response.status
        return Page(response.get_data(as_text=True))
