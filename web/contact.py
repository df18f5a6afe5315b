"""Messages to whoever runs the site. No consultation window, and the page says so; danger in one is met with help."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from assistant.reply import Urgent
from web.errors import SHOWN_FROM
from web.parts import parts
from web.store import StoreUnavailable
from web.typed import read_typed

blueprint = Blueprint("contact", __name__)

MAX_MESSAGE = 2_000


@blueprint.route("/contact", methods=["GET", "POST"])
def send() -> Response:
    """Takes a message; without a database it is given back and nothing is lost."""
    if request.method == "GET":
        return redirect(url_for("reading.page", id="contact"), code=303)  # type: ignore[return-value]
    here = parts()
    typed = read_typed(request.form.get("text", ""))
    text = typed.text[:MAX_MESSAGE].strip()
    words = here.catalog.messages
    urgent = here.guide.help_for(text)
    notice, kept = words.error_bad_text if typed.unreadable else words.error_empty, False
    if text and not typed.unreadable:
        try:
            here.store.contacts.add(text, here.guide.moment().now.date())
            notice, kept = words.contact_thanks, True
        except StoreUnavailable:
            notice = words.contact_unavailable
    return make_response(
        render_template(
            "content.html",
            page=here.catalog.pages["contact"],
            moment=here.guide.moment(),
            urgent=urgent if urgent.level >= SHOWN_FROM else Urgent(),
            notice=notice,
            typed="" if kept else text,
        )
    )
