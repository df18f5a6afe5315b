"""The model missing, damaged, raising or slow: buttons take over and say so, danger is met all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from nlu import instance as installation
from nlu.prediction import Prediction
from tests.faults.conftest import Wiring
from tests.faults.visiting import WORRY, Ask, broken, comes_back, opened, visit
from web.app import build
from web.wiring import Parts

Break = Callable[[Path], Callable[[], object]]


def started(wiring: Wiring) -> tuple[Ask, Parts]:
    parts = wiring()
    return opened(build(parts), parts.catalog), parts


def reads(ask: Ask, parts: Parts) -> bool:
    """Whether a worry is read; if not, the page says so and offers the twelve."""
    page = ask("POST", "/say", {"text": WORRY}, None).text
    excused = parts.catalog.messages.no_model in page
    assert not excused or all(category.label in page for category in parts.catalog.categories)
    return not excused


def damaged(home: Path) -> Callable[[], object]:
    """Flips a bit of the model in use; gives what mends it."""
    version = installation.registry(home).current()
    weights = home / "models" / str(version) / "weights.npz"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:5_000] + bytes([whole[5_000] ^ 1]) + whole[5_001:])
    return lambda: weights.write_bytes(whole)


def missing(home: Path) -> Callable[[], object]:
    """Takes the models away; gives what brings them back."""
    away = home / "models-away"
    (home / "models").rename(away)
    return lambda: away.rename(home / "models")


@pytest.mark.parametrize("fault", [missing, damaged])
def test_at_the_start(fault: Break, home: Path, wiring: Wiring) -> None:
    with broken(fault(home)):
        ask, parts = started(wiring)
        visit(ask, parts.catalog, f"model {fault.__name__} at the start")
        assert not reads(ask, parts)
        assert parts.classifier.problem
    comes_back(lambda: reads(ask, parts))
    assert parts.classifier.problem is None


@pytest.mark.parametrize("fault", [missing, damaged])
def test_while_it_runs_the_model_in_memory_goes_on(fault: Break, home: Path, wiring: Wiring) -> None:
    ask, parts = started(wiring)
    with broken(fault(home)):
        visit(ask, parts.catalog, f"model {fault.__name__} while running")
        assert reads(ask, parts)


class Failing:
    """A model that breaks down over every text."""

    version = "0123456789abcdef"

    def predict(self, text: str) -> Prediction:
        raise RuntimeError(text)

    def heard(self, text: str, category: str) -> tuple[str, ...]:
        raise RuntimeError(text)


class Hanging(Failing):
    """A model that answers nothing until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def predict(self, text: str) -> Prediction:
        self.let_go.wait()
        raise RuntimeError(text)


def test_raising(wiring: Wiring, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    ask, parts = started(wiring)
    right = parts.classifier._model
    parts.classifier._model = Failing()  # type: ignore[assignment]
    visit(ask, parts.catalog, "model raising")
    assert not reads(ask, parts)
    assert WORRY not in caplog.text + "".join(capfd.readouterr())
    parts.classifier._model = right
    assert reads(ask, parts)


def test_hanging(wiring: Wiring) -> None:
    ask, parts = started(wiring)
    right, hanging = parts.classifier._model, Hanging()
    parts.classifier._model = hanging  # type: ignore[assignment]
    with broken(hanging.let_go.set):
        visit(ask, parts.catalog, "model hanging")
        assert not reads(ask, parts)
    parts.classifier._model = right
    comes_back(lambda: reads(ask, parts))
