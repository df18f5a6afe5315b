"""Texts to the terms by which services are searched, of a service and of a query alike. Pure but for the tokenizer.

Terms are of six kinds: words (normal forms of SudachiPy), roots (苛 for 苛める and 苛め), sounds (how words of a name
are read), grams (three sounds in a row, so that hiragana need not be divided into words rightly), clips (the short
forms people make: ハロワ, 児相) and numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Literal

from catalog.model import Catalog, Service
from catalog.ruby import plain
from nlu.text import normalise
from nlu.tokenizer import NOT, reading, sayable, tokens

Field = Literal["name", "number", "what", "who", "how", "topic", "asked", "way", "operator"]
"""Where a service was met: `topic` is its categories and tags, `asked` the answers that lead to it in the flows."""
Kind = Literal["word", "root", "sound", "gram", "clip", "number"]
Term = tuple[Kind, str]

LEADING = 3
"""Of the services at the end of a way through a flow, so many are found by the answers on that way."""
SHORTEST_NUMBER = 3
SAME: Mapping[str, str] = {"ライン": "LINE", "イングリッシュ": "英語"}
"""Normal forms that mean another one here."""
WAY_WORDS: Mapping[str, str] = {
    "phone": "電話",
    "sms": "SMS",
    "line": "LINE SNS",
    "chat": "チャット SNS",
    "mail": "メール",
    "letter": "手紙",
    "visit": "窓口",
    "fax": "ファクス FAX",
}
LANGUAGES: Mapping[str, tuple[str, str]] = {
    "ja": ("日本語", "日本語"),
    "en": ("English", "英語"),
    "zh": ("中文", "中国語"),
    "ko": ("한국어", "韓国語"),
    "vi": ("Tiếng Việt", "ベトナム語"),
    "ne": ("नेपाली", "ネパール語"),
    "pt": ("Português", "ポルトガル語"),
    "es": ("Español", "スペイン語"),
    "tl": ("Filipino", "フィリピン語 タガログ語"),
    "th": ("ไทย", "タイ語"),
    "id": ("Bahasa Indonesia", "インドネシア語"),
    "my": ("မြန်မာ", "ミャンマー語"),
    "km": ("ខ្មែរ", "カンボジア語 クメール語"),
    "mn": ("Монгол", "モンゴル語"),
    "fr": ("Français", "フランス語"),
    "si": ("සිංහල", "シンハラ語"),
    "ur": ("اردو", "ウルドゥー語"),
    "bn": ("বাংলা", "ベンガル語"),
}
"""By code, in the order in which they are offered: the language's own name, and its names in Japanese."""

_KANA = re.compile(r"[ぁ-ゖァ-ヺー]{2,}")
_ONLY_KANA = re.compile(r"[ぁ-ゖァ-ヺー\s・]+")
_KANJI = re.compile(r"[\u4e00-\u9fff々]{2,3}")
_ROOT = re.compile(r"([\u4e00-\u9fff々]+)[ぁ-ゖ]+")
_NUMBER = re.compile(r"\d(?:[\s()\-‐‑‒–—−ー・.]*\d)*")
_NO_SOUND = re.compile(r"[^ぁ-ゖa-z0-9]")
_MORA = re.compile(r"[ぁ-ゖ][ぁぃぅぇぉゃゅょ]?ー?")
_LARGE = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")


def terms_of(service: Service, catalog: Catalog, asked: Iterable[str]) -> dict[Field, Counter[Term]]:
    """The terms of a service, counted by field. `asked`: the answers that lead to it."""
    names = (service.name, service.kana)
    numbers = [channel.number for channel in service.channels if channel.number]
    labels = [channel.label for channel in service.channels if channel.label]
    topics = [catalog.category(id) for id in service.categories]
    explained = [word.plain for word in catalog.plain_words if word.word in service.name + service.what]
    return {
        "name": Counter((*_words(names[0]), *_clips(names[0]), *numbers_in(names[0]), *_heard(names))),
        "number": Counter(term for number in numbers for term in numbers_in(number)),
        "what": Counter((*_words(service.what), *_clips(service.what))),
        "who": Counter(_words(service.who)),
        "how": Counter(_words("。".join((service.how or "", *labels)))),
        "topic": Counter(_words("。".join((*service.tags, *explained, *(f"{t.label}。{t.hint}" for t in topics))))),
        "asked": Counter(_words("。".join(asked))),
        "way": Counter(_words(" ".join(_ways(service)))),
        "operator": Counter(_words(service.operator)),
    }


def asked_before(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """By service: the answers on the ways through the flows at whose end it is among the first. Others have ()."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for flow in catalog.flows.values():
        labels = {(id, o.id): plain(o.label) for id, question in flow.questions.items() for o in question.options}
        for path in flow.paths():
            for service in flow.outcomes[path.outcome].services[:LEADING]:
                found[service].update(dict.fromkeys(labels[answer] for answer in path.answers))
    return defaultdict(tuple, {service: tuple(answers) for service, answers in found.items()})


def content(text: str) -> list[str]:
    """The words of a text that say something, each once, as normal forms; no numbers, no marks of denial."""
    return list(dict.fromkeys(_said(text)))


def root(word: str) -> str:
    """What words of one root share: the kanji before the kana at the end; the word itself if there are none."""
    found = _ROOT.fullmatch(word)
    return found[1] if found else word


def sounds(text: str) -> list[str]:
    """The words of a text that are written in kana, two letters or longer, as sounds."""
    return [sound(reading(run)) for run in dict.fromkeys(_KANA.findall(normalise(text)))]


def whole_sound(text: str, *, at_least: int) -> str:
    """How the whole text is read; "" if it is not all in kana and has fewer than `at_least` sounds."""
    whole = sound(reading(normalise(text)))
    return whole if len(whole) >= at_least or _ONLY_KANA.fullmatch(text) else ""


def sound(kana: str) -> str:
    """Hiragana in large letters without long vowels: はろーわーく and はろわく sound alike, きょか and きよか too."""
    return _NO_SOUND.sub("", kana).translate(_LARGE)


def grams(heard: str) -> list[Term]:
    """Every three sounds in a row, each once."""
    return [("gram", gram) for gram in dict.fromkeys(heard[at : at + 3] for at in range(len(heard) - 2))]


def clips_in(text: str) -> list[Term]:
    """What in a query may be the short form of two words: two or three kanji, or a word in kana."""
    return [("clip", run) for run in dict.fromkeys((*_KANJI.findall(normalise(text)), *sounds(text)))]


def numbers_in(text: str) -> list[Term]:
    """Numbers of three digits or more, whatever divides or widens them, each once."""
    # Not of normalised text: it takes 7777 for a letter that was held down and leaves 77.
    runs = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    digits = dict.fromkeys("".join(filter(str.isdecimal, run)) for run in runs)
    return [("number", number) for number in digits if len(number) >= SHORTEST_NUMBER]


def letters(text: str) -> str:
    """The letters and digits of a text, in one width and case."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def said_back(text: str) -> list[tuple[tuple[str, ...], str]]:
    """(normal forms, the word as it was typed) for the words of a query that can be said back."""
    typed = unicodedata.normalize("NFKC", text)
    return [(units, _as_typed(word, typed)) for units, word in sayable(normalise(text))]


def _as_typed(word: str, text: str) -> str:
    found = re.search(re.escape(word), text, re.IGNORECASE)
    return found[0] if found else word


def _said(text: str) -> Iterator[str]:
    said = (token for token in tokens(normalise(text)) if token.strip("0") and not token.startswith(NOT))
    return (SAME.get(token, token) for token in said)


def _words(text: str) -> Iterator[Term]:
    for word in _said(text):
        yield "word", word
        if root(word) != word:
            yield "root", root(word)


def _heard(names: Iterable[str]) -> Iterator[Term]:
    for name in names:
        heard = (sound(kana) for kana in (*map(reading, content(name)), *_KANA.findall(name)))
        yield from (("sound", word) for word in heard if len(word) >= 2)
        yield from grams(sound(reading(normalise(name))))


def _clips(text: str) -> Iterator[Term]:
    """Of two words in a row: a letter of each, two morae of each, two and one."""
    for word, following in pairwise(content(text)):
        yield "clip", word[0] + following[0]
        first, second = (_MORA.findall(reading(form))[:2] for form in (word, following))
        yield "clip", sound("".join(first + second))
        yield "clip", sound("".join(first + second[:1]))


def _ways(service: Service) -> Iterator[str]:
    yield from (WAY_WORDS.get(kind, "") for kind in dict.fromkeys(channel.type for channel in service.channels))
    yield from (" ".join(LANGUAGES.get(code, ())) for code in service.languages if code != "ja")
