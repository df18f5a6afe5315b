"""How long one message takes, part by part, against the time SudachiPy alone needs for the same text."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from assistant.conversation import Conversation, Said
from assistant.crisis import DangerSigns
from assistant.engine import respond
from nlu.text import normalise
from nlu.tokenizer import tokens, versions
from web.app import build
from web.settings import read
from web.wiring import wire

NEWEST = Path(__file__).parent / "newest.md"
TEXTS = {
    "30 characters": "会社をクビになって家賃が払えない。来月どうすればいいのか不安です",
    "100 characters": "母のもの忘れがひどくて、夜中に外へ出てしまうので目が離せません。仕事も休みがちになり、上司に"
    "嫌な顔をされました。兄は遠くに住んでいて何もしてくれず、最近は私も眠れなくて、だれに相談したらいいか。",
}
ROUNDS = 400


def median_seconds(act: Callable[[], object]) -> float:
    """The median of 400 calls after 20 to warm up."""
    for _ in range(20):
        act()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    """Measures, prints the table and keeps it in benchmarks/newest.md."""
    parts = wire(read())
    if parts.classifier.problem:
        raise SystemExit(parts.classifier.problem)
    client = build(parts).test_client()
    signs = DangerSigns(parts.catalog.signs)
    lines = [
        "# Speed",
        "",
        f"Python {platform.python_version()}, SudachiPy {versions()['sudachipy']}, medians of {ROUNDS} calls.",
        "",
        "| part | text | µs | × SudachiPy alone |",
        "|---|---|---|---|",
    ]
    for name, text in TEXTS.items():
        prediction = parts.classifier.predict(text)
        said = Said(danger=signs.look(text), prediction=prediction)
        acts: dict[str, Callable[[], object]] = {
            "normalise and tokenise (SudachiPy)": lambda text=text: tokens(normalise(text)),
            "danger signs": lambda text=text: signs.look(text),
            "classifier": lambda text=text: parts.classifier.predict(text),
            "engine": lambda said=said: respond(Conversation(), said, catalog=parts.catalog),
            "POST /api/v1/messages": lambda text=text: client.post("/api/v1/messages", json={"text": text}),
            "POST /say (a whole page)": lambda text=text: client.post("/say", data={"text": text}),
        }
        base = median_seconds(acts["normalise and tokenise (SudachiPy)"])
        for part, act in acts.items():
            seconds = median_seconds(act)
            lines.append(f"| {part} | {name} | {seconds * 1e6:.0f} | {seconds / base:.1f} |")
            print(lines[-1], flush=True)  # noqa: T201
    NEWEST.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
