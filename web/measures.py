"""What people set while it runs: the measure of a day, the caps of learning, how sure a model must be to act.

Each is a key of the store's settings; what was never set, or makes no sense, is the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from web.store import Store
from web.store.queue import Filter

DAILY_CAP, LEARNING_CAPS, SURE = "daily_cap", "learning_caps", "sure_probability"
"""The keys."""
CAREFUL = 0.90
"""No model is sure below this while hardly any sentence of real people has been reviewed; and the default."""
ENOUGH_REAL = 300
"""From so many reviewed sentences on the floor may be lower."""
SURE_LOWEST, SURE_HIGHEST = 0.5, 0.995


@dataclass(frozen=True, slots=True)
class Number:
    """One number: its name in the setting, what people may choose, the default, and whether it is a whole one."""

    name: str
    low: float
    high: float
    default: float
    whole: bool = True

    def fits(self, value: object) -> bool:
        """Whether people may choose this value."""
        return self.kept(value) == value and self.low <= self.kept(value) <= self.high

    def kept(self, value: object) -> float:
        """The value of a setting; the default in place of what is no number above nothing."""
        kind = int if self.whole else (int, float)
        usable = isinstance(value, kind) and not isinstance(value, bool) and value > 0
        return value if usable else self.default  # type: ignore[return-value]


A_DAY = Number(DAILY_CAP, 5, 500, 60)
"""After so many actions a day the console says that it is enough."""
CAPS: Mapping[str, Number] = {
    number.name: number
    for number in (
        Number("per_cluster", 1, 20, 3),
        Number("per_day", 1, 300, 30),
        Number("per_person", 0.001, 0.05, 0.01, whole=False),
        Number("together", 0.001, 0.10, 0.02, whole=False),
    )
}
"""At most so many verdicts are learnt from: see `web.admission.Caps`."""


def daily_cap(store: Store) -> int:
    """After how many actions the day's work is enough."""
    return int(A_DAY.kept(store.settings.get(DAILY_CAP)))


def learning_caps(store: Store) -> dict[str, float]:
    """Every cap by its name."""
    said = store.settings.get(LEARNING_CAPS)
    kept = said if isinstance(said, dict) else {}
    return {name: number.kept(kept.get(name)) for name, number in CAPS.items()}


def real_sentences(store: Store) -> int:
    """How many sentences of real people have been reviewed and can be learnt from."""
    return store.queue.size(Filter(state="done"), for_person=None)


def lowest_sure(store: Store) -> float:
    """Below this probability no model that is trained now acts without asking."""
    value = store.settings.get(SURE)
    if not isinstance(value, float) or not SURE_LOWEST <= value <= SURE_HIGHEST:
        return CAREFUL
    return value if value >= CAREFUL or real_sentences(store) >= ENOUGH_REAL else CAREFUL
