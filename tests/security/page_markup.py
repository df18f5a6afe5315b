"""The markup of a page as a browser would take it apart: elements, attributes, addresses, comments."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

RUN = ("javascript:", "data:", "vbscript:")
LEADING = ("href", "src", "action", "formaction", "xlink:href", "srcdoc", "data", "content", "poster")


@dataclass
class Markup(HTMLParser):
    """`elements`: (name, attribute names) of every start tag. `addresses`: what leads or loads. `text`: the rest."""

    html: str
    elements: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    values: set[str] = field(default_factory=set)
    """Everything that stands in an attribute."""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._in_script = False
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.values.update(value or "" for _, value in attrs)
        self.addresses.update(value or "" for name, value in attrs if name in LEADING)
        self._in_script = tag == "script"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def unknown_decl(self, data: str) -> None:
        self.comments.append(data)

    def handle_pi(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.scripts.append(data)

    def foreign(self, names: set[str]) -> list[str]:
        """What no page of ours holds: `names` are its elements and attributes. Empty where nothing came in."""
        return [
            *(f"<{tag}>" for tag, _ in self.elements if tag not in names),
            *(f"{tag} {name}=" for tag, given in self.elements for name in given if name not in names),
            *(f"{tag} {name}=" for tag, given in self.elements for name in given if name.startswith("on")),
            *(f"leads to {address}" for address in self.addresses if address.strip().lower().startswith(RUN)),
            *(f"<!--{comment}" for comment in self.comments),
            *(f"<script>{script}" for script in self.scripts),
        ]

    def names(self) -> set[str]:
        """Names of all elements and attributes on the page."""
        return {tag for tag, _ in self.elements} | {name for _, given in self.elements for name in given}
