"""wrk: so many connections, each asking again as soon as it is answered."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from assistant.conversation import Conversation
from benchmarks.load.servers import SECRET
from catalog.loading import load as load_catalog
from catalog.model import CATEGORY_IDS
from nlu.corpus import read_held_out
from web.state import StateSigner

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).parent / "requests.lua"
FILES = ("pages", "texts", "buttons", "answers")
"""Of the material, without their ending."""
TIMEOUT = 10
"""Seconds after which an answer counts as an error."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What wrk saw. Milliseconds; `refused`: answers of 400 and above, `lost`: no answer at all or none in time."""

    requests: int
    seconds: float
    p50: float
    p99: float
    max: float
    refused: int
    lost: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def available() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def material(folder: Path) -> Path:
    """What is asked for: every page, every text of the examination, every first answer. Gives the folder."""
    catalog = load_catalog(ROOT / "catalog" / "data")
    paths = ["/", "/under18", "/numbers", "/services"]
    paths += [f"/services/{service}" for service in sorted(catalog.services)]
    paths += [f"/pages/{page}" for page in sorted(catalog.pages)]
    texts = [example.text for example in read_held_out(ROOT / "training_data", CATEGORY_IDS)]
    folder.mkdir(parents=True, exist_ok=True)
    signer = StateSigner(SECRET, catalog)
    buttons, answers = [], []
    for category, flow in catalog.flows.items():
        buttons.append(urlencode({"category": category}))
        answers.append({"category": category})
        state = signer.sign(Conversation(category=category))
        for option in flow.questions[flow.start].options:
            buttons.append(urlencode({"state": state, "answer": f"{flow.start}={option.id}"}))
            answers.append({"state": state, "question": flow.start, "option": option.id})
    for name, lines in zip(FILES, (paths, texts, buttons, map(json.dumps, answers)), strict=True):
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def start(
    address: str, folder: Path, *, mix: str, connections: int, seconds: float, close: bool = False
) -> subprocess.Popen[str]:
    """wrk at work for so long. `mix`: shares, "pages=80,say=15,api=5"; `close`: a connection of its own a request."""
    threads = 2 if connections > 1 else 1
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{round(seconds)}s", f"--timeout={TIMEOUT}s"]
    command += ["-s", str(SCRIPT), address, "--", str(folder), mix, *(["close"] if close else [])]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - nothing of anybody else


def ended(running: subprocess.Popen[str]) -> Measured:
    """What it saw, when it has ended."""
    told, _ = running.communicate()
    line = next((line for line in told.splitlines() if line.startswith("MEASURED ")), None)
    if running.returncode or line is None:
        raise SystemExit(f"wrk ended with {running.returncode}:\n{told}")
    found = json.loads(line.removeprefix("MEASURED "))
    return Measured(
        requests=found["requests"],
        seconds=found["seconds"],
        p50=found["p50"],
        p99=found["p99"],
        max=found["max"],
        refused=found["status"],
        lost=found["connect"] + found["read"] + found["write"] + found["timeout"],
    )
