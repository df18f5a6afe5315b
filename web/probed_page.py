"""A page as the synthetic person sees it: what can be pressed, which numbers can be called, where links lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a form: where it sends, and what."""

    label: str
    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class Page(HTMLParser):
    """What a person sees of a page: buttons, numbers to press in the strip and elsewhere, the first heading."""

    html: str
    heading: str = ""
    numbers: list[str] = field(default_factory=list)
    """What the links to call would dial, outside the strip, in order."""
    strip: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._form: dict[str, str] = {}
        self._action = ""
        self._button: dict[str, str] | None = None
        self._text = ""
        self._in_strip = self._in_heading = self._reading = False
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remembers what is open."""
        given = {name: value or "" for name, value in attrs}
        if tag == "aside":
            self._in_strip = True
        elif tag == "form":
            self._action, self._form = given.get("action", ""), {}
        elif tag == "input" and given.get("type") == "hidden":
            self._form[given.get("name", "")] = given.get("value", "")
        elif tag == "button":
            self._button, self._text = given, ""
        elif tag == "h1":
            self._in_heading, self._text = not self.heading, ""
        elif tag == "a" and given.get("href", "").startswith("tel:"):
            (self.strip if self._in_strip else self.numbers).append(given["href"])
        elif tag == "a":
            self.links.append(given.get("href", ""))
        self._reading |= tag in ("rt", "rp")

    def handle_endtag(self, tag: str) -> None:
        """Closes it."""
        if tag == "aside":
            self._in_strip = False
        elif tag == "button" and self._button is not None:
            fields = dict(self._form)
            if name := self._button.get("name"):
                fields[name] = self._button.get("value", "")
            self.buttons.append(Button(" ".join(self._text.split()), self._action, tuple(fields.items())))
            self._button = None
        elif tag == "h1" and self._in_heading:
            self.heading, self._in_heading = " ".join(self._text.split()), False
        elif tag in ("rt", "rp"):
            self._reading = False

    def handle_data(self, data: str) -> None:
        """Texts without their readings."""
        if not self._reading:
            self._text += data

    def choice(self, name: str) -> Button | None:
        """The first button that sends this field."""
        return next((button for button in self.buttons if dict(button.fields).get(name)), None)

    def box(self, path: str) -> Button | None:
        """The form that sends what is typed to a path."""
        return next((button for button in self.buttons if urlsplit(button.action).path == path), None)
