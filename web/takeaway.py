"""A service as a pattern that another phone's camera reads: its number, or the page where it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

import segno
from markupsafe import Markup

from catalog.model import Service
from web.filters import shortlist, tel


@dataclass(frozen=True, slots=True)
class Takeaway:
    """`content`: what the camera reads, a `tel:` or `https:` address. `picture`: the pattern as SVG."""

    content: str
    picture: Markup


def takeaway(service: Service) -> Takeaway:
    """The quickest way to reach the service: a number before a page."""
    quick, _ = shortlist(service)
    number = next((channel.number for channel in quick if channel.number), None)
    url = next((channel.url for channel in quick if channel.url), None)
    # A camera hands the number to the phone as it stands: %23 would be dialled, # is.
    content = unquote(tel(number)) if number else str(url or service.url)
    svg = segno.make(content, error="m", micro=False).svg_inline(omitsize=True, border=3)
    return Takeaway(content, Markup(svg))  # noqa: S704 - drawn by segno from the catalogue
