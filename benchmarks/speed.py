"""How long one message takes, part by part, against the time SudachiPy alone needs for the same text."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from assistant.conversation import Conversation, Said
from assistant.crisis import DangerSigns
from assistant.engine import respond
from catalog.model import CATEGORY_IDS
from nlu.corpus import read_held_out
from nlu.text import normalise
from nlu.tokenizer import tokens, versions
from web.app import build
from web.settings import read
from web.wiring import Parts, wire

ROOT = Path(__file__).resolve().parents[1]
NEWEST = Path(__file__).parent / "newest.md"
TEXTS = {
    "30 characters": "会社をクビになって家賃が払えない。来月どうすればいいのか不安です",
    "100 characters": "母のもの忘れがひどくて、夜中に外へ出てしまうので目が離せません。仕事も休みがちになり、上司に"
    "嫌な顔をされました。兄は遠くに住んでいて何もしてくれず、最近は私も眠れなくて、だれに相談したらいいか。",
}
ROUNDS = 400
MODEL = """
import json, time
start = time.perf_counter()
from nlu.classifier import load
load().predict("家賃が払えない")
print(json.dumps({"seconds": time.perf_counter() - start}))
"""
ALL = """
import json, time
start = time.perf_counter()
from assistant.conversation import Conversation
from web.settings import read
from web.wiring import wire
wire(read()).guide.hear(Conversation(), "家賃が払えない")
seconds = time.perf_counter() - start
told = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
megabytes = {name: int(told[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile")}
print(json.dumps({"seconds": seconds, **megabytes}))
"""


def medians(base: Callable[[], object], act: Callable[[], object]) -> tuple[float, float]:
    """The medians of 400 calls of each in turn, after 20 to warm up: a machine that slows down slows both."""
    for _ in range(20):
        act()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for one, seconds in zip((base, act), taken, strict=True):
            start = time.perf_counter()
            one()
            seconds.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def capacity(parts: Parts) -> list[str]:
    """Worries a second, one process, and what a process that serves needs to begin."""
    texts = [example.text for example in read_held_out(ROOT / "training_data", CATEGORY_IDS)]
    rates = []
    for act in (
        lambda: [tokens(normalise(text)) for text in texts],
        lambda: [parts.classifier.predict(text) for text in texts],
        lambda: parts.classifier.predict_all(texts),
    ):
        taken = []
        for _ in range(5):
            start = time.perf_counter()
            act()
            taken.append(time.perf_counter() - start)
        rates.append(len(texts) / min(taken))
    model, whole = _fresh(MODEL), _fresh(ALL)
    mean = sum(map(len, texts)) / len(texts)
    return [
        f"The classifier answers {rates[1]:,.0f} worries a second in one thread one by one, {rates[2]:,.0f} in a batch "
        f"({len(texts):,} texts of the examination, {mean:.0f} characters on average, the best of five rounds each); "
        f"SudachiPy alone reads {rates[0]:,.0f} a second in the same run.",
        "",
        f"In a fresh process the first answer of the model comes after {model['seconds']:.2f} s, that of the whole "
        f"assistant after {whole['seconds']:.2f} s. It then holds {whole['RssAnon']:.0f} MB of its own and maps "
        f"{whole['RssFile']:.0f} MB of files (SudachiPy's dictionary), which several processes share.",
    ]


def _fresh(code: str) -> dict[str, float]:
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, float] = json.loads(ended.stdout)
    return found


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
        alone = acts["normalise and tokenise (SudachiPy)"]
        for part, act in acts.items():
            base, seconds = medians(alone, act)
            lines.append(f"| {part} | {name} | {seconds * 1e6:.0f} | {seconds / base:.1f} |")
            print(lines[-1], flush=True)  # noqa: T201
    lines += ["", *capacity(parts)]
    NEWEST.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
