"""A sentence given with consent: sealed while the person goes on, redacted and kept only when they say yes.

Nobody keeps the sentence before that: the page carries it, encrypted, and only this installation can open it, for an
hour. It is never sealed in the under-18 entrance, nor at levels 3 and 4.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assistant.conversation import Conversation
from catalog.model import UNDER18
from nlu.prediction import Prediction
from nlu.text import normalise
from nlu.tokenizer import tokens
from web.redaction import identifying, redact
from web.store import Store
from web.store.phrases import NewPhrase

CONSENT = "2026-11"
"""The version of the words asked (`share_title`, `share_what`). A change of them is a new version."""
MAX_CARRIED = 400
"""Characters of a sentence that travel with the page and can be kept."""
OPEN_FOR = 3_600
"""Seconds for which a sealed sentence can be opened."""
NEVER_FROM = 3
"""From this level of danger on nothing is asked."""
_CUT = re.compile(r"[^。、！？!?\s]*\Z")
RANDOM_SLICE = 0.05
SECOND_OPINIONS = 0.1
"""Shares of kept sentences that are looked at whatever the model thought, and that two people label blindly."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """`keys`: secrets, the newest first. `look`: a text to its level of danger and kind, by the signs alone."""

    store: Store
    predict: Callable[[str], Prediction | None]
    look: Callable[[str], tuple[int, str | None]]
    keys: Sequence[str]
    days: int
    chance: Callable[[], float] = secrets.SystemRandom().random

    def sealed(self, text: str, conversation: Conversation) -> str:
        """What a page may carry of something typed; "" where nothing may be asked."""
        if not text.strip() or not self._may_ask(conversation):
            return ""
        return self._box().encrypt(_beginning(text).encode()).decode("ascii")

    def asks(self, sealed: str, conversation: Conversation) -> bool:
        """Whether the question of consent may stand on a page of results."""
        return bool(sealed) and self._may_ask(conversation) and self._opened(sealed) is not None

    def keep(self, sealed: str, conversation: Conversation, day: date) -> bool:
        """Keeps the sentence, redacted; False where it cannot be opened or may not be kept. StoreUnavailable."""
        text = self._opened(sealed)
        if text is None or not self._may_ask(conversation):
            return False
        level, kind = self.look(text)
        prediction = self.predict(text)
        if level >= NEVER_FROM or prediction is None:
            return False
        if prediction.danger and prediction.danger.level > level:
            level, kind = prediction.danger.level, prediction.danger.kind
        if level >= NEVER_FROM:
            return False
        clean = redact(text).text
        best, second = prediction.ranked[0], prediction.ranked[1]
        self.store.phrases.add(
            NewPhrase(
                text=clean,
                day=day,
                expires_on=day + timedelta(days=self.days),
                consent=CONSENT,
                model=prediction.model,
                ranked=tuple((score.category, round(score.probability, 4)) for score in prediction.ranked[:3]),
                margin=round(best.probability - second.probability, 4),
                cluster=self._cluster(clean),
                level=level,
                kind=kind,
                chosen=self._chosen(conversation, best.category),
                identifying=identifying(clean),
                random_slice=self.chance() < RANDOM_SLICE,
                blind_second=level > 0 or self.chance() < SECOND_OPINIONS,
            )
        )
        return True

    @staticmethod
    def _may_ask(conversation: Conversation) -> bool:
        return conversation.level < NEVER_FROM and conversation.category != UNDER18

    @staticmethod
    def _chosen(conversation: Conversation, predicted: str) -> str | None:
        """What the person picked after 「ちがう」, if it is another than was read."""
        if conversation.category in (None, predicted):
            return None
        return conversation.category if conversation.rejected else None

    def _opened(self, sealed: str) -> str | None:
        try:
            return self._box().decrypt(sealed.encode(), ttl=OPEN_FOR).decode()
        except (InvalidToken, UnicodeError, ValueError):
            return None

    def _box(self) -> MultiFernet:
        return _box(tuple(self.keys))

    def _cluster(self, text: str) -> str:
        """The same for texts of the same words, in any order; useless without the key."""
        words = " ".join(sorted(set(tokens(normalise(text)))))
        return hmac.new(_derived(self.keys[0]), words.encode(), hashlib.sha256).hexdigest()[:16]


def _beginning(text: str) -> str:
    """At most MAX_CARRIED characters, cut where a sentence or a word ends: half a number would not be told as one."""
    if len(text) <= MAX_CARRIED:
        return text
    return _CUT.sub("", text[:MAX_CARRIED]) or text[: MAX_CARRIED // 2]


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"carried sentence").derive(secret.encode())
