"""`python -m web` serves the assistant."""

from web.cli import main

main(["serve"])
