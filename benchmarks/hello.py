"""The smallest application of Flask: what a server can do at most. Figures of ours are ratios to it."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """A line of text."""
    return "hello"
