"""What the assistant shows next. Urgent help is a field of every reply, so that no branch can forget it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catalog.model import Category, FixedAnswer, Option, Question, Service

Notice = Literal["unknown-option", "unknown-category", "nothing-heard"]


@dataclass(frozen=True, slots=True)
class Urgent:
    """Help for danger: level 0 nothing, 1 gentle, 2 beside, 3 first, 4 alone. `folded`: shown small, as they asked.

    `for_other`: a sentence more, where it seems to be about somebody beside them.
    """

    level: int = 0
    kind: str | None = None
    say: str = ""
    services: tuple[Service, ...] = ()
    for_other: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first page: the text box and the twelve."""

    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Clarify:
    """Not sure: up to three likely categories, the twelve, and people to talk to without choosing any.

    `together`: the first two are both likely, and can be looked at one after the other.
    """

    candidates: tuple[Category, ...]
    categories: tuple[Category, ...]
    human_line: tuple[Service, ...]
    together: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """The gentle question. Whatever is answered, the way goes on."""

    id: str
    ask: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of a flow. `depth` counts from 1; `left`: the fewest and the most questions still to come, with it."""

    category: Category
    id: str
    question: Question
    depth: int
    left: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Suggest:
    """An outcome: services in the order to try them. `category` is None only for help that stands alone at level 4."""

    category: Category | None
    outcome: str | None
    say: str
    services: tuple[Service, ...]


Step = Welcome | Clarify | Check | Ask | Suggest


@dataclass(frozen=True, slots=True)
class Answered:
    """A question already answered on the way here, so that the person sees and can change it.

    `read`: answered by the words they typed, not by a button.
    """

    id: str
    question: Question
    option: Option
    read: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything one turn shows. `notice`: what was asked for could not be done, and nothing was lost."""

    urgent: Urgent
    step: Step
    trail: tuple[Answered, ...] = ()
    notice: Notice | None = None
    answer: FixedAnswer | None = None
    """A fixed answer to what is no worry, shown above the step."""
    next_worry: Category | None = None
    """At the end of a way: the other one of two worries."""

    @property
    def help_alone(self) -> bool:
        """Whether nothing but urgent help is shown: level 4, until the person goes on."""
        return isinstance(self.step, Suggest) and self.step.category is None
