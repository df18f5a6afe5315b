from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from web.app import build
from web.wiring import Parts


def test_what_was_made_in_another_minute_is_not_kept_longer(parts: Parts) -> None:
    app = build(parts)
    made = app.jinja_env.globals["fragment"]
    now = parts.guide.moment()
    later = replace(now, now=now.now + timedelta(minutes=1))
    human = parts.catalog.named(parts.catalog.human_line.services)

    def shown(moment: object) -> tuple[object, object]:
        with app.test_request_context("/"):
            hour = made("_human.html", moment.minute, human=human, moment=moment)  # type: ignore[attr-defined]
            return hour, made("_foot.html")

    first, again, other = shown(now), shown(now), shown(later)
    assert all(one is same for one, same in zip(first, again, strict=True)), "made once within a minute"
    assert not any(one is new for one, new in zip(first, other, strict=True)), "nothing of the old minute is held"
    assert first[1] == other[1]
