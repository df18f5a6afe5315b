"""The smallest records that are right, for tests to change."""

from __future__ import annotations

from typing import Any

SERVICE: dict[str, Any] = {
    "id": "kokoro",
    "name": "こころ",
    "kana": "こころ",
    "kind": "window",
    "operator": "こころ",
    "categories": ["work"],
    "what": "聞く",
    "who": "だれでも",
    "languages": ["ja"],
    "url": "https://kokoro.example.jp/",
    "status": "active",
    "verified": "seen",
}
