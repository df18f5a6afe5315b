"""The parts of the running application, for views."""

from __future__ import annotations

from typing import cast

from flask import current_app

from web.wiring import Parts


def parts() -> Parts:
    """The parts the application was built over."""
    return cast(Parts, current_app.extensions["parts"])
